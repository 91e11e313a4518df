import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.audio import AudioSettings
from fs2.features.mel import mel_spectrogram
from fs2.training.mel_transform import MelTransform
from fs2.training.stft_loss import MultiResolutionSTFTLoss
from fs2.training.waveform_discriminator import WaveformDiscriminatorTraining, halved
from fs2.training.waveform_settings import WaveformTraining

CPU = torch.device("cpu")


def test_stft_loss_is_librosas():
    """Checked against magnitudes of another implementation, resolution by resolution."""
    torch.manual_seed(0)
    made, wanted = 0.1 * torch.randn(2, 4000), 0.1 * torch.randn(2, 4000)
    convergence, magnitude = [], []
    for length, hop, window in ((1024, 120, 600), (2048, 240, 1200), (512, 50, 240)):
        a, b = (
            np.maximum(
                np.abs(
                    librosa.stft(
                        x.numpy(),
                        n_fft=length,
                        hop_length=hop,
                        win_length=window,
                        pad_mode="reflect",
                    )
                ),
                1e-7**0.5,
            )
            for x in (wanted, made)
        )
        convergence.append(np.linalg.norm((a - b).ravel()) / np.linalg.norm(a.ravel()))
        magnitude.append(np.abs(np.log(a) - np.log(b)).mean())
    terms = MultiResolutionSTFTLoss(WaveformTraining())(made, wanted)
    assert terms["spectral_convergence_loss"].item() == pytest.approx(
        np.mean(convergence), rel=1e-3
    )
    assert terms["log_magnitude_loss"].item() == pytest.approx(np.mean(magnitude), rel=1e-3)


@given(st.floats(0.1, 10))
@settings(max_examples=10, deadline=None)
def test_stft_loss_of_a_louder_copy_is_known(factor):
    torch.manual_seed(0)
    wanted = torch.randn(1, 5000)
    terms = MultiResolutionSTFTLoss(WaveformTraining())(factor * wanted, wanted)
    assert terms["spectral_convergence_loss"].item() == pytest.approx(abs(factor - 1), abs=1e-3)
    assert terms["log_magnitude_loss"].item() == pytest.approx(abs(np.log(factor)), abs=1e-3)


def test_stft_loss_has_gradients_at_silence():
    silent = torch.zeros(1, 3000, requires_grad=True)
    terms = MultiResolutionSTFTLoss(WaveformTraining())(silent, torch.randn(1, 3000))
    sum(terms.values()).backward()
    assert torch.isfinite(silent.grad).all()


def toy_discriminator(**keys):
    torch.manual_seed(0)
    values = {"discriminator_start": 3, "discriminator_layers": 4, "discriminator_channels": 8}
    return WaveformDiscriminatorTraining(
        WaveformTraining(**{**values, **keys}), AudioSettings(), CPU
    )


def test_discriminator_joins_at_its_step():
    losses, clips = toy_discriminator(), torch.randn(2, 3000)
    assert "adversarial_loss" not in losses.generator_losses(clips, clips, 2)
    assert not losses.joined(2)
    assert "adversarial_loss" in losses.generator_losses(clips, clips, 3)
    assert losses.joined(3)
    assert not toy_discriminator(adversarial_weight=0).joined(3)


def test_weights_weigh():
    clips, other = torch.randn(2, 3000), torch.randn(2, 3000)
    losses = toy_discriminator(stft_weight=2.0, adversarial_weight=3.0)
    terms = losses.generator_losses(clips, other, 5)
    stft = terms["spectral_convergence_loss"] + terms["log_magnitude_loss"]
    expected = 2 * stft + 3 * terms["adversarial_loss"]
    torch.testing.assert_close(terms["waveform_loss"], expected)


def test_mel_discriminator_is_an_option():
    clips, other = torch.randn(2, 4096), torch.randn(2, 4096, requires_grad=True)
    losses = toy_discriminator(stft_weight=0, adversarial_weight=0, mel_adversarial_weight=2.0)
    assert not any(name.startswith("mel_") for name in losses.generator_losses(other, clips, 2))
    terms = losses.generator_losses(other, clips, 3)
    assert "adversarial_loss" not in terms
    expected = 2 * (terms["mel_adversarial_loss"] + terms["mel_feature_loss"])
    torch.testing.assert_close(terms["waveform_loss"], expected)
    terms["waveform_loss"].backward()
    assert other.grad.abs().sum() > 0
    assert all(value.grad is None for value in losses.networks.parameters())
    judged = losses.discriminator_losses(other, clips)
    losses.take_gradients(judged, 3, 1.0)
    assert losses.mel_losses is not None
    assert all(value.grad is not None for value in losses.mel_losses.discriminator.parameters())
    assert all(value.grad is None for value in losses.discriminator.parameters())


def test_mel_of_the_discriminator_is_that_of_the_features():
    samples = 0.1 * np.random.default_rng(0).standard_normal(8192).astype(np.float32)
    samples[3000:5000] = 0
    expected = mel_spectrogram(samples, AudioSettings())
    [mel] = MelTransform(AudioSettings())(torch.from_numpy(samples)[None])
    np.testing.assert_allclose(mel.numpy(), expected, atol=2e-3)


def test_discriminator_learns_to_tell_noise_from_a_tone():
    losses = toy_discriminator(discriminator_learning_rate=0.01)
    tone = torch.sin(torch.arange(3000) / 10).expand(2, -1)
    for step in range(3, 83):
        terms = losses.discriminator_losses(torch.randn(2, 3000), tone)
        losses.take_gradients(terms, step, 10.0)
        losses.optimizer.step()
    assert terms["accuracy_recorded"] > 0.9
    assert terms["accuracy_generated"] > 0.9


def test_generator_loss_leaves_the_discriminator_alone():
    losses, made = toy_discriminator(), torch.randn(1, 3000, requires_grad=True)
    losses.generator_losses(made, torch.randn(1, 3000), 5)["waveform_loss"].backward()
    assert made.grad.abs().sum() > 0
    assert all(value.grad is None for value in losses.discriminator.parameters())


def test_learning_rates_are_halved():
    assert [halved(1.0, step, 10) for step in (0, 9, 10, 25)] == [1, 1, 0.5, 0.25]
