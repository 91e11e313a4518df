"""Praat's text files, long and short: a list of numbers, quoted strings and `<flags>`.

Whatever else stands in a file, such as `xmin =` and `intervals [1]:`, is a comment in Praat's own
reading. So the long and the short format are one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from fs2.errors import FS2Error

LARGEST_FILE = 32 << 20
"""Bytes; an hour of speech has about 4 MB."""
LONGEST_SECONDS = 86_400.0
"""Latest time in a file: a day."""
TIME_STEP = 1e-4
"""Times that differ by less, in seconds, are the same."""
_TOKEN = re.compile(r'"[^"]*(?:""[^"]*)*"|\S+')
_NUMBER = re.compile(r"(?ai)[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan|inf)")
"""What is written for a number, with what programs write for one that is none."""
_SHOWN = 40
"""Characters of a wrong token that an error repeats."""
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class ClipError(FS2Error):
    """One clip cannot be used; preparing a corpus sets it aside and goes on."""


class Interval(NamedTuple):
    """A label from `start` to `end`, in seconds; silence is the empty label."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Tier:
    """An interval tier, as it stands in the file."""

    name: str
    end: float
    intervals: tuple[Interval, ...]


def read_interval_tiers(path: Path) -> list[Tier]:
    """The interval tiers of a TextGrid; point tiers are read over.

    Raises ClipError that names the file if it is no TextGrid in UTF-8 or UTF-16, is cut off, or if
    a time is no number, negative, later than a day or before the one before it.
    """
    try:
        return list(_tiers(_Tokens(_text(path))))
    except (OSError, ValueError) as error:
        raise ClipError(f"{path}: not a readable TextGrid ({error})") from error


def _text(path: Path) -> str:
    """The file's content; ValueError if it is too large or no text."""
    with open(path, "rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"larger than {LARGEST_FILE >> 20} MB")
    encoding = _BYTE_ORDER_MARKS.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"neither UTF-8 nor UTF-16: {error}") from error
    if "\0" in text:
        raise ValueError("a NUL character; UTF-16 begins with a byte order mark")
    return text


class _Tokens:
    """The numbers, strings and flags of a text, one after the other."""

    def __init__(self, text: str) -> None:
        found = (match[0] for match in _TOKEN.finditer(text))
        self._tokens = (token for token in found if token[0] in '"<' or _NUMBER.fullmatch(token))

    def number(self, what: str) -> float:
        """The next token, which must be a number."""
        token = self._next(what)
        if not _NUMBER.fullmatch(token):
            raise ValueError(f"{token[:_SHOWN]} in place of {what}")
        return float(token)

    def time(self, what: str) -> float:
        """The next number, which must be a time within a clip, in seconds."""
        value = self.number(what)
        if not 0 <= value <= LONGEST_SECONDS:
            raise ValueError(f"{what} is {value}, no time in seconds")
        return value

    def count(self, what: str) -> int:
        """The next number, which must be a count."""
        value = self.number(what)
        if not isfinite(value) or value < 0 or value != int(value):
            raise ValueError(f"{what} is {value}, no count")
        return int(value)

    def string(self, what: str) -> str:
        """The next token, which must be a quoted string; without its quotes."""
        token = self._next(what)
        if len(token) < 2 or not token[0] == token[-1] == '"':
            raise ValueError(f"{token[:_SHOWN]} in place of {what}")
        return token[1:-1].replace('""', '"')

    def flag(self, what: str) -> str:
        """The next token, whatever it is."""
        return self._next(what)

    def end(self) -> None:
        """Raise ValueError if there is another token."""
        if token := next(self._tokens, None):
            raise ValueError(f"{token[:_SHOWN]} follows the last tier")

    def _next(self, what: str) -> str:
        token = next(self._tokens, None)
        if token is None:
            raise ValueError(f"it ends before {what}")
        return token


def _tiers(tokens: _Tokens) -> Iterator[Tier]:
    kind = tokens.string("its type"), tokens.string("its class")
    if kind not in (("ooTextFile", "TextGrid"), ("ooTextFile short", "TextGrid")):
        raise ValueError(f"it begins with {kind[0]!r}, {kind[1]!r}")
    tokens.number("its begin")
    tokens.number("its end")
    if tokens.flag("its tiers") != "<exists>":
        raise ValueError("it has no tiers")
    for number in range(1, tokens.count("the number of tiers") + 1):
        tier_class = tokens.string(f"the class of tier {number}")
        name = tokens.string(f"the name of tier {number}")
        tokens.number(f"the begin of tier {number}")
        end = tokens.time(f"the end of tier {number}")
        size = tokens.count(f"the size of tier {number}")
        if tier_class == "IntervalTier":
            yield Tier(name, end, tuple(_intervals(tokens, number, size)))
        elif tier_class == "TextTier":
            for _ in range(size):
                tokens.number("the time of a point")
                tokens.string("the mark of a point")
        else:
            raise ValueError(f"tier {number} is of the unknown class '{tier_class[:_SHOWN]}'")
    tokens.end()


def _intervals(tokens: _Tokens, tier: int, size: int) -> Iterator[Interval]:
    now = 0.0
    for number in range(1, size + 1):
        place = f"interval {number} of tier {tier}"
        start, end = tokens.time(f"the start of {place}"), tokens.time(f"the end of {place}")
        label = tokens.string(f"the label of {place}").strip()
        if end < max(start, now) or start < now - TIME_STEP:
            raise ValueError(f"{place} is from {start} to {end} s, after {now} s: out of order")
        now = end
        yield Interval(start, end, label)
