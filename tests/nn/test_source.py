"""Noise and harmonics that a waveform generator may begin with."""

import numpy as np
import pytest
import torch

from fs2.audio import AudioSettings
from fs2.features.pitch import track_f0
from fs2.nn.source import harmonics, noise

RATE = 22050


def test_harmonics_are_all_multiples_of_f0():
    f0, frames = 200.0, 86
    [wave] = harmonics(torch.full((1, frames), f0), 256, RATE)
    time = torch.arange(1, len(wave) + 1, dtype=torch.float64) / RATE
    count = int(RATE / 2 / f0)
    cosines = torch.cos(2 * torch.pi * f0 * time[:, None] * torch.arange(1, count + 1)).sum(dim=1)
    torch.testing.assert_close(wave.double(), cosines * (2 / count) ** 0.5, atol=2e-2, rtol=1e-3)
    assert wave.square().mean().item() == pytest.approx(1, abs=0.05)


def test_twice_the_f0_is_heard_as_twice_the_f0():
    f0 = 130 + 30 * torch.sin(torch.arange(120) / 15)
    heard = []
    for factor in (1, 2):
        [wave] = harmonics(factor * f0[None], 256, RATE)
        heard.append(track_f0(wave.numpy() / 20, AudioSettings()))
    voiced = (heard[0] > 0) & (heard[1] > 0)
    assert voiced.mean() > 0.9
    np.testing.assert_allclose(heard[1][voiced], 2 * heard[0][voiced], rtol=0.02)


def test_harmonics_are_silent_where_there_is_no_pitch():
    f0 = torch.tensor([[150.0] * 10 + [0.0] * 10])
    [wave] = harmonics(f0, 256, RATE)
    assert (wave[2560:] == 0).all()
    assert wave[:2560].abs().max() > 1
    assert torch.isfinite(wave).all()


def test_noise_of_a_generator_is_the_same_again():
    first, second = (
        noise(2, 9, torch.device("cpu"), torch.Generator().manual_seed(3)) for _ in range(2)
    )
    assert torch.equal(first, second)
