"""Which recordings are wanted, and which of those have a usable id and text."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from fs2.config.corpus import Corpus
from fs2.corpus.source import CorpusRecording

SAFE_ID = re.compile(r"\w[\w.-]*")
LONGEST_ID = 200
"""Bytes: files are named by ids, with more to come behind."""
WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")


def select(
    recordings: Iterable[CorpusRecording], corpus: Corpus
) -> tuple[list[CorpusRecording], dict[str, int]]:
    """The recordings that the configuration asks for, in order of id; the others counted.

    Returns the recordings, and reason -> number of recordings not selected for it. A recording
    without any word stays, to be excluded by name.
    """
    not_selected: Counter[str] = Counter()
    chosen: list[CorpusRecording] = []
    for recording in sorted(recordings, key=lambda recording: recording.id):
        words = len(WORD.findall(recording.text))
        if recording.excluded:
            not_selected[recording.excluded] += 1
        elif 0 < words < corpus.minimum_words:
            not_selected[f"fewer than {corpus.minimum_words} words"] += 1
        elif corpus.maximum_clips is not None and len(chosen) >= corpus.maximum_clips:
            not_selected[f"beyond the first {corpus.maximum_clips} clips"] += 1
        else:
            chosen.append(recording)
    return chosen, dict(not_selected)


def check_texts(
    recordings: Iterable[CorpusRecording],
) -> tuple[list[CorpusRecording], list[tuple[str, str]]]:
    """The recordings with a usable id and text, and (id, reason) of each of the others.

    Of entries with the same id and text the first is kept; where the texts differ, none can be
    trusted. Of ids that some file systems do not tell apart the first is kept.
    """
    recordings = list(recordings)
    texts = defaultdict(set)
    for recording in recordings:
        texts[recording.id].add(recording.text)
    usable: dict[str, CorpusRecording] = {}
    files: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    for recording in recordings:
        clip = recording.id
        other = files.get(_file_name(clip), clip)
        if problem := _id_problem(clip):
            pass
        elif len(texts[clip]) > 1:
            problem = "duplicate id with different texts"
        elif clip in usable:
            problem = "duplicate id"
        elif other != clip:
            problem = f"its id is the same file name as '{other}' on some systems"
        elif not WORD.search(recording.text):
            problem = "no text"
        else:
            usable[clip] = recording
            files[_file_name(clip)] = clip
            continue
        problems.append((clip, problem))
    return list(usable.values()), problems


def _id_problem(clip: str) -> str:
    """Why an id cannot name a file; empty if it can."""
    if not SAFE_ID.fullmatch(clip):
        return "its id is no safe file name: letters, digits, '.', '_' and '-' only"
    if len(clip.encode()) > LONGEST_ID:
        return f"its id is no safe file name: longer than {LONGEST_ID} bytes"
    return ""


def _file_name(clip: str) -> str:
    """What a file system that does not tell capitals apart makes of a name."""
    return unicodedata.normalize("NFC", clip.casefold())
