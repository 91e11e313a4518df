"""What the first graph of an exported voice takes, of what a user asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fs2.errors import FS2Error
from fs2.onnx.description import ExportedVoice

PREDICTED = -1
"""In place of a duration: as the voice predicts it."""
Factor = float | Sequence[float] | np.ndarray
"""One for the whole sentence, or one a phoneme."""


@dataclass(frozen=True)
class SpeechInputs:
    """The inputs of one sentence.

    Attributes:
        voice: What the voice takes.
        ids: Numbers of its symbols.

    Raises FS2Error if it is a single one, for which graphs are not made.
    """

    voice: ExportedVoice
    ids: list[int]

    def __post_init__(self) -> None:
        if len(self.ids) < 2:
            raise FS2Error(f"phonemes: must be two symbols at least (got {len(self.ids)})")

    def arrays(
        self, factors: Mapping[str, Factor], durations: Sequence[int] | np.ndarray | None
    ) -> dict[str, np.ndarray]:
        """By name, each (1, phonemes); errors as `OnnxVoice.speak_phonemes` has them."""
        return {
            "phonemes": np.array([self.ids], np.int64),
            "durations": self._durations(durations)[None],
            **{name: self._factor(name, factor)[None] for name, factor in factors.items()},
        }

    def check_spoken(self, arrays: Mapping[str, np.ndarray]) -> None:
        """FS2Error if a predicted duration reached the longest that a graph makes."""
        predicted = arrays["durations"] == PREDICTED
        frames = np.round(arrays["spoken_durations"] * arrays["pace"])
        if (frames[predicted] >= self.voice.longest_phone).any():
            raise FS2Error(
                f"{self.voice.name}: predicts a phone of endless length: its training went wrong"
            )

    def _factor(self, name: str, factor: Factor) -> np.ndarray:
        """(phonemes,), float32."""
        count = len(self.ids)
        try:
            array = np.broadcast_to(np.asarray(factor, np.float32), (count,))
        except (TypeError, ValueError) as error:
            raise FS2Error(f"{name}: must be one number, or {count}, one a phoneme") from error
        least, largest = (np.float32(end) for end in self.voice.ranges[name])
        wrong = array[~((array >= least) & (array <= largest))]
        if len(wrong):
            raise FS2Error(f"{name}: must be from {least:g} to {largest:g} (got {wrong[0]:g})")
        if name not in self.voice.controlled and (array != 1).any():
            raise FS2Error(f"{name}: {self.voice.name} does not follow it; leave it at 1")
        return array

    def _durations(self, durations: Sequence[int] | np.ndarray | None) -> np.ndarray:
        """(phonemes,), int64, `PREDICTED` where none is set."""
        count = len(self.ids)
        if durations is None:
            return np.full(count, PREDICTED, np.int64)
        array = np.asarray(durations)
        if array.shape != (count,) or not np.issubdtype(array.dtype, np.integer):
            raise FS2Error(f"durations: must be {count} whole numbers, one a phoneme")
        longest = self.voice.longest_phone
        if (array < PREDICTED).any() or (array > longest).any() or not array.any():
            raise FS2Error(
                f"durations: must be from 0 to {longest} frames, {PREDICTED} for what is to be "
                "predicted, and not all of them 0"
            )
        return array.astype(np.int64)
