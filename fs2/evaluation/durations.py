"""Durations: which spoken phoneme is which recorded one, and how far their lengths are apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fs2.text.symbols import PHONES, SILENCE


@dataclass(frozen=True)
class Timing:
    """Phonemes of a clip and their durations in frames, shape (phonemes,)."""

    phonemes: Sequence[str]
    durations: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """First frame of each phoneme, shape (phonemes,)."""
        return np.cumsum(self.durations) - self.durations


def match(recorded: Sequence[str], spoken: Sequence[str]) -> np.ndarray | None:
    """Pairs of places at which two sequences have the same phoneme, shape (pairs, 2).

    A `sil` that only one of them has is passed over: a pause that the reader made without
    punctuation is no part of the text that is synthesised. None if anything else differs.
    """
    pairs = []
    i = j = 0
    while i < len(recorded) or j < len(spoken):
        left = recorded[i] if i < len(recorded) else None
        right = spoken[j] if j < len(spoken) else None
        if left == right:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif left == SILENCE:
            i += 1
        elif right == SILENCE:
            j += 1
        else:
            return None
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def phone_errors(recorded: Timing, spoken: Timing, pairs: np.ndarray) -> np.ndarray:
    """Absolute difference of the durations of each matched phone, in frames, shape (phones,).

    Phones only: pauses and punctuation are excluded.
    """
    phones = [(i, j) for i, j in pairs if recorded.phonemes[i] in PHONES]
    places = np.array(phones, dtype=np.int64).reshape(-1, 2)
    return np.abs(recorded.durations[places[:, 0]] - spoken.durations[places[:, 1]])


def counterparts(
    recorded: Timing, spoken: Timing, pairs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each recorded frame of a matched phoneme, where the spoken one has the same instant.

    Within a phoneme time runs evenly. Returns the recorded frames (integers) and their places
    among the spoken frames (fractions), both of shape (matched frames,).
    """
    lengths = recorded.durations[pairs[:, 0]]
    owner = np.repeat(np.arange(len(pairs)), lengths)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    stretch = spoken.durations[pairs[:, 1]] / np.maximum(lengths, 1)
    frames = recorded.starts[pairs[:, 0]][owner] + within
    places = spoken.starts[pairs[:, 1]][owner] + (within + 0.5) * stretch[owner] - 0.5
    return frames, places
