"""Parallel WaveGAN on a device: a mel in, samples out."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from fs2.audio import AudioSettings
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN


class TrainedVocoder:
    """A generator on a device; see `fs2.vocoder.entry.Vocoder`."""

    def __init__(
        self, name: str, audio: AudioSettings, generator: ParallelWaveGAN, device: torch.device
    ):
        self.name = name
        self.audio = audio
        self.device = device
        self._generator = generator.to(device).prepare_for_inference()

    def __call__(self, mel: Tensor) -> np.ndarray:
        """Samples of the mel: (frames, n_mels) -> float32 (frames * hop_length,)."""
        return self._generator.generate(mel.to(self.device, torch.float32)).cpu().numpy()

    def stream(self, mel: Tensor) -> Iterator[np.ndarray]:
        """As `fs2.vocoder.entry.stream`."""
        for samples in self._generator.stream(mel.to(self.device, torch.float32)):
            yield samples.cpu().numpy()
