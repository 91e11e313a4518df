"""Multi-resolution STFT loss (Yamamoto et al. 2020, section 2.3; paper section 2.4)."""

import torch
from torch import Tensor, nn

from fs2.training.waveform_settings import WaveformTraining


class MultiResolutionSTFTLoss(nn.Module):
    """Spectral convergence and log magnitude distance, each the mean over the resolutions."""

    def __init__(self, settings: WaveformTraining) -> None:
        super().__init__()
        self.floor = settings.stft_floor
        self.resolutions = tuple(
            zip(settings.stft_lengths, settings.stft_hops, settings.stft_windows, strict=True)
        )
        for index, (_, _, window) in enumerate(self.resolutions):
            self.register_buffer(f"window_{index}", torch.hann_window(window), persistent=False)

    def forward(self, generated: Tensor, recorded: Tensor) -> dict[str, Tensor]:
        """Both (batch, samples) -> `spectral_convergence_loss`, `log_magnitude_loss` (scalars)."""
        convergence, magnitude = [], []
        for index in range(len(self.resolutions)):
            with torch.autocast(generated.device.type, enabled=False):
                made = self._magnitudes(generated.float(), index)
                wanted = self._magnitudes(recorded.float(), index)
            distance = torch.linalg.vector_norm(wanted - made)
            convergence.append(distance / torch.linalg.vector_norm(wanted).clamp(min=1e-5))
            magnitude.append((wanted.log() - made.log()).abs().mean())
        return {
            "spectral_convergence_loss": torch.stack(convergence).mean(),
            "log_magnitude_loss": torch.stack(magnitude).mean(),
        }

    def _magnitudes(self, samples: Tensor, index: int) -> Tensor:
        length, hop, window = self.resolutions[index]
        shape = self.get_buffer(f"window_{index}")
        spectrum = torch.stft(samples, length, hop, window, shape, center=True, return_complex=True)
        power = spectrum.real.square() + spectrum.imag.square()
        return power.clamp(min=self.floor**2).sqrt()
