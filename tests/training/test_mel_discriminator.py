import pytest
import torch

from fs2.training.mel_discriminator import (
    WINDOW,
    MelDiscriminator,
    MelDiscriminatorTraining,
    random_windows,
)


def test_discriminator_learns_to_tell_smooth_from_sharp():
    torch.manual_seed(0)
    discriminator = MelDiscriminatorTraining(0.0005, torch.device("cpu"))
    for _ in range(40):
        sharp = torch.randn(2, WINDOW, 80) - 4
        smooth = sharp.mean(dim=2, keepdim=True).expand_as(sharp)
        terms = discriminator.discriminator_loss(sharp, smooth)
        discriminator.step(terms["discriminator_loss"])
    assert terms["accuracy_recorded"] > 0.9
    assert terms["accuracy_generated"] > 0.9
    own = discriminator.adversarial_loss(sharp, sharp, torch.tensor(0.5))
    other = discriminator.adversarial_loss(sharp, smooth, torch.tensor(0.5))
    assert own["adversarial_loss"] < other["adversarial_loss"]
    assert own["feature_loss"] == 0
    assert other["feature_loss"].item() == pytest.approx(0.5)


def test_generator_loss_trains_the_mel_and_not_the_discriminator():
    discriminator = MelDiscriminatorTraining(2e-4, torch.device("cpu"))
    real = torch.randn(2, WINDOW, 80)
    fake = torch.randn(2, WINDOW, 80, requires_grad=True)
    sum(discriminator.adversarial_loss(real, fake, torch.tensor(1.0)).values()).backward()
    assert fake.grad.abs().sum() > 0
    assert all(value.grad is None for value in discriminator.discriminator.parameters())


def test_scores_are_of_patches():
    scores, features = MelDiscriminator()(torch.randn(2, WINDOW, 80))
    assert scores.shape == (2, 1, WINDOW // 4, 10)
    assert len(features) == 4


def test_windows_are_the_same_stretch_of_both_mels_and_silent_beyond_the_end():
    mel = torch.arange(1.0, 201).view(1, 200, 1).repeat(2, 1, 3)
    lengths = torch.tensor([200, 40])
    first, second = random_windows((mel, mel * 2), lengths)
    torch.testing.assert_close(first * 2, second)
    assert first.shape == (2, WINDOW, 3)
    assert (first[0].diff(dim=0) == 1).all()
    torch.testing.assert_close(first[1, :40], mel[1, :40])
    assert (first[1, 40:] == 0).all()
