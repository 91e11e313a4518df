"""Lists of sentences without recordings, which every system speaks: `evaluation.sentences`.

Those that come along are the files of config/sentences/. A list of one's own is a text file, each
line a text or `id|text`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fs2.errors import FS2Error
from fs2.files import sha256
from fs2.requests import read_lines

SENTENCES_FOLDER = (Path(__file__).parent / "config" / "sentences").resolve()
KEY = "evaluation.sentences"
NUMBER = re.compile(r"[-_ ]?\d+$")
"""What follows the kind in an id."""


@dataclass(frozen=True)
class ListedSentence:
    """A sentence of a list.

    Attributes:
        place: File and line, for messages.
        list: Name of the list.
        id: Its own name, unlike that of every other sentence of the list.
        text: What is to be spoken.
    """

    place: str
    list: str
    id: str
    text: str

    @property
    def kind(self) -> str:
        """Its id without the number: `twister` of twister-3; if there is no more, the list."""
        return NUMBER.sub("", self.id) or self.list


def known_lists() -> list[str]:
    """The names of the lists that come along."""
    return sorted(path.stem for path in SENTENCES_FOLDER.glob("*.txt"))


def list_name(chosen: str) -> str:
    """The name of a list, given as in the configuration: of a file that without its ending."""
    return Path(chosen).stem


def check_lists(chosen: Sequence[str]) -> None:
    """ValueError if a name is neither a known list nor a path, or if two lists have one name."""
    for name in chosen:
        if name not in known_lists() and "/" not in name and not Path(name).suffix:
            known = ", ".join(known_lists())
            raise ValueError(f"'{name}' is no list; known are {known}; or name a file, list.txt")
    names = [list_name(name) for name in chosen]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two lists are called '{name}'; rename one of the files")


def list_path(chosen: str) -> Path:
    """The file of a list. Raises FS2Error if there is none."""
    path = SENTENCES_FOLDER / f"{chosen}.txt" if chosen in known_lists() else Path(chosen)
    if not path.is_file():
        raise FS2Error(f"{KEY}: there is no file {path}")
    return path


def digests(chosen: Sequence[str]) -> dict[str, str]:
    """Name of each list -> SHA-256 of its file. Raises FS2Error if a file cannot be read."""
    return {list_name(name): sha256(list_path(name)) for name in chosen}


def read_list(chosen: str, maximum: int | None = None) -> list[ListedSentence]:
    """The sentences of a list, or `maximum` of them, spread evenly over it.

    Raises FS2Error that names the file, and the line where one is wrong.
    """
    lines = read_lines(list_path(chosen))
    count = len(lines) if maximum is None else min(maximum, len(lines))
    places = np.linspace(0, len(lines) - 1, count).round().astype(int)
    name = list_name(chosen)
    return [ListedSentence(line.place, name, line.id, line.text)
            for line in (lines[place] for place in places)]  # fmt: skip
