"""The attention of a decoder over the phonemes: where it was, and whether it found its way."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

COVERED = 0.3
"""A phoneme that gets less of the attention, added up over the steps, was skipped."""
BACKWARDS = 3
"""So many phonemes behind the furthest one reached, the decoder says something again."""


@dataclass(frozen=True)
class Attention:
    """Of one clip, as it was spoken.

    Attributes:
        weights: (steps, phonemes), float32; each step's add up to 1.
        frames_per_step: Frames that the decoder makes at a step.
        stopped: Whether the decoder ended by itself, not at the limit.
    """

    weights: np.ndarray
    frames_per_step: int
    stopped: bool = True

    @property
    def focus_rate(self) -> float:
        """Mean over the steps of the largest weight (Ren et al. 2019, equation 6)."""
        return float(self.weights.max(axis=1).mean())

    @cached_property
    def position(self) -> np.ndarray:
        """The phoneme with the largest weight at each step, (steps,), int64."""
        return self.weights.argmax(axis=1)

    @cached_property
    def covered(self) -> np.ndarray:
        """Whether each phoneme was attended to, (phonemes,), bool.

        A step of several frames passes over short phonemes without being at any one of them, so
        what counts is how much of the attention a phoneme and its two neighbours got.
        """
        total = self.weights.sum(axis=0)
        padded = np.pad(total, 1, mode="edge")
        return np.maximum(total, (padded[:-2] + padded[2:]) / 2) >= COVERED

    @property
    def coverage(self) -> float:
        """Share of the phonemes that were attended to."""
        return float(self.covered.mean())

    @cached_property
    def backwards(self) -> np.ndarray:
        """Whether each step is well behind the furthest phoneme that was reached, (steps,)."""
        return np.maximum.accumulate(self.position) - self.position >= BACKWARDS

    @property
    def monotony(self) -> float:
        """Share of the steps that are not behind."""
        return float(1 - self.backwards.mean())

    def durations(self, frames: int) -> np.ndarray:
        """Frames of each phoneme, (phonemes,), int32: where their steps have the largest weight.

        They add up to `frames`, the length of the clip, which the last step may exceed (Ren et al.
        2019, section 3.2).
        """
        owner = np.repeat(self.position, self.frames_per_step)[:frames]
        return np.bincount(owner, minlength=self.weights.shape[1]).astype(np.int32)
