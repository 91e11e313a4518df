"""CMUdict, and files of own pronunciations."""

from bisect import bisect_left
from functools import cache
from pathlib import Path

from fs2.errors import FS2Error
from fs2.text.symbols import PHONES, VOWELS

CMUDICT = Path(__file__).with_name("cmudict") / "cmudict.dict"
"""The Carnegie Mellon Pronouncing Dictionary as it is published, with its licence beside it."""
Pronunciation = tuple[str, ...]

# Entries that are missing, or whose first pronunciation is seldom the one that is heard.
CORRECTIONS = {
    "acai": "AH0 S AY2 IY1",
    "and": "AE1 N D; AH0 N D",
    "aoife": "IY1 F AH0",
    "brr": "B ER1",
    "caoimhe": "K IY1 V AH0",
    "eighteen": "EY1 T IY1 N; EY0 T IY1 N",
    "every": "EH1 V R IY0; EH1 V ER0 IY0",
    "eoin": "OW1 IH0 N",
    "export": "EH1 K S P AO0 R T; IH0 K S P AO1 R T",
    "exports": "EH1 K S P AO0 R T S; IH0 K S P AO1 R T S",
    "gif": "G IH1 F",
    "gnocchi": "N Y OW1 K IY0",
    "house": "HH AW1 S; HH AW1 Z",
    "houses": "HH AW1 Z IH0 Z; HH AW1 S IH0 Z",
    "jpeg": "JH EY1 P EH2 G",
    "ms": "M IH1 Z",
    "niamh": "N IY1 V",
    "psst": "P S T",
    "putting": "P UH1 T IH0 NG; P AH1 T IH0 NG",
    "quinoa": "K IY1 N W AA2",
    "re": "R IY1; R EY1",
    "refuse": "R AH0 F Y UW1 Z; R EH1 F Y UW2 S; R IH0 F Y UW1 Z",
    "saoirse": "S ER1 SH AH0",
    "segue": "S EH1 G W EY2",
    "segued": "S EH1 G W EY2 D",
    "segues": "S EH1 G W EY2 Z",
    "siobhan": "SH AH0 V AO1 N",
    "tsk": "T IH1 S K",
    "ugh": "AH1 G",
    "wi": "W AY1",
    "used": "Y UW1 Z D; Y UW1 S T",
}
SPELLED = frozenset(
    (
        *("ad", "ct", "er", "est", "gdp", "la", "led", "lol", "ma", "mia", "os", "pa", "pow"),
        *("raf", "sat", "sec", "sos", "ups", "wi"),
    )
)
"""Initialisms that the dictionary knows as words, or that look like one; in capitals alone."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def _lines() -> list[str]:
    """The dictionary's lines, sorted: a search takes no longer, and nothing need be read first."""
    return sorted(CMUDICT.read_text(encoding="utf-8").splitlines())


def _written(word: str) -> list[str]:
    """The pronunciations of a word as they are written, in the dictionary's order."""
    if word in CORRECTIONS:
        return CORRECTIONS[word].split("; ")
    if word == "'s":  # CMUdict reads it as the letter's name; as an ending it is derived
        return []
    found: list[str] = []
    for head in (f"{word} ", f"{word}("):  # the second and further ones are "word(2) ..."
        place = bisect_left(_lines(), head)
        while place < len(_lines()) and _lines()[place].startswith(head):
            found.append(_lines()[place].partition(" ")[2])
            place += 1
    return found


@cache
def look_up(word: str) -> tuple[Pronunciation, ...]:
    """All pronunciations of a lower-case word in CMUdict, commonest first; () if it has none."""
    return tuple(dict.fromkeys(tuple(line.partition("#")[0].split()) for line in _written(word)))


def is_spelled(letters: str) -> bool:
    """Whether the dictionary reads this word, or can read it, as the names of its letters."""
    if letters in SPELLED:
        return True
    names = [phone.rstrip("012") for letter in letters for phone in look_up(letter)[-1]]
    return any([p.rstrip("012") for p in phones] == names for phones in look_up(letters))


def read_pronunciations(
    path: Path, key: str = "text.pronunciations"
) -> dict[str, tuple[Pronunciation, ...]]:
    """Own pronunciations: 'word  PH0 PH1 ...' a line; several lines for a word are variants.

    Blank lines and lines that begin with '#' or ';;;' are passed over. FS2Error names the file and
    the line of a word that is not of letters and apostrophes, or of a phone that is no ARPAbet; or
    the file and the key or option that named it.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"{key}: {path} cannot be read ({error})") from error
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
