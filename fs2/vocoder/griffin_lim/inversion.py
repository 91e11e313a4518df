"""Magnitudes that fit a mel, and phases that fit the magnitudes (Griffin and Lim 1984)."""

import librosa
import numpy as np
import torch
from torch import Tensor

from fs2.audio import AudioSettings
from fs2.features.mel_filters import mel_filter_bank

MULTIPLICATIVE_UPDATES = 100


class GriffinLim:
    """Estimates magnitudes that fit the mel, then phases that fit the magnitudes."""

    name = "griffin_lim"

    def __init__(self, audio: AudioSettings, iterations: int = 60):
        self.audio = audio
        self.iterations = iterations
        self._filters = torch.from_numpy(mel_filter_bank(audio).T)

    def __call__(self, mel: Tensor) -> np.ndarray:
        """Float32 samples (frames * hop_length,) of a log mel (frames, n_mels).

        The same mel always gives the same samples.
        """
        audio, hop = self.audio, self.audio.hop_length
        magnitudes = self.magnitudes(mel)
        # Frame t of the mel is centred half a hop after sample t * hop, librosa's at that sample.
        # More frames at either end give the samples beyond the first and last centre.
        more = -(-audio.n_fft // (2 * hop))
        samples = librosa.griffinlim(
            np.pad(magnitudes, ((0, 0), (more, more)), mode="edge"),
            n_iter=self.iterations,
            hop_length=hop,
            win_length=audio.win_length,
            n_fft=audio.n_fft,
            random_state=0,
        )
        start = more * hop - hop // 2
        return samples[start : start + len(mel) * hop].astype(np.float32)

    def magnitudes(self, mel: Tensor) -> np.ndarray:
        """STFT magnitudes (n_fft / 2 + 1, frames) of a log mel (frames, n_mels).

        The pseudo-inverse, its negative values raised to a little, is brought towards the
        non-negative least-squares solution by multiplicative updates (Lee and Seung, 2001).
        """
        filters, target = self._filters, torch.exp(mel.detach().cpu().float()).T
        magnitudes = torch.linalg.pinv(filters) @ target
        magnitudes = magnitudes.clamp(min=self.audio.clip_val)
        wanted, gram = filters.T @ target, filters.T @ filters
        for _ in range(MULTIPLICATIVE_UPDATES):
            magnitudes = magnitudes * wanted / (gram @ magnitudes).clamp(min=1e-12)
        return magnitudes.numpy()
