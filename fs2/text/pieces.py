"""A text in pieces of bounded length, so that the time to read it grows as its length does."""

import re
from collections.abc import Iterator

from fs2.errors import FS2Error

LONGEST_TEXT = 50_000
"""Characters of a text, about an hour of speech."""
LONGEST_RUN = 300
"""Characters without a blank between them; longer ones are no word, number or address."""
LONGEST_WORD = 100
"""Letters of a word as it is read."""
PIECE = 150
"""Characters from which on a piece ends with a sentence; with any word at three times as many."""
SHOWN = 40
"""Characters that an error repeats."""


def pieces_of(text: str) -> Iterator[str]:
    """The text, parted between sentences if it is long, else between words.

    Marks of one kind beyond three in a row are left out. Raises FS2Error, with its beginning, if
    something of more than `LONGEST_RUN` characters has no blank.
    """
    text = re.sub(r"([^\w\s])\1{3,}", r"\1\1\1", text)
    for run in re.split(r"[\s—]+", text):
        if len(run) > LONGEST_RUN:
            raise FS2Error(
                f"'{shortened(run)}' has {len(run)} characters without a blank, "
                f"which is more than can be read ({LONGEST_RUN}); "
                "write it in words with blanks between them, or leave it out"
            )
    start = 0
    for gap in re.finditer(r"\s+", text):
        size = gap.start() - start
        if size >= 3 * PIECE or (size >= PIECE and _ends_sentence(text[start : gap.start()])):
            yield text[start : gap.start()]
            start = gap.end()
    yield text[start:]


def check_length(text: str) -> None:
    """Raises FS2Error for a text of more than `LONGEST_TEXT` characters."""
    if len(text) > LONGEST_TEXT:
        raise FS2Error(
            f"'{shortened(text)}' has {len(text)} characters, which is more than can be read at "
            f"once ({LONGEST_TEXT}); give it in parts, as the lines of a file for fs2 speak --file"
        )


def check_words(read: str) -> None:
    """Raises FS2Error, naming it, for a word of more than `LONGEST_WORD` letters."""
    for word in read.split():
        if len(word) > LONGEST_WORD:
            raise FS2Error(
                f"the word '{shortened(word)}' has {len(word)} letters, "
                f"which is more than can be read ({LONGEST_WORD}); part it, or leave it out"
            )


def shortened(text: str, characters: int = SHOWN) -> str:
    """The beginning of a text, with dots if there is more."""
    return text if len(text) <= characters else text[:characters] + "..."


def _ends_sentence(piece: str) -> bool:
    return piece[-1] in ".?!;:" and piece[-4:-1].isalpha() and piece[-4:-1].islower()
