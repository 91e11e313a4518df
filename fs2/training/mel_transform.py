"""The mel spectrogram of `fs2.features.mel`, with gradients."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.audio import AudioSettings
from fs2.features.mel_filters import mel_filter_bank


class MelTransform(nn.Module):
    """Samples to log mel, a frame for each hop."""

    window: Tensor
    filters: Tensor

    def __init__(self, audio: AudioSettings) -> None:
        super().__init__()
        self.audio = audio
        self.register_buffer("window", torch.hann_window(audio.win_length), persistent=False)
        filters = torch.from_numpy(mel_filter_bank(audio))
        self.register_buffer("filters", filters, persistent=False)

    def forward(self, samples: Tensor) -> Tensor:
        """(batch, samples), more than half of `n_fft` -> (batch, frames, mel bands)."""
        audio = self.audio
        context = audio.n_fft - audio.hop_length
        padded = F.pad(samples, (context // 2, context - context // 2), mode="reflect")
        spectrum = torch.stft(
            padded,
            audio.n_fft,
            audio.hop_length,
            audio.win_length,
            self.window,
            center=False,
            return_complex=True,
        )
        power = spectrum.real.square() + spectrum.imag.square()
        # The root of 0 has no gradient; so much is far below the floor of the mel.
        magnitude = power.clamp(min=1e-14).sqrt().transpose(1, 2)
        return (magnitude @ self.filters).clamp(min=audio.clip_val).log()
