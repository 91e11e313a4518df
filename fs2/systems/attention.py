"""The attention of a decoder over the phonemes: where it was, and whether it found its way."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

COVERED = 0.3
"""A phoneme that gets less of the attention, added up over the steps, was skipped."""
BACKWARDS = 3
"""So many phonemes behind the furthest one reached, the decoder says something again."""
SKIPPED = 3
"""So many phonemes in a row that are not covered are a syllable or word that was left out; a single
one may be too short for a step of several frames."""


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
        """Whether each step is well behind the furthest phoneme that was reached, (steps,).

        A single step that looks elsewhere says nothing again: the median of three counts.
        """
        around = sliding_window_view(np.pad(self.position, 1, mode="edge"), 3)
        place = np.median(around, axis=1)  # (steps,)
        return np.maximum.accumulate(place) - place >= BACKWARDS

    @property
    def monotony(self) -> float:
        """Share of the steps that are not behind."""
        return float(1 - self.backwards.mean())

    @property
    def skips(self) -> int:
        """How often phonemes were left out: runs of at least `SKIPPED` that are not covered."""
        return sum(end - start >= SKIPPED for start, end in _runs(~self.covered))

    @property
    def repeats(self) -> int:
        """How often the decoder went back: runs of steps that are behind."""
        return len(_runs(self.backwards))

    @property
    def failures(self) -> list[str]:
        """In words, what went wrong; empty if nothing did."""
        found = [] if self.stopped else ["did not end by itself"]
        if self.skips:
            found.append(f"skipped phonemes (coverage {self.coverage:.0%})")
        if self.repeats:
            found.append(f"went back in the text (monotony {self.monotony:.0%})")
        return found

    def durations(self, frames: int) -> np.ndarray:
        """Frames of each phoneme, (phonemes,), int32: where their steps have the largest weight.

        They add up to `frames`, the length of the clip, which the last step may exceed (Ren et al.
        2019, section 3.2).
        """
        owner = np.repeat(self.position, self.frames_per_step)[:frames]
        return np.bincount(owner, minlength=self.weights.shape[1]).astype(np.int32)


def _runs(which: np.ndarray) -> list[tuple[int, int]]:
    """Beginning and end of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], which, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
