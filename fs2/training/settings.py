"""What the training of a system by Adam has: `fs2.systems.training`."""

from typing import Annotated, Literal

from pydantic import Field

from fs2.config.training import SystemTrainingSettings

Beta = Annotated[float, Field(ge=0, lt=1)]
"""How much of its running mean Adam keeps at a step."""


class AdamTraining(SystemTrainingSettings):
    """Optimiser, schedule and batches (paper section 3.1 and appendix B)."""

    batch_frames: int = Field(28_000, ge=100)
    """Mel frames in a batch, padding included (the paper's 48 sentences are about as many)."""
    learning_rate: float = Field(1.0, gt=0)
    """Factor on the schedule; with schedule: warmup_cosine, the peak rate itself."""
    schedule: Literal["transformer", "warmup_cosine"] = "transformer"
    """transformer: Vaswani's, as the paper; warmup_cosine: linear rise, then a cosine to zero."""
    warmup_steps: int = Field(4000, ge=1)
    """Steps until the learning rate peaks."""
    adam_betas: tuple[Beta, Beta] = (0.9, 0.98)
    """Adam's beta 1 and beta 2."""
    adam_epsilon: float = Field(1e-9, gt=0)
    """Adam's epsilon."""
    weight_decay: float = Field(0.0, ge=0)
    """Decoupled weight decay."""
    ema_decay: float = Field(0.0, ge=0, lt=1)
    """Decay of a moving average of the weights, which is then what is saved; 0: none."""
