"""Free text to the words and punctuation that are read (paper section 3.1)."""

import re
from collections.abc import Collection

from fs2.text import abbreviations, dates, formulas, identifiers, measures, money
from fs2.text.abbreviations import expand_abbreviations
from fs2.text.addresses import addresses, drives
from fs2.text.characters import fold
from fs2.text.dictionary import is_spelled, look_up
from fs2.text.figures import number_words
from fs2.text.lists import unmark
from fs2.text.pieces import check_length, check_words, pieces_of
from fs2.text.roman import expand_numerals
from fs2.text.rules import rewrite
from fs2.text.symbols import PUNCTUATION

STRENGTH = ",:;.!?"
"""Of marks that stand together, the last of these remains."""
SYMBOL_WORDS = {
    "&": "and",
    "@": "at",
    "%": "percent",
    "+": "plus",
    "=": "equals",
    **{symbol: currency.many for symbol, currency in money.CURRENCIES.items()},
    "¢": "cents",
    "°": "degrees",
}
LEADING_APOSTROPHES = "bout|cause|em|round|til|tis|twas"
TOKEN = re.compile(r"\{[^{}]*\}|[A-Za-z']+|[,.?!;:]")
CONSONANTS = "b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ"
LONGEST_INITIALISM = 4
EARLY = (
    *dates.EARLY,
    *formulas.EARLY,
    *identifiers.EARLY,
    *money.EARLY,
    *measures.EARLY,
    *abbreviations.EARLY,
)
MOST_READINGS = 4
"""How often a piece is read anew; two are enough for nearly every text."""


def normalise(text: str, known: Collection[str] = ()) -> str:
    """The text as it is read: letters, apostrophes, blanks and `PUNCTUATION`, nothing else.

    Numbers, abbreviations and symbols become words; initialisms single capital letters; brackets
    and dashes commas; hyphens blanks. Characters of which nothing can be made are excluded (see
    `unspeakable`). Capitals in `known` (lower-case words) are not spelled out.
    Normalising the result again changes nothing. The time grows as the length does.

    Raises FS2Error for a text, a word or a number that is too long (see `fs2.text.pieces`).
    """
    check_length(text)
    read = " ".join(_read(piece, known) for piece in pieces_of(unmark(text)))
    check_words(read)
    return read.strip()


def _read(piece: str, known: Collection[str]) -> str:
    """Until nothing changes: words that were written out may complete a rule, as in "Dr mp3"."""
    for _ in range(MOST_READINGS):
        piece, before = _read_once(piece, known), piece
        if piece == before:
            break
    return piece


def _read_once(piece: str, known: Collection[str]) -> str:
    text, _ = _in_known_characters(piece)
    text = addresses(text)
    text = rewrite(text, EARLY)
    text = expand_numerals(text)
    # Abbreviations must meet their final surroundings: nothing of this may be left for later.
    text = re.sub(r"(?<=\w)-(?=[A-Za-z])|(?<=[A-Za-z])-(?=\w)|_|(?<=\S)\*|\*(?=\S)", " ", text)
    text = re.sub(r"(?!www\b)([a-z])\1{2,}|([A-Z])\2{3,}", r"\1\1\2\2", text)  # "shhh"
    text = _apostrophes(text)
    text = re.sub(r"\s+(?=[,.?!;:](?!\d))", "", text)
    text = expand_abbreviations(text)
    text = number_words(text)
    text = _symbols(text)
    text = _apostrophes(text)
    text = _capitals(text, known)
    return _punctuation(text)


def _in_known_characters(piece: str) -> tuple[str, list[str]]:
    """With signs in words where what stands beside them tells what they mean; see `fold`."""
    text = rewrite(measures.feet_and_inches(drives(piece)), formulas.SIGNS)
    return fold(formulas.comparisons(text))


def unspeakable(text: str) -> list[str]:
    """The characters of the text that nothing can be made of, each once.

    Raises FS2Error for what is too long (see `fs2.text.pieces`).
    """
    pieces = pieces_of(unmark(text))
    return list(dict.fromkeys(lost for piece in pieces for lost in _in_known_characters(piece)[1]))


def tokens_of(normalised: str) -> list[str]:
    """The words, as they are written, the groups of phones and the marks of normalised text."""
    return TOKEN.findall(normalised)


def _symbols(text: str) -> str:
    text = re.sub(r"#(?=[A-Za-z])", " hashtag ", text)
    text = re.sub(r"#", " pound ", text)
    text = re.sub(r"(?<!\S)\*(?!\S)", " star ", text)
    for symbol, word in SYMBOL_WORDS.items():
        text = text.replace(symbol, f" {word} ")
    text = re.sub(r"\s*(?:—|--+|(?<!\S)-(?!\S))\s*", ", ", text)
    return re.sub(r"[-*/_^]", " ", text)


def _apostrophes(text: str) -> str:
    """Keep apostrophes within words and in the few words that begin with one."""
    text = re.sub(r"''+", " ", text)
    text = re.sub(r"(?<!\S)'[nN]'(?!\S)", "and", text)
    inside = r"(?:(?<=\w)|(?<=\b[A-Z]\.))'(?=[A-Za-z])"
    first = rf"(?<![A-Za-z'])'(?=(?:{LEADING_APOSTROPHES})\b)"
    return re.sub(rf"{inside}|{first}|(')", lambda match: " " if match[1] else "'", text)


def _capitals(text: str, known: Collection[str]) -> str:
    """Spell initialisms; words in capitals because all are stay words."""
    words = [word for word in re.findall(r"[A-Za-z']+", text) if len(word) > 1]
    shouted = len(words) > 2 and all(word.isupper() for word in words)
    if shouted:
        text = re.sub(r"[A-Z']{2,}|\bA\b", lambda match: match[0].lower(), text)

    def spell(match: re.Match[str]) -> str:
        letters, ending = match.group("letters", "ending")
        word = letters.lower()
        if word in known or not (letters.isupper() or not re.search("[aeiouy]", word)):
            return match[0]
        if look_up(word):
            spelled = letters.isupper() and is_spelled(word)
        else:
            spelled = len(word) <= LONGEST_INITIALISM or not re.search("[aeiouy]", word)
        if not spelled:
            return match[0]
        return " ".join(letters.upper()) + ("'s" if ending else "")

    return re.sub(
        rf"(?<![A-Za-z'])(?=[A-Z]{{2}}|[{CONSONANTS}]+(?:'s)?(?![A-Za-z']))"
        r"(?P<letters>[A-Za-z]{2,}?)(?P<ending>'?s)?(?![A-Za-z'])",
        spell,
        text,
    )


def _punctuation(text: str) -> str:
    """One mark at a time, after its word and before a blank; none at the beginning."""
    text = re.sub(r"\)\s*\Z", "", text)
    text = re.sub(r"\.\.+(?=\s*[a-z])", ",", text)
    text = re.sub(r"[()]", ",", text)
    text = re.sub(
        r"[\s,.?!;:]*[,.?!;:][\s,.?!;:]*",
        lambda match: max(match[0].replace(" ", ""), key=STRENGTH.find) + " ",
        text,
    )
    return re.sub(r"\s+", " ", text).strip().lstrip("".join(PUNCTUATION)).strip()
