"""The losses of a waveform, and the discriminator with its optimiser.

FastSpeech 2s and Parallel WaveGAN are trained alike: multi-resolution STFT loss and, from a step
on, least squares GAN (Mao et al. 2017; Yamamoto et al. 2020, section 2.3; paper section 2.4).
"""

from typing import Any

import torch
from torch import Tensor

from fs2.config_waveform import WaveformTraining
from fs2.models.waveform_discriminator import WaveformDiscriminator
from fs2.training.stft_loss import MultiResolutionSTFTLoss


class WaveformAdversary:
    """What judges generated clips, and learns to.

    Args:
        settings: Weights, schedule and size.
        device: Of the clips.
    """

    def __init__(self, settings: WaveformTraining, device: torch.device) -> None:
        self.settings = settings
        self.stft_loss = MultiResolutionSTFTLoss(settings).to(device)
        self.discriminator = WaveformDiscriminator(
            settings.discriminator_layers, settings.discriminator_channels
        ).to(device)
        self.optimizer = torch.optim.RAdam(
            self.discriminator.parameters(), settings.discriminator_learning_rate, eps=1e-6
        )

    def joined(self, step: int) -> bool:
        """Whether the discriminator takes part at this step."""
        return step >= self.settings.discriminator_start and self.settings.adversarial_weight > 0

    def generator_loss(self, generated: Tensor, recorded: Tensor, step: int) -> dict[str, Tensor]:
        """Terms for clips (batch, samples), and their weighted sum as `waveform_loss`."""
        terms = self.stft_loss(generated, recorded)
        total = self.settings.stft_weight * torch.stack(list(terms.values())).sum()
        if self.joined(step):
            self.discriminator.requires_grad_(False)
            scores = self.discriminator(generated)
            self.discriminator.requires_grad_(True)
            terms["adversarial_loss"] = (scores.float() - 1).square().mean()
            total = total + self.settings.adversarial_weight * terms["adversarial_loss"]
        return terms | {"waveform_loss": total}

    def discriminator_loss(self, generated: Tensor, recorded: Tensor) -> dict[str, Tensor]:
        """What the discriminator is to lower, and how often it is right about each kind."""
        scores = self.discriminator(torch.cat((recorded, generated.detach())))
        on_recorded, on_generated = scores.float().chunk(2)
        return {
            "discriminator_loss": (on_recorded - 1).square().mean() + on_generated.square().mean(),
            "accuracy_recorded": (on_recorded > 0.5).float().mean(),
            "accuracy_generated": (on_generated < 0.5).float().mean(),
        }

    def take_gradients(self, loss: Tensor, step: int, gradient_clip: float) -> dict[str, Tensor]:
        """Gradients of the discriminator's loss, for `self.optimizer`; their norm, and its rate."""
        age = step - self.settings.discriminator_start
        rate = halved(
            self.settings.discriminator_learning_rate, age, self.settings.discriminator_halving
        )
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.discriminator.parameters(), gradient_clip)
        return {
            "discriminator_gradient_norm": norm,
            "discriminator_learning_rate": torch.tensor(rate, device=loss.device),
        }

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


def halved(rate: float, step: int, interval: int) -> float:
    """The learning rate after it was halved every `interval` steps."""
    return rate * 0.5 ** (step // interval)
