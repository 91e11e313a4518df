"""The discriminator of waveforms."""

import pytest
import torch

from fs2.nn.parameters import parameter_count
from fs2.nn.waveform_discriminator import WaveformDiscriminator


def test_discriminator_scores_each_sample_and_sees_both_sides():
    torch.manual_seed(0)
    discriminator = WaveformDiscriminator()
    samples = torch.randn(1, 400, requires_grad=True)
    scores = discriminator(samples)
    assert scores.shape == samples.shape
    scores[0, 200].backward()
    seen = samples.grad[0].nonzero().flatten() - 200
    receptive_field = 1 + sum(range(1, 9)) + 1
    assert (seen.min(), seen.max()) == (-receptive_field, receptive_field)


def test_size_of_the_literature():
    assert parameter_count(WaveformDiscriminator()) == pytest.approx(0.1e6, rel=0.01)
