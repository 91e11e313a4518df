"""Phones within a text, in braces: "This is no {P L EY1 S} for you." All other mark-up is refused.

A group of phones is a word like any other. In a text it stands as it was written; in the lexicon,
and for a forced aligner, it is called by its phones: "phones_p_l_ey1_s".
"""

import re
from collections.abc import Callable

from fs2.errors import FS2Error
from fs2.text.dictionary import Pronunciation
from fs2.text.lists import unmark
from fs2.text.pieces import shortened
from fs2.text.symbols import PHONES, VOWELS

PREFIX = "phones_"
GROUP = re.compile(r"\{[^{}]*\}")
TAG = re.compile(r"</?[A-Za-z][\w:-]*(\s[^<>]{0,200}=[^<>]{0,200})?\s?/?>|<[!?][^<>]*>")
BRACKETS = re.compile(r"\[[^\[\]]{0,40}\]?|\]")
PLACEHOLDERS = ("zinphone", "quonphedra", "velphinore")
"""Stand for a group while the text around it is normalised: words of which no text has all."""


def with_phones(text: str, normalise: Callable[[str], str]) -> str:
    """The normalised text, in which each group of phones stands as it was written.

    Raises FS2Error that tells what to write instead if a brace is alone or holds something else
    than phones, or the text has other mark-up.
    """
    _refuse_other_markup(unmark(text))
    groups = [f"{{{' '.join(phones_of(group))}}}" for group in GROUP.findall(text)]
    if set("{}") & set(GROUP.sub("", text)):
        raise FS2Error("a brace is alone; phones stand between two: {P L EY1 S}")
    if not groups:
        return normalise(text)
    for placeholder in PLACEHOLDERS:
        pieces = normalise(GROUP.sub(f" {placeholder} ", text)).split(placeholder)
        if len(pieces) == len(groups) + 1:
            together = zip(pieces, [*groups, ""], strict=True)
            return "".join(piece + group for piece, group in together)
    raise FS2Error("the phones in braces cannot be told from the words around them")


def phones_of(group: str) -> Pronunciation:
    """The phones of a group, with its braces. FS2Error names what is no phone."""
    phones = group.strip("{}").split()
    if not phones:
        raise FS2Error("a pair of braces is empty; write phones into it: {P L EY1 S}")
    for phone in phones:
        if phone in VOWELS:
            raise FS2Error(f"{group}: vowel '{phone}' has no stress; write {phone}0, 1 or 2")
        if phone not in PHONES:
            raise FS2Error(
                f"{group}: '{phone}' is no phone of CMUdict, and braces hold phones alone; "
                "for words write round brackets"
            )
    return tuple(phones)


def word_of(group: str) -> str:
    """The word by which a lexicon calls a group of phones."""
    return PREFIX + "_".join(phones_of(group)).lower()


def _refuse_other_markup(text: str) -> None:
    if tag := TAG.search(text):
        raise FS2Error(
            f"the mark-up '{shortened(tag[0])}' cannot be read; for a pause write a comma or a "
            "full stop, and leave the rest out"
        )
    if brackets := BRACKETS.search(text):
        raise FS2Error(
            f"square brackets, '{shortened(brackets[0])}', are no text; write what is said in "
            "round brackets or without any, and leave out what is not"
        )
