"""What can be set of FastSpeech: its network, and whose mels and durations it is trained on."""

from typing import Literal, Self

from pydantic import Field, model_validator

from fs2.nn.feed_forward_settings import FeedForwardModel
from fs2.training.mel_settings import MelTraining

COLUMNS = ("mel", "durations")
"""Of the features file, that the training needs besides the phonemes."""


class FastSpeechModel(FeedForwardModel):
    """The network of FastSpeech (Ren et al. 2019): FastSpeech 2's without pitch and energy."""

    architecture: Literal["fastspeech"] = "fastspeech"
    """This network."""


class FastSpeechTraining(MelTraining):
    """Training of FastSpeech (Ren et al. 2019, sections 3.3 and 4.2)."""

    steps: int = Field(160_000, ge=1)
    """Optimiser steps."""
    targets: Literal["teacher", "recordings"] = "teacher"
    """Whose mels it learns: those that the teacher speaks, or the recordings'."""
    durations: Literal["teacher", "aligner"] = "teacher"
    """Whose durations it learns: those of the teacher's attention, or the aligner's."""
    duration_weight: float = Field(1.0, ge=0)
    """Weight of the duration loss (MSE of log durations)."""

    @model_validator(mode="after")
    def _fit_each_other(self) -> Self:
        if self.targets == "teacher" and self.durations == "aligner":
            raise ValueError(
                "targets: teacher needs durations: teacher, since the aligner's durations are "
                "those of the recordings, and the teacher's mels are longer or shorter"
            )
        return self

    @property
    def has_teacher(self) -> bool:
        """Whether it learns anything of a teacher."""
        return "teacher" in (self.targets, self.durations)
