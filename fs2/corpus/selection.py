"""Which recordings are wanted, and which of those have a usable id and text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from fs2.config import Corpus
from fs2.corpus.source import Recording

SAFE_ID = re.compile(r"\w[\w.-]{0,199}")
WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")


def select(
    recordings: Iterable[Recording], corpus: Corpus
) -> tuple[list[Recording], dict[str, int]]:
    """The recordings that the configuration asks for, in order of id; the others counted.

    Returns the recordings, and reason -> number of recordings left out for it. A recording
    without any word stays, to be set aside by name.
    """
    left_out: Counter[str] = Counter()
    chosen: list[Recording] = []
    for recording in sorted(recordings, key=lambda recording: recording.id):
        words = len(WORD.findall(recording.text))
        if recording.left_out:
            left_out[recording.left_out] += 1
        elif 0 < words < corpus.minimum_words:
            left_out[f"fewer than {corpus.minimum_words} words"] += 1
        elif corpus.maximum_clips is not None and len(chosen) >= corpus.maximum_clips:
            left_out[f"beyond the first {corpus.maximum_clips} clips"] += 1
        else:
            chosen.append(recording)
    return chosen, dict(left_out)


def check_texts(
    recordings: Iterable[Recording],
) -> tuple[list[Recording], list[tuple[str, str]]]:
    """The recordings with a usable id and text, and (id, reason) of each of the others.

    Of entries with the same id and text the first is kept; where the texts differ, none can be
    trusted.
    """
    recordings = list(recordings)
    texts = defaultdict(set)
    for recording in recordings:
        texts[recording.id].add(recording.text)
    usable: dict[str, Recording] = {}
    problems: list[tuple[str, str]] = []
    for recording in recordings:
        if not SAFE_ID.fullmatch(recording.id):
            problem = "its id is no safe file name: letters, digits, '.', '_' and '-' only"
        elif len(texts[recording.id]) > 1:
            problem = "duplicate id with different texts"
        elif recording.id in usable:
            problem = "duplicate id"
        elif not WORD.search(recording.text):
            problem = "no text"
        else:
            usable[recording.id] = recording
            continue
        problems.append((recording.id, problem))
    return list(usable.values()), problems
