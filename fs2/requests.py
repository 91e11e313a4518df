"""What is to be spoken: one text, the lines of a file, or those of a pipe as they come."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fs2.audio import SUFFIXES
from fs2.errors import FS2Error
from fs2.files import check_writable

LARGEST_FILE = 16 << 20
"""Bytes of a file of texts."""
LONGEST_LINE = 1 << 20
"""Bytes of a line that comes through a pipe; far more than a text may have characters."""
MOST_NAMED = 5
"""Bad lines that an error names."""


@dataclass(frozen=True)
class Line:
    """A text: where it stands (for messages; empty if nowhere), its id and itself."""

    place: str
    id: str
    text: str


@dataclass(frozen=True)
class Request:
    """A text, where it stands (for messages), and the sound file to write."""

    place: str
    text: str
    path: Path


def check_sound_file(output: Path) -> None:
    """Raise FS2Error unless a sound file of that name can be written."""
    if output.suffix not in SUFFIXES:
        raise FS2Error(f"-o {output}: must end in {' or '.join(SUFFIXES)}")
    check_writable(output)


def one_line(text: str) -> Line:
    """A text that stands nowhere. FS2Error if it is empty."""
    if not text.strip():
        raise FS2Error("the text is empty: nothing to speak")
    return Line("", "", text)


def requests_of(file: Path, output: Path) -> list[Request]:
    """The lines of a text file (`read_lines`), for sound files in the folder `output`.

    Raises FS2Error as `read_lines` does, or if the folder cannot be written.
    """
    if output.exists() and not output.is_dir():
        raise FS2Error(f"-o {output}: with --file this must be a folder")
    lines = read_lines(file)
    requests = [Request(line.place, line.text, output / f"{line.id}.wav") for line in lines]
    for request in requests:
        check_writable(request.path)
    return requests


def read_lines(file: Path) -> list[Line]:
    """The texts of a file, whose ids can be names of files.

    A line is a text, and its id is its number. Or every line is `id|text`, or
    `id|text|normalised text` as in LJSpeech's metadata.csv.

    Raises FS2Error that names the file and the lines that are wrong.
    """
    lines = [(number, line) for number, line in enumerate(_read(file), 1) if line.strip()]
    if not lines:
        raise FS2Error(f"{file}: has no line to speak")
    with_ids = "|" in lines[0][1]
    digits = max(3, len(str(lines[-1][0])))
    found: list[Line] = []
    problems: list[str] = []
    names: set[str] = set()
    for number, line in lines:
        name, text = _parts(line) if with_ids else (f"{number:0{digits}}", line)
        place = f"{file}, line {number}: "
        problem = _problem(name, text)
        if not problem and name.casefold() in names:
            problem = f"the id '{name}' stands twice"
        if problem:
            problems.append(f"{place}{problem}")
        names.add(name.casefold())
        found.append(Line(place, name, text))
    refuse(problems)
    return found


def lines_of(pipe: BinaryIO) -> Iterator[Line]:
    """The lines of standard input, each a text, as soon as it has come; blank ones are passed over.

    Raises FS2Error that says which line is no text in UTF-8, or that there is none at all.
    """
    number, empty = 0, True
    while line := pipe.readline(LONGEST_LINE):
        number += 1
        place = f"standard input, line {number}: "
        if len(line) == LONGEST_LINE:
            raise FS2Error(f"{place}longer than {LONGEST_LINE >> 20} MB; cut it into several")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            byte = line[error.start]
            raise FS2Error(
                f"{place}is no text in UTF-8 (byte {byte:#04x} at {error.start + 1}); "
                "convert it, for example with iconv"
            ) from error
        if "\0" in text:
            raise FS2Error(f"{place}has a NUL byte, which no text has; is it another kind of file?")
        if text:
            empty = False
            yield Line(place, str(number), text)
    if empty:
        raise FS2Error("standard input has no text: nothing to speak")


def refuse(problems: list[str]) -> None:
    """FS2Error that names the first of several problems, if there is one."""
    if problems:
        more = len(problems) - MOST_NAMED
        further = [f"and {more} more"] if more > 0 else []
        raise FS2Error("\n".join([*problems[:MOST_NAMED], *further]))


def _read(file: Path) -> list[str]:
    try:
        with open(file, "rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise FS2Error(f"{file}: larger than {LARGEST_FILE >> 20} MB; cut it into several")
        return content.decode("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise FS2Error(f"{file}: cannot be read as text ({error})") from error


def _parts(line: str) -> tuple[str, str]:
    """The id and the text of `id|text` or `id|text|normalised text`; else the text is empty."""
    name, *texts = (part.strip() for part in line.split("|"))
    return name, (texts[-1] or texts[0]) if len(texts) in (1, 2) else ""


def _problem(name: str, text: str) -> str:
    """What is wrong with the name of a sound file or with its text, if anything is."""
    if "|" in text:
        return "a bar is no part of a text; with ids, every line must be id|text"
    if not text:
        return "has no text; with ids, every line must be id|text"
    if not name.isprintable() or "/" in name or name.startswith(".") or not name:
        return f"the id {name!r} cannot be the name of a file; write letters and digits"
    return ""
