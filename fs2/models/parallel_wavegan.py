"""Parallel WaveGAN's generator: mel to waveform (Yamamoto et al. 2020)."""

import torch
from torch import Tensor, nn

from fs2.config_waveform import ParallelWaveGAN as Settings
from fs2.models.chunks import CHUNK_FRAMES, generate_in_chunks
from fs2.models.waveform_generator import WaveformGenerator


class ParallelWaveGAN(nn.Module):
    """The waveform generator, conditioned on the mel, each band of which is standardised.

    Attributes:
        mel_mean, mel_deviation: (mel bands,), of the training split; set before training.
    """

    mel_mean: Tensor
    mel_deviation: Tensor

    def __init__(self, settings: Settings, mel_bands: int) -> None:
        super().__init__()
        self.register_buffer("mel_mean", torch.zeros(mel_bands))
        self.register_buffer("mel_deviation", torch.ones(mel_bands))
        self.generator = WaveformGenerator(settings, mel_bands)

    def forward(self, mel: Tensor, lengths: Tensor | None = None) -> Tensor:
        """mel (batch, frames, mel bands), natural log, lengths (batch,) -> (batch, samples)."""
        return self.generator(self._standardise(mel), lengths)

    def generate(self, mel: Tensor, chunk_frames: int = CHUNK_FRAMES) -> Tensor:
        """Samples (frames * hop_length,) of one mel (frames, mel bands), in pieces."""
        return generate_in_chunks(self.generator, self._standardise(mel), chunk_frames=chunk_frames)

    def fast(self) -> "ParallelWaveGAN":
        """Make ready for inference."""
        self.generator.fast()
        return self.eval()

    def _standardise(self, mel: Tensor) -> Tensor:
        return (mel - self.mel_mean) / self.mel_deviation
