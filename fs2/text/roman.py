"""Roman numerals become Arabic ones: Henry VIII -> Henry the 8th, Chapter IV -> Chapter 4."""

import re

from fs2.text.rules import Rule, any_of, rewrite, rule

REGNAL_NAMES = (
    *("Albert", "Alexander", "Alfonso", "Baldwin", "Benedict", "Boniface", "Carlos", "Catherine"),
    *("Charles", "Christian", "Clement", "Constantine", "Darius", "Edward", "Elizabeth"),
    *("Ferdinand", "Francis", "Frederick", "George", "Gregory", "Gustav", "Haakon", "Harald"),
    *("Henry", "Innocent", "Isabella", "Ivan", "James", "John", "Joseph", "Julius", "Leo"),
    *("Leopold", "Louis", "Ludwig", "Margaret", "Mary", "Maximilian", "Mehmed", "Nebuchadnezzar"),
    *("Napoleon", "Nicholas", "Olaf", "Otto", "Paul", "Pedro", "Peter", "Philip", "Pius"),
    *("Ptolemy", "Ramesses", "Ramses", "Richard", "Robert", "Rudolf", "Rudolph", "Selim"),
    *("Sixtus", "Stephen", "Thutmose", "Urban", "Victoria", "Wilhelm", "William", "Xerxes"),
)
"""Names of monarchs and popes: a numeral after them is 'the eighth'."""
RULERS = "King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Prince|Sultan|Shah"

SMALL = r"(?:X{1,3}|X?L)?(?:IX|IV|V?I{1,3}|V)|X{1,3}|X?LX{0,3}"
"""Numerals to 89; those with C, D and M are rare but for years, and look like initialisms."""
LARGE = r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
NUMERAL = re.compile(r"\b(?:[IVXLCDM]+(?:st|nd|rd|th)?|[ivxl]+)\b")
COUNTED = (
    *("Act", "Apollo", "Appendix", "Article", "Book", "Bowl", "Canto", "Chapter", "Class"),
    *("Corps", "Exhibit", "Fantasy", "Figure", "Gemini", "Level", "Mark", "Number", "Page", "Part"),
    *("Phase", "Plate", "Psalm", "Saturn", "Scene", "Section", "Stage", "Table", "Title", "Type"),
    *("Verse", "Volume", "War"),
)
"""Nouns after which a numeral is a plain number."""
SHORT = ("ch", "chap", "fig", "no", "p", "pp", "sec", "vol", "vols", "figs", "nos")
"""Their abbreviations."""
SHORT_NOUNS = any_of((*SHORT, *map(str.capitalize, SHORT)))
MEDICAL = "bag|catheter|drip|drug|fluid|infusion|injection|line|needle|pole|therapy"
"""The IV drip is intravenous, no fourth one."""
AGES = "century|centuries|dynasty|dynasties|legion|olympiad|congress|amendment"


def roman_value(numeral: str) -> int:
    """The number that a Roman numeral stands for."""
    values = [VALUES[letter] for letter in numeral.upper()]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def expand_numerals(sentence: str) -> str:
    """Write Roman numerals as Arabic ones where the words beside them tell what they are."""
    return rewrite(sentence, RULES) if NUMERAL.search(sentence) else sentence


def _ordinal_of(numeral: str) -> str:
    value = roman_value(numeral)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10 if value % 100 // 10 != 1 else 0, "th")
    return f"{value}{ending}"


def _ordinal(match: re.Match[str]) -> str:
    return f"{match[1]} the {_ordinal_of(match[2])}"


def _numeral(match: re.Match[str]) -> str:
    return f"{match[1]} {roman_value(match[2])}"


def _series(match: re.Match[str]) -> str:
    """Chapters III and IV, pages iv-vi."""
    first, between, last = match.group("first", "between", "last")
    between = " to " if between.strip() in ("-", "—") else between
    return f"{match['noun']} {roman_value(first)}{between}{roman_value(last)}"


def _anywhere(numeral: str) -> str:
    """The numeral in capitals, or as it is used for pages and scenes."""
    return rf"(?:{numeral}|{numeral.lower()})"


NAMES = "|".join(REGNAL_NAMES)
NOUNS = rf"(?:{'|'.join(COUNTED)}|{'|'.join(COUNTED).lower()})"
# The period of "Charles I. in the sixth year" is not that of a sentence.
RULES: tuple[Rule, ...] = (
    rule(rf"\bIV(?= (?:{MEDICAL})s?\b)", "I V"),
    rule(rf"\b([Ss]izes?|[Tt]he|[Aa]n?) XL\b(?! (?:{AGES})\b)", r"\1 X L"),
    rule(rf"\b({NAMES}) ({SMALL})\b\.(?=\s*(?:[,;:]|[a-z]))", _ordinal),
    rule(rf"\b((?:{RULERS}) [A-Z][a-z]+) ({SMALL})\b(?:\.(?=\s*(?:[,;:]|[a-z])))?", _ordinal),
    rule(rf"\b({NAMES}) ({SMALL})\b(?!\.?\s*[a-z](?!f\b|nd\b))", _ordinal),
    rule(rf"\b({NAMES}) (I)(?= (?:of|in the|became|died|reigned|ruled)\b)", _ordinal),
    rule(rf"\b({NAMES}) (?!I\b)({SMALL})\b", _ordinal),
    rule(rf"\b(?=[IVXL]{{2}}|[VX]th)({SMALL})(?:st|nd|rd|th)\b", lambda m: _ordinal_of(m[1])),
    rule(rf"\b([Tt]he) (?![IVXLCDM]\b)({SMALL})\b", lambda m: f"{m[1]} {_ordinal_of(m[2])}"),
    rule(
        rf"\b(?P<noun>(?:{NOUNS}|(?:{SHORT_NOUNS})\.?)s?) (?P<first>{_anywhere(SMALL)})"
        rf"(?P<between> ?[-—] ?| and | to | or )(?P<last>{_anywhere(SMALL)})\b",
        _series,
    ),
    rule(rf"\b({NOUNS}) ((?!I [a-z]){SMALL})\b(?:\.(?=\s+[a-z]))?", _numeral),
    rule(rf"\b({'|'.join(COUNTED)}) (I)\b(?! (?:am|was|have|had|will|would)\b)", _numeral),
    rule(rf"\b({NOUNS}) ({SMALL.lower()})\b(?! (?:am|was|have|had|will)\b)", _numeral),
    rule(
        rf"\b((?:{SHORT_NOUNS})\.) ?({SMALL.lower()}|(?!I\b){SMALL}|I(?=[,;:.)]|$))\b"
        r"(?:\.(?=\s+[a-z]))?",
        _numeral,
    ),
    rule(rf"\b({SMALL})(?= (?:{AGES})\b)", lambda m: _ordinal_of(m[1])),
    rule(rf"\b(?=[MDCLXVI]{{4}})({LARGE})(?!\w)", lambda m: str(roman_value(m[1]))),
    rule(r"\b([A-Z][a-z]+) (II|III|IV)\b\.(?=\s*(?:[,;:]|[a-z]))", _ordinal),
    rule(r"\b([A-Z][a-z]+) (II|III|IV)\b", _ordinal),
    rule(rf"\b([A-Z][a-z]+) (?![IVXL]\b)({SMALL})\b", _numeral),
    rule(r"(?<=\( )(i{1,3}|iv|vi{0,3})(?= \))", lambda m: str(roman_value(m[1]))),
)
