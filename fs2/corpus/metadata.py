"""`metadata.csv` in LJSpeech's format, and whether its columns are what they are read as."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fs2.corpus.source import read_text_file
from fs2.errors import FS2Error

EXPECTED = "expected id|text or id|text|normalised text"
ID_TITLE = re.compile(
    r"(audio|basename|clip|file|id|item|name|path|sample|sound|utt|utterance|wav)s?"
    r"(_?(id|file|filename|name|path))?"
)
TEXT_TITLE = re.compile(
    r"((clean|normali[sz]ed|raw|spoken)_)?(sentence|text|transcript|transcription)s?"
    r"(_(clean|normali[sz]ed|raw|spoken))?|raw|normali[sz]ed"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LETTERS = re.compile(r"[^\W\d_]+")

FEW_LINES = 6
"""Fewer lines tell too little of a column."""
FEW_WORDS = 2
"""A text of fewer words may well be written with none of them: '1' for 'one'."""
SUSPICIOUS_SHARE = 0.5
"""Of lines that contradict what a column is read as."""
FEW_TEXTS = 0.25
"""Different texts a line, below which something else may stand in place of the text."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """A line of the table: its number, counted from 1, id, text as published and text to be read.

    `columns` is how many the line has.
    """

    number: int
    id: str
    raw: str
    text: str
    columns: int


def read_metadata(path: Path) -> list[Line]:
    """The lines of a table `id|text` or `id|text|normalised text`, without a header.

    A header of well-known names is skipped with a warning. Raises FS2Error that names the line or
    the column if the table is not of this form, or a column is something else than text.
    """
    rows = _read_rows(path)
    if rows and (skipped := _header(path, *rows[0])):
        logger.warning("%s, line %d: skipped, it is a header (%s)", path, rows[0][0], skipped)
        rows = rows[1:]
    lines = [_line(path, number, columns) for number, columns in rows]
    _check_bars(path, lines)
    _check_normalised(path, lines)
    _warn_of_texts(path, lines)
    return lines


def _read_rows(path: Path) -> list[tuple[int, list[str]]]:
    rows = []
    for number, line in enumerate(read_text_file(path).split("\n"), 1):
        if not line.strip():
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) not in (2, 3):
            raise FS2Error(
                f"{path}, line {number}: {EXPECTED}, found {len(columns)} columns; columns are "
                "separated by '|', and a text can hold none"
            )
        rows.append((number, columns))
    return rows


def _header(path: Path, number: int, columns: Sequence[str]) -> str:
    """The first line, if it names columns; FS2Error if it names others than are read."""
    titles = [column.casefold().replace(" ", "_") for column in columns]
    ids = [bool(ID_TITLE.fullmatch(title)) for title in titles]
    texts = [bool(TEXT_TITLE.fullmatch(title)) for title in titles]
    if not (any(ids) and any(texts)):
        return ""
    line = "|".join(columns)
    if not (ids[0] and all(texts[1:])):
        raise FS2Error(f"{path}, line {number}: its header is {line}; {EXPECTED}, in this order")
    return line


def _line(path: Path, number: int, columns: Sequence[str]) -> Line:
    if not columns[0]:
        raise FS2Error(f"{path}, line {number}: has no id before its first '|'")
    if control := CONTROL.search("|".join(columns)):
        raise FS2Error(f"{path}, line {number}: holds the control character {control[0]!r}")
    return Line(number, columns[0], columns[1], columns[-1] or columns[1], len(columns))


def _check_bars(path: Path, lines: Sequence[Line]) -> None:
    """Refuse the few lines that have a column more than the others."""
    more = [line for line in lines if line.columns == 3]
    if more and len(more) < SUSPICIOUS_SHARE * len(lines):
        raise FS2Error(
            f"{path}, line {more[0].number}: has 3 columns, most lines have 2; a text can hold no "
            f"'|'. {len(more)} of {len(lines)} lines are so"
        )


def _check_normalised(path: Path, lines: Sequence[Line]) -> None:
    """Refuse a third column that is something else than the second one in other words."""
    lines = [line for line in lines if line.columns == 3]
    compared = [line for line in lines if len(_words(line.raw)) >= FEW_WORDS]
    foreign = [line for line in compared if not _words(line.raw) & _words(line.text)]
    different = len({line.text.casefold() for line in lines})
    raw = len({line.raw.casefold() for line in lines})
    if len(foreign) > SUSPICIOUS_SHARE * len(compared):
        told = f"has no word of the second one in {len(foreign)} of {len(compared)} lines"
    elif len(lines) >= FEW_LINES and different < SUSPICIOUS_SHARE * raw:
        told = f"has {different} different entries in {len(lines)} lines, the second one {raw}"
    else:
        return
    example = (foreign or lines)[0]
    raise FS2Error(
        f"{path}: its third column is read as the normalised text, but {told}: "
        f"line {example.number} has {example.text[:60]!r} for {example.raw[:60]!r}. Leave it out, "
        "or write the text as it is said there"
    )


def _warn_of_texts(path: Path, lines: Sequence[Line]) -> None:
    """Warn of a text that repeats, or has no letters, more than texts do."""
    if len(lines) < FEW_LINES:
        return
    column = "third" if lines[0].columns == 3 else "second"
    different = {line.text.casefold() for line in lines}
    if len(different) < FEW_TEXTS * len(lines):
        logger.warning(
            "%s: its %s column, which is read as the text, has %d different texts in %d lines, "
            "such as %r; is it the text?",
            *(path, column, len(different), len(lines), lines[0].text[:60]),
        )
    mute = [line for line in lines if not LETTERS.search(line.text)]
    if len(mute) > SUSPICIOUS_SHARE * len(lines):
        logger.warning(
            "%s: its %s column, which is read as the text, has no letter in %d of %d lines, such "
            "as %r; is it the text?",
            *(path, column, len(mute), len(lines), mute[0].text[:60]),
        )


def _words(text: str) -> frozenset[str]:
    return frozenset(LETTERS.findall(text.casefold()))
