"""What the training of a system that makes mels in one parallel pass has."""

from pydantic import Field

from fs2.training.settings import AdamTraining


class MelTraining(AdamTraining):
    """Loss of the mel, and a discriminator of it."""

    mel_weight: float = Field(1.0, ge=0)
    """Weight of the mel loss (MAE)."""
    adversarial_weight: float = Field(0.0, ge=0)
    """Weight of a discriminator's losses on the mel; 0: none, as in the paper."""
    adversarial_start: float = Field(0.4, ge=0, lt=1)
    """Share of the steps after which the discriminator joins."""
    adversarial_learning_rate: float = Field(2e-4, gt=0)
    """Learning rate of the discriminator."""
