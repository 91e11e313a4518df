"""Pronunciations by rule, for words built on a word that is known: "carter's", "unvoiced"."""

from collections.abc import Callable, Iterator
from functools import partial

from fs2.text.dictionary import Pronunciation

Pronunciations = tuple[Pronunciation, ...]

SIBILANTS = frozenset(("S", "Z", "SH", "ZH", "CH", "JH"))
VOICELESS = frozenset(("P", "T", "K", "F", "TH", "S", "SH", "CH"))
CONTRACTIONS: dict[str, Pronunciation] = {
    "'ll": ("AH0", "L"),
    "'ve": ("AH0", "V"),
    "'re": ("ER0",),
    "n't": ("AH0", "N", "T"),
    "'m": ("M",),
}
PREFIXES: dict[str, Pronunciation] = {
    "non": ("N", "AA2", "N"),
    "over": ("OW2", "V", "ER0"),
    "re": ("R", "IY0"),
    "un": ("AH0", "N"),
    "under": ("AH2", "N", "D", "ER0"),
}
SUFFIXES: dict[str, Pronunciation] = {
    "able": ("AH0", "B", "AH0", "L"),
    "er": ("ER0",),
    "ful": ("F", "AH0", "L"),
    "ing": ("IH0", "NG"),
    "ish": ("IH0", "SH"),
    "less": ("L", "AH0", "S"),
    "like": ("L", "AY2", "K"),
    "ly": ("L", "IY0"),
    "man": ("M", "AH0", "N"),
    "men": ("M", "IH0", "N"),
    "ment": ("M", "AH0", "N", "T"),
    "ness": ("N", "AH0", "S"),
}
SHORTEST_BASE = 4


def stem(word: str) -> tuple[str, str]:
    """Split "carter's" into "carter" and "'s", "handcuffs" into "handcuffs" and ""."""
    for ending in ("'s", "'d", *CONTRACTIONS):
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending), ending
    return word, ""


def with_ending(base: Pronunciation, ending: str) -> Pronunciation:
    """A pronounced word with one of the endings that `stem` finds."""
    if ending == "'s":
        return add_s(base)
    if ending == "'d":
        return (*base, "AH0", "D") if base[-1] in ("T", "D") else (*base, "D")
    return base + CONTRACTIONS[ending]


def add_s(base: Pronunciation) -> Pronunciation:
    """The possessive or plural of a pronounced word: S, Z or IH0 Z by its last phone."""
    if base[-1] in SIBILANTS:
        return (*base, "IH0", "Z")
    return (*base, "S" if base[-1] in VOICELESS else "Z")


def add_ed(base: Pronunciation) -> Pronunciation:
    """The past tense of a pronounced word: T, D or IH0 D by its last phone."""
    if base[-1] in ("T", "D"):
        return (*base, "IH0", "D")
    return (*base, "T" if base[-1] in VOICELESS else "D")


def derive(word: str, known: Callable[[str], Pronunciations]) -> Pronunciations:
    """The pronunciations of a word that is a known one with a prefix or a suffix; () if not.

    `known` gives the pronunciations of a word, () if it has none.
    """
    for base, build in _analyses(word):
        if len(base) >= SHORTEST_BASE and (bases := known(base) or derive(base, known)):
            return tuple(build(phones) for phones in bases)
    return ()


def _analyses(word: str) -> Iterator[tuple[str, Callable[[Pronunciation], Pronunciation]]]:
    """Every base that the word may have by its spelling, and how the word is made of it."""
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        for base in _singulars(word):
            yield base, add_s
    if word.endswith("ed"):
        yield word[:-1], add_ed
        yield word[:-2], add_ed
    if word.endswith("ically"):
        yield word[:-4], partial(_suffixed, SUFFIXES["ly"])
    for suffix, ending in SUFFIXES.items():
        if word.endswith(suffix):
            for base in _spellings(word.removesuffix(suffix), suffix):
                yield base, partial(_suffixed, ending)
    for prefix, beginning in PREFIXES.items():
        if word.startswith(prefix):
            yield word.removeprefix(prefix), beginning.__add__


def _suffixed(ending: Pronunciation, base: Pronunciation) -> Pronunciation:
    """Base and ending; an L that ends one and begins the other ("globally") is said once."""
    return base + (ending[1:] if base[-1] == ending[0] == "L" else ending)


def _singulars(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        yield word[:-2]
    yield word[:-1]


def _spellings(rest: str, suffix: str) -> Iterator[str]:
    """What may stand before a suffix: "happi" is "happy", "glaz" is "glaze", "patroll" "patrol"."""
    with_vowel = suffix in ("able", "er", "ing", "ish")
    if not (with_vowel and rest.endswith("c")):  # soft: "trac" is "trace"
        yield rest
    if rest.endswith("i"):
        yield rest[:-1] + "y"
    if with_vowel:
        yield rest + "e"
        if len(rest) > 2 and rest[-1] == rest[-2]:
            yield rest[:-1]
