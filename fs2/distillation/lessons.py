"""What a teacher gives of one clip, and whether it failed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fs2.config.distillation import Distillation
from fs2.systems.attention import Attention

GOOD = "good"
"""Outcome of a clip on which the teacher did not fail."""
MEASURES = ("focus_rate", "coverage", "monotony")
COLUMNS = (
    *("id", "split", "frames", *MEASURES, "outcome"),
    *(f"generated_{name}" for name in ("frames", *MEASURES, "outcome")),
)
"""Of clips.csv."""


@dataclass(frozen=True)
class Generated:
    """What the teacher speaks: mel (frames, n_mels), float32, natural log, and its attention."""

    mel: np.ndarray
    attention: Attention


@dataclass(frozen=True)
class Lesson:
    """One clip.

    Attributes:
        index: Of the clip in the features file.
        frames: Of the recording.
        aligned: The attention on the recording.
        generated: What the teacher speaks in its place; None outside of the training split.
    """

    index: int
    frames: int
    aligned: Attention
    generated: Generated | None

    @property
    def durations(self) -> np.ndarray:
        """(phonemes,), int32, frames of the recording."""
        return self.aligned.durations(self.frames)

    def aligned_failure(self, settings: Distillation) -> str | None:
        """How the teacher failed on the recording; None if it did not."""
        for name, least in (
            ("coverage", settings.minimum_coverage),
            ("monotony", settings.minimum_monotony),
        ):
            value = getattr(self.aligned, name)
            if value < least:
                return f"the teacher's attention on the recording has a low {name} ({value:.0%})"
        return None

    def generated_failure(self) -> str | None:
        """How the teacher failed when it spoke; None if it did not."""
        failures = self.generated.attention.failures if self.generated else ()
        return next((f"the teacher {words}" for words in failures), None)

    def row(self, settings: Distillation) -> dict[str, Any]:
        """Its columns of clips.csv, but for name and split."""
        row: dict[str, Any] = {"frames": self.frames, **_measures(self.aligned, "")}
        row |= {"outcome": self.aligned_failure(settings) or GOOD}
        if self.generated is not None:
            row |= {"generated_frames": len(self.generated.mel)}
            row |= _measures(self.generated.attention, "generated_")
            row |= {"generated_outcome": self.generated_failure() or GOOD}
        return row


def _measures(attention: Attention, prefix: str) -> dict[str, float]:
    return {f"{prefix}{name}": round(getattr(attention, name), 4) for name in MEASURES}
