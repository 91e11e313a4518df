"""Vocoders that make samples in pieces make those of the whole."""

import numpy as np
import pytest
import torch

from fs2.audio import AudioSettings
from fs2.nn import chunks
from fs2.vocoder import entry
from fs2.vocoder.hifigan.inference import HiFiGAN
from fs2.vocoder.hifigan.network import Generator, Shape
from fs2.vocoder.parallel_wavegan.inference import TrainedVocoder
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN
from fs2.vocoder.parallel_wavegan.settings import ParallelWaveGANGeneratorConfig

AUDIO = AudioSettings(n_mels=5)
PARALLEL_WAVEGAN = ParallelWaveGANGeneratorConfig(
    size="small", blocks=2, residual_channels=4, gate_channels=8, skip_channels=4
)


def hifigan():
    shape = Shape(n_mels=5, channels=32, kernels=(3,), dilations=(1, 3))
    return HiFiGAN("toy", AUDIO, Generator(shape), torch.device("cpu"), "fp32")


def parallel_wavegan():
    network = ParallelWaveGAN(PARALLEL_WAVEGAN, 5, 22050)
    return TrainedVocoder("toy", AUDIO, network, torch.device("cpu"))


class Hum:
    """One that knows nothing of pieces."""

    def __call__(self, mel):
        return np.full(256 * len(mel), 0.5, np.float32)


@pytest.mark.parametrize(
    ("make", "several"), [(hifigan, True), (parallel_wavegan, True), (Hum, False)]
)
def test_pieces_are_the_whole(make, several, monkeypatch):
    monkeypatch.setattr(chunks, "FIRST_FRAMES", 8)
    torch.manual_seed(0)
    vocoder, mel = make(), torch.randn(100, 5)
    pieces = list(entry.stream(vocoder, mel))
    assert (len(pieces) > 2) == several
    np.testing.assert_allclose(np.concatenate(pieces), vocoder(mel), rtol=0, atol=1e-6)
