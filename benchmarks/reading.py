"""How well text is read: `python benchmarks/reading.py [--phrases FILE] [--metadata FILE]`.

Phrases with their readings (columns kind, phrase, reading) give the share that is read so by kind,
beside NVIDIA's nemo_text_processing where that is installed. Metadata in the manner of LJSpeech
(id|text|text in words) give the share of lines on which the rules and the publisher agree, and
every difference.
"""

import argparse
import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from fs2.errors import FS2Error
from fs2.text.normalise import normalise

PHRASES = Path(__file__).resolve().parents[1] / "tests" / "text" / "readings.tsv"
Reader = Callable[[str], str]


class Phrase(NamedTuple):
    """A phrase and how a careful reader says it."""

    kind: str
    written: str
    reading: str


class Difference(NamedTuple):
    """Where two readings of a line part: the words of either, and of the text as written."""

    id: str
    kind: str
    ours: str
    theirs: str


def canonical(reading: str) -> str:
    """Readings are equal whatever their case, hyphens and commas; the other marks count."""
    return " ".join(re.sub(r"[-,]", " ", reading.lower()).split())


def read_phrases(path: Path) -> list[Phrase]:
    """The rows of a file of phrases, tabs between the columns."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [Phrase(*row) for row in rows]


def misread(phrases: Iterable[Phrase], reader: Reader) -> list[tuple[Phrase, str]]:
    """The phrases that `reader` reads otherwise, each with what it makes of it."""
    readings = ((phrase, _read(reader, phrase.written)) for phrase in phrases)
    return [
        (phrase, reading)
        for phrase, reading in readings
        if canonical(reading) != canonical(phrase.reading)
    ]


def shares(phrases: Iterable[Phrase], wrong: Iterable[Phrase]) -> dict[str, float]:
    """Kind -> share of its phrases that are not among the wrong ones."""
    all_of, wrong_of = (Counter(phrase.kind for phrase in group) for group in (phrases, wrong))
    return {kind: 1 - wrong_of[kind] / count for kind, count in sorted(all_of.items())}


def differences(metadata: Path) -> tuple[int, list[Difference]]:
    """How many lines hold more than words, and where their readings differ from the published."""
    written, found = 0, []
    for line in metadata.read_text(encoding="utf-8").splitlines():
        identifier, raw, published = line.split("|")
        ours, theirs = (canonical(normalise(text)) for text in (raw, published))
        written += raw != published
        if ours != theirs:
            found.append(_difference(identifier, ours.split(), theirs.split()))
    return written, found


def _difference(identifier: str, ours: list[str], theirs: list[str]) -> Difference:
    edits = [
        (ours[a:b], theirs[c:d])
        for edit, a, b, c, d in SequenceMatcher(a=ours, b=theirs, autojunk=False).get_opcodes()
        if edit != "equal"
    ]
    days = all(
        len(our) == len(their) == 1 and normalise(f"May {_figure(our[0])}") for our, their in edits
    )
    return Difference(
        identifier,
        "other" if not days else "day",
        " / ".join(" ".join(our) for our, _ in edits),
        " / ".join(" ".join(their) for _, their in edits),
    )


def _read(reader: Reader, text: str) -> str:
    try:
        return reader(text)
    except FS2Error as error:
        return f"error: {error}"


