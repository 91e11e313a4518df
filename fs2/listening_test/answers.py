"""The listeners' answers, each file of which must be as the page gave it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fs2.errors import FS2Error
from fs2.listening_test.design import Design, Session
from fs2.listening_test.folder import answer_files
from fs2.references import RECORDINGS

COLUMNS = (
    *("test", "listener", "session", "part", "position", "first", "second", "answer"),
    *("plays", "seconds"),
)
"""Of a file of answers, in this order."""
RATING, COMPARISON = "mos", "cmos"
"""The parts."""
SCALES = {RATING: range(1, 6), COMPARISON: range(-3, 4)}
"""Answers that there can be: bad to excellent; the second much worse to much better."""
LISTENER = re.compile(r"[0-9a-z]{10}")
"""The name that the page draws for a listener."""


@dataclass(frozen=True)
class Answers:
    """What listeners answered, those left out who rate recordings too low.

    Attributes:
        ratings: Columns `listener`, `sentence`, `system`, `value` (1 to 5).
        comparisons: Columns `listener`, `sentence`, `first`, `second` (systems), `value` (-3 to 3,
            positive if the second is better).
        listeners: How many of them count.
        excluded: Name of each that does not -> mean rating of the hidden recordings.
    """

    ratings: pd.DataFrame
    comparisons: pd.DataFrame
    listeners: int
    excluded: dict[str, float]


def read_answers(folder: Path, design: Design, minimum_recordings_mos: float) -> Answers:
    """The answers of all listeners.

    Args:
        folder: Their files.
        design: The test that they were given.
        minimum_recordings_mos: Who rates the hidden recordings lower on average is left out.

    Raises FS2Error that names every file that is not as the page gave it, is of another test, or of
    a listener who has another file too.
    """
    files, faults = {}, []
    for path in answer_files(folder):
        try:
            files[path.name] = _read(path, design)
        except FS2Error as error:
            faults.append(f"{path.name}: {error}")
    faults += _duplicates({name: rows["listener"].iloc[0] for name, rows in files.items()})
    if faults:
        raise FS2Error(
            f"{folder}: {len(faults)} of the listeners' files cannot be used; put the files there "
            f"as the page gave them, or move them into a folder below: {'; '.join(faults)}"
        )
    rows = pd.concat(files.values(), ignore_index=True)
    return _answers(rows, design, minimum_recordings_mos)


def _duplicates(listeners: dict[str, str]) -> list[str]:
    """A fault for each file whose listener has an earlier one."""
    seen: dict[str, str] = {}
    return [
        f"{name}: is of the same listener as {earlier}"
        for name, listener in listeners.items()
        if (earlier := seen.setdefault(listener, name)) != name
    ]


def _read(path: Path, design: Design) -> pd.DataFrame:
    """The rows of a file, numbers as numbers. Raises FS2Error, without the file's name, if bad."""
    if path.suffix.lower() != ".csv":
        raise FS2Error("is no CSV file")
    rows = _table(path)
    if len(rows) == 0:
        raise FS2Error("has no answer")
    if (test := rows["test"].iloc[0]) != design.fingerprint:
        raise FS2Error(f"is of the test {test!r}, not of {design.fingerprint}")
    listener, number = rows["listener"].iloc[0], rows["session"].iloc[0]
    for column in ("test", "listener", "session"):
        if rows[column].nunique() > 1:
            raise FS2Error(f"its column {column} is not the same in all lines")
    if not LISTENER.fullmatch(listener):
        raise FS2Error(f"{listener!r} is no name that the page gives a listener")
    if not re.fullmatch("[0-9]{1,6}", number) or not 1 <= int(number) <= len(design.sessions):
        raise FS2Error(f"session {number!r} is none of 1 to {len(design.sessions)}")
    _check_order(rows, design.sessions[int(number) - 1])
    rows["value"] = [_value(row.part, row.answer, line) for line, row in _lines(rows)]
    return rows


def _table(path: Path) -> pd.DataFrame:
    """The columns as text."""
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FS2Error(f"cannot be read as a table ({error})") from error
    if not lines or tuple(lines[0]) != COLUMNS:
        raise FS2Error(
            f"its first line is not {','.join(COLUMNS)}: perhaps a spreadsheet program saved it"
        )
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(COLUMNS):
            raise FS2Error(f"line {number} has {len(line)} values, not {len(COLUMNS)}")
    return pd.DataFrame(lines[1:], columns=list(COLUMNS))


def _check_order(rows: pd.DataFrame, session: Session) -> None:
    """FS2Error unless the lines are the questions of a session, all of them, in their order."""
    rated = [(RATING, str(n), clip, "") for n, clip in enumerate(session.ratings, 1)]
    compared = [(COMPARISON, str(n), *pair) for n, pair in enumerate(session.comparisons, 1)]
    asked = [*rated, *compared]
    if len(rows) != len(asked):
        raise FS2Error(f"has {len(rows)} answers, the test {len(asked)}")
    for (line, row), question in zip(_lines(rows), asked, strict=True):
        if (row.part, row.position, row.first, row.second) != question:
            raise FS2Error(f"line {line} is not the question that the page asked there")
        if not re.fullmatch("[1-9][0-9]*", row.plays):
            raise FS2Error(f"line {line}: the clip was not heard (plays {row.plays!r})")


def _lines(rows: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """Each row with the number of its line in the file."""
    return enumerate(rows.itertuples(), 2)


def _value(part: str, answer: str, line: int) -> int:
    scale = SCALES[part]
    if answer not in map(str, scale):
        raise FS2Error(f"line {line}: the answer {answer!r} is none of {scale[0]} to {scale[-1]}")
    return int(answer)


def _answers(rows: pd.DataFrame, design: Design, minimum: float) -> Answers:
    """The rows with what the clips are, of the listeners that count."""
    rows = rows.assign(
        sentence=[design.clips[name].sentence for name in rows["first"]],
        system=[design.clips[name].system for name in rows["first"]],
    )
    is_rating = rows["part"] == RATING
    recordings = rows[is_rating & (rows["system"] == RECORDINGS)]
    means = recordings.groupby("listener")["value"].mean()
    excluded = {str(name): float(mean) for name, mean in means.items() if mean < minimum}
    counted = ~rows["listener"].isin(excluded)
    compared = rows[~is_rating & counted]
    return Answers(
        rows.loc[is_rating & counted, ["listener", "sentence", "system", "value"]],
        pd.DataFrame(
            {
                "listener": compared["listener"],
                "sentence": compared["sentence"],
                "first": compared["system"],
                "second": [design.clips[name].system for name in compared["second"]],
                "value": compared["value"],
            }
        ),
        rows.loc[counted, "listener"].nunique(),
        excluded,
    )
