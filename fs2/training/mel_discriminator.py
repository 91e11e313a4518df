"""A discriminator of mel spectrograms: an option that the paper's FastSpeech 2 does not have.

The mean absolute error alone makes a mel that is the average of all likely ones, and a vocoder
turns that into a buzz. A discriminator that sees windows of recorded and predicted mels, both made
with the recording's durations, pitch and energy, makes the difference part of the loss: least
squares GAN (Mao et al. 2017) and feature matching (Larsen et al. 2016).
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WINDOW = 64
"""Frames of a window, about three quarters of a second: several phonemes, and in most clips."""
LOG_MEL_SCALE, LOG_MEL_SHIFT = 3.0, 1.5
"""log mel / 3 + 1.5: natural log magnitudes of speech lie between -11 and 2, half of them around
-4.5, so that what the convolutions see is centred and of about unit size."""
ADAM_BETAS = (0.5, 0.9)
"""Less momentum than usual, as for the critics of Gulrajani et al. (2017): the target moves."""


class MelDiscriminator(nn.Module):
    """Strided convolutions over windows of mel; a score for each patch of time and frequency."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        norm = nn.utils.parametrizations.weight_norm
        self.layers = nn.ModuleList(
            (
                norm(nn.Conv2d(1, channels, 5, (1, 2), 2)),
                norm(nn.Conv2d(channels, 2 * channels, 5, 2, 2)),
                norm(nn.Conv2d(2 * channels, 4 * channels, 5, 2, 2)),
                norm(nn.Conv2d(4 * channels, 4 * channels, 3, 1, 1)),
            )
        )
        self.output = norm(nn.Conv2d(4 * channels, 1, 3, 1, 1))

    def forward(self, mel: Tensor) -> tuple[Tensor, list[Tensor]]:
        """mel (batch, frames, bands) -> scores (batch, 1, frames / 4, bands / 8), features."""
        x = mel.unsqueeze(1) / LOG_MEL_SCALE + LOG_MEL_SHIFT  # (batch, 1, frames, bands)
        x = x.contiguous(memory_format=torch.channels_last)
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.output(x), features


def least_squares_loss(on_recorded: Tensor, on_generated: Tensor) -> dict[str, Tensor]:
    """A discriminator's loss of these scores, and how often it is right (Mao et al. 2017)."""
    return {
        "discriminator_loss": (on_recorded - 1).square().mean() + on_generated.square().mean(),
        "accuracy_recorded": (on_recorded > 0.5).float().mean(),
        "accuracy_generated": (on_generated < 0.5).float().mean(),
    }


class MelDiscriminatorLosses:
    """The discriminator, and the losses of both sides."""

    def __init__(self, device: torch.device) -> None:
        self.discriminator = MelDiscriminator().to(device)

    def adversarial_loss(self, real: Tensor, fake: Tensor, mel_loss: Tensor) -> dict[str, Tensor]:
        """The losses of the model, for windows (batch, WINDOW, bands) of both mels.

        The features' distance is scaled to the size of `mel_loss`.
        """
        self.discriminator.requires_grad_(False)
        scores, features = self.discriminator(fake)
        with torch.no_grad():
            _, targets = self.discriminator(real)
        self.discriminator.requires_grad_(True)
        pairs = zip(features, targets, strict=True)
        distance = torch.stack([(a.float() - b.float()).abs().mean() for a, b in pairs]).mean()
        return {
            "adversarial_loss": (scores.float() - 1).square().mean(),
            "feature_loss": distance * (mel_loss / distance.clamp(min=1e-6)).detach(),
        }

    def discriminator_loss(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """The loss of the discriminator, and how often it is right about each kind."""
        scores, _ = self.discriminator(torch.cat((real, fake.detach())))
        return least_squares_loss(*scores.float().chunk(2))


class MelDiscriminatorTraining(MelDiscriminatorLosses):
    """The discriminator with an optimiser of its own, for the mel of FastSpeech 2."""

    def __init__(self, learning_rate: float, device: torch.device) -> None:
        super().__init__(device)
        self.optimizer = torch.optim.AdamW(
            self.discriminator.parameters(), learning_rate, betas=ADAM_BETAS, fused=True
        )

    def step(self, loss: Tensor) -> None:
        """One step of the discriminator's optimiser."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()

    def state_dict(self) -> dict[str, Any]:
        """Weights and the optimiser's state."""
        return {
            "discriminator": self.discriminator.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` gave."""
        self.discriminator.load_state_dict(state["discriminator"])
        self.optimizer.load_state_dict(state["optimizer"])


def random_windows(mels: tuple[Tensor, ...], lengths: Tensor, size: int = WINDOW) -> list[Tensor]:
    """The same random window of each clip from several mels (batch, frames, bands).

    Frames beyond a clip's end are 0. -> (batch, size, bands) each.
    """
    room = (lengths - size).clamp(min=0)
    start = (torch.rand(len(lengths), device=lengths.device) * (room + 1)).long()
    frame = start[:, None] + torch.arange(size, device=lengths.device)
    mask = (frame < lengths[:, None])[..., None]
    index = frame.clamp(max=mels[0].shape[1] - 1)[..., None]
    return [mel.gather(1, index.expand(-1, -1, mel.shape[2])) * mask for mel in mels]
