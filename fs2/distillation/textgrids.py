"""A teacher's durations as TextGrids: the words and phones of the aligner, at other times."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from fs2.alignment.durations import ClipDurations
from fs2.alignment.merging import phones_of_words
from fs2.alignment.praat import TIME_STEP, Interval
from fs2.alignment.textgrid import TextGrid, complete
from fs2.audio import AudioSettings
from fs2.errors import FS2Error
from fs2.text.symbols import PUNCTUATION, SILENCE

SHORTEST = 2 * TIME_STEP
"""Seconds of a phone without a frame: a TextGrid has no phone without length."""


def taught_textgrid(
    grid: TextGrid, clip: str, usable: ClipDurations, audio: AudioSettings
) -> TextGrid:
    """The words and phones of a TextGrid with the times that a teacher's durations say.

    Args:
        grid: The aligner's.
        clip: Name of the clip, for messages.
        usable: The teacher's durations.
        audio: Sampling and frames.

    Raises FS2Error if the phonemes are not those of the aligner's TextGrid.
    """
    words = [word for word in grid.words if word.label]
    aligned = phones_of_words(grid, words)
    is_phone = [symbol not in (SILENCE, *PUNCTUATION) for symbol in usable.phonemes]
    labels = [symbol for symbol, phone in zip(usable.phonemes, is_phone, strict=True) if phone]
    if labels != [phone.label for phone, _ in aligned]:
        raise FS2Error(
            f"{clip}: its phonemes in the features are not those of its TextGrid; run the stages "
            "alignment and features again"
        )
    start = usable.start_sample / audio.sample_rate
    boundaries = (start + np.cumsum([0, *usable.durations]) * audio.frame_seconds).tolist()
    times = [time for time, phone in zip(pairwise(boundaries), is_phone, strict=True) if phone]
    phones = _with_length(times, labels)
    tier = []
    for place, word in enumerate(words):
        own = [phone for phone, (_, of) in zip(phones, aligned, strict=True) if of == place]
        tier.append(Interval(own[0].start, own[-1].end, word.label))
    end = max(grid.end, phones[-1].end)
    return TextGrid(complete(tier, end), complete(phones, end), end)


def _with_length(times: Sequence[tuple[float, float]], labels: Sequence[str]) -> list[Interval]:
    """Phones in order; one without a frame takes `SHORTEST` of what follows."""
    phones, now = [], 0.0
    for (start, end), label in zip(times, labels, strict=True):
        begin = max(start, now)
        now = max(end, begin + SHORTEST)
        phones.append(Interval(begin, now, label))
    return phones
