"""HiFi-GAN on a device: a mel in, samples out."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from fs2.audio import AudioSettings
from fs2.device import choose_precision
from fs2.vocoder.hifigan.network import Generator, stream, vocode

Precision = Literal["auto", "bf16", "fp32"]


class HiFiGAN:
    """A generator on a device; see `fs2.vocoder.entry.Vocoder`."""

    def __init__(
        self,
        name: str,
        audio: AudioSettings,
        generator: Generator,
        device: torch.device,
        precision: Precision = "auto",
    ):
        self.name = name
        self.audio = audio
        self.device = device
        if precision == "auto" and device.type == "cuda":
            precision = "fp32"
        dtype = choose_precision(precision, device)
        self._generator = generator.to(device).prepare_for_inference(dtype)

    def __call__(self, mel: Tensor) -> np.ndarray:
        """Samples of the mel: (frames, n_mels) -> float32 (frames * hop_length,)."""
        return vocode(self._generator, mel.to(self.device, torch.float32)).cpu().numpy()

    def stream(self, mel: Tensor) -> Iterator[np.ndarray]:
        """As `fs2.vocoder.entry.stream`."""
        for samples in stream(self._generator, mel.to(self.device, torch.float32)):
            yield samples.cpu().numpy()
