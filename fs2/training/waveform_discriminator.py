"""The losses of a waveform, and the discriminators with their optimiser.

FastSpeech 2s and Parallel WaveGAN are trained alike: multi-resolution STFT loss and, from a step
on, least squares GAN (Mao et al. 2017; Yamamoto et al. 2020, section 2.3; paper section 2.4). A
discriminator of the mel of the generated segments is an option that neither has.
"""

from typing import Any

import torch
from torch import Tensor, nn

from fs2.audio import AudioSettings
from fs2.nn.waveform_discriminator import WaveformDiscriminator
from fs2.training.mel_discriminator import MelDiscriminatorLosses, least_squares_loss
from fs2.training.stft_loss import MultiResolutionSTFTLoss
from fs2.training.waveform_settings import WaveformTraining

RADAM_EPSILON = 1e-6
"""As in the training of Yamamoto et al. (2020, section 3.1); torch's own default is 1e-8."""


class WaveformDiscriminatorTraining:
    """What judges generated clips, and learns to.

    Args:
        settings: Weights, schedule and size.
        audio: Of the mel.
        device: Of the clips.
    """

    def __init__(
        self, settings: WaveformTraining, audio: AudioSettings, device: torch.device
    ) -> None:
        self.settings = settings
        self.stft_loss = MultiResolutionSTFTLoss(settings).to(device)
        self.discriminator = WaveformDiscriminator(
            settings.discriminator_layers, settings.discriminator_channels
        ).to(device)
        self.networks = nn.ModuleDict({"discriminator": self.discriminator})
        self.mel_losses: MelDiscriminatorLosses | None = None
        if settings.mel_adversarial_weight:
            # Needs librosa, which a machine that only trains as published may lack.
            from fs2.training.mel_transform import MelTransform

            self.mel_transform = MelTransform(audio).to(device)
            self.mel_losses = MelDiscriminatorLosses(device)
            self.networks["mel_discriminator"] = self.mel_losses.discriminator
        self.optimizer = torch.optim.RAdam(
            self.networks.parameters(), settings.discriminator_learning_rate, eps=RADAM_EPSILON
        )

    def joined(self, step: int) -> bool:
        """Whether the discriminators take part at this step."""
        weights = self.settings.adversarial_weight + self.settings.mel_adversarial_weight
        return step >= self.settings.discriminator_start and weights > 0

    def generator_losses(self, generated: Tensor, recorded: Tensor, step: int) -> dict[str, Tensor]:
        """Terms for clips (batch, samples), and their weighted sum as `waveform_loss`."""
        terms = self.stft_loss(generated, recorded)
        total = self.settings.stft_weight * torch.stack(list(terms.values())).sum()
        if self.joined(step) and self.settings.adversarial_weight:
            self.discriminator.requires_grad_(False)
            scores = self.discriminator(generated)
            self.discriminator.requires_grad_(True)
            terms["adversarial_loss"] = (scores.float() - 1).square().mean()
            total = total + self.settings.adversarial_weight * terms["adversarial_loss"]
        if self.joined(step) and self.mel_losses is not None:
            real, fake = self._mels(recorded, generated)
            own = self.mel_losses.adversarial_loss(real, fake, (real - fake).abs().mean())
            terms |= {f"mel_{name}": value for name, value in own.items()}
            total = total + self.settings.mel_adversarial_weight * sum(own.values())
        return terms | {"waveform_loss": total}

    def discriminator_losses(self, generated: Tensor, recorded: Tensor) -> dict[str, Tensor]:
        """The losses of the discriminators, and how often they are right about each kind.

        `discriminator_loss` is that of the waveform, `mel_discriminator_loss` that of the mel.
        """
        terms: dict[str, Tensor] = {}
        if self.settings.adversarial_weight:
            scores = self.discriminator(torch.cat((recorded, generated.detach())))
            terms |= least_squares_loss(*scores.float().chunk(2))
        if self.mel_losses is not None:
            own = self.mel_losses.discriminator_loss(*self._mels(recorded, generated.detach()))
            terms |= {f"mel_{name}": value for name, value in own.items()}
        return terms

    def take_gradients(
        self, terms: dict[str, Tensor], step: int, gradient_clip: float
    ) -> dict[str, Tensor]:
        """Gradients of the terms of `discriminator_losses`, for `self.optimizer`; norm and rate."""
        age = step - self.settings.discriminator_start
        rate = halved(
            self.settings.discriminator_learning_rate,
            age,
            self.settings.discriminator_lr_halve_every,
        )
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        losses = [value for name, value in terms.items() if name.endswith("discriminator_loss")]
        loss = torch.stack(losses).sum()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.networks.parameters(), gradient_clip)
        return {
            "discriminator_gradient_norm": norm,
            "discriminator_learning_rate": torch.tensor(rate, device=loss.device),
        }

    def state_dict(self) -> dict[str, Any]:
        """Weights and the optimiser's state."""
        return {
            "networks": self.networks.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` gave."""
        self.networks.load_state_dict(state["networks"])
        self.optimizer.load_state_dict(state["optimizer"])

    def _mels(self, *pieces: Tensor) -> list[Tensor]:
        with torch.autocast(pieces[0].device.type, enabled=False):
            return [self.mel_transform(samples.float()) for samples in pieces]


def halved(rate: float, step: int, interval: int) -> float:
    """The learning rate after it was halved every `interval` steps."""
    return rate * 0.5 ** (step // interval)
