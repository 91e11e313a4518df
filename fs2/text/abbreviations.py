"""Abbreviations, initials and Roman numerals as they are read."""

import re
from collections.abc import Callable, Iterable

TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Ms", "Messrs": "Messieurs", "Mme": "Madame",
    "Mlle": "Mademoiselle", "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable",
    "Gen": "General", "Col": "Colonel", "Capt": "Captain", "Lieut": "Lieutenant",
    "Lt": "Lieutenant", "Sgt": "Sergeant", "Maj": "Major", "Cmdr": "Commander",
    "Gov": "Governor", "Sen": "Senator", "Rep": "Representative", "Pres": "President",
    "Supt": "Superintendent", "Mt": "Mount", "Ft": "Fort", "Dr": "Doctor", "St": "Saint",
    "Drs": "Doctors",
}  # fmt: skip
"""Read so before a name."""
PLACES = {
    "St": "Street", "Dr": "Drive", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
    "Ln": "Lane", "Sq": "Square", "Hwy": "Highway",
}  # fmt: skip
"""Read so after a name."""
ANYWHERE = {
    "Jr": "Junior", "Sr": "Senior", "Esq": "Esquire", "Co": "Company", "Corp": "Corporation",
    "Inc": "Incorporated", "Ltd": "Limited", "Bros": "Brothers", "Dept": "Department",
    "dept": "department", "Assn": "Association", "Univ": "University", "etc": "et cetera",
    "vs": "versus", "viz": "namely", "approx": "approximately", "cf": "compare",
    "Jan": "January", "Feb": "February", "Apr": "April", "Aug": "August", "Sept": "September",
    "Sep": "September", "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip
BEFORE_NUMBERS = {
    "no": "number", "nos": "numbers", "vol": "volume", "vols": "volumes", "p": "page",
    "pp": "pages", "ch": "chapter", "chap": "chapter", "fig": "figure", "figs": "figures",
    "sec": "section", "art": "article", "mar": "March", "jun": "June", "jul": "July",
}  # fmt: skip
MONTH_STARTS = ("Jan", "Feb", "Apr", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec")

REGNAL_NAMES = (
    *("Albert", "Alexander", "Alfonso", "Baldwin", "Benedict", "Boniface", "Carlos", "Catherine"),
    *("Charles", "Christian", "Clement", "Constantine", "Darius", "Edward", "Elizabeth"),
    *("Ferdinand", "Francis", "Frederick", "George", "Gregory", "Gustav", "Haakon", "Harald"),
    *("Henry", "Innocent", "Isabella", "Ivan", "James", "John", "Joseph", "Julius", "Leo"),
    *("Leopold", "Louis", "Ludwig", "Margaret", "Mary", "Maximilian", "Mehmed"),
    *("Napoleon", "Nicholas", "Olaf", "Otto", "Paul", "Pedro", "Peter", "Philip", "Pius"),
    *("Ptolemy", "Ramesses", "Ramses", "Richard", "Robert", "Rudolf", "Rudolph", "Selim"),
    *("Sixtus", "Stephen", "Thutmose", "Urban", "Victoria", "Wilhelm", "William", "Xerxes"),
)
"""Names of monarchs and popes: a numeral after them is 'the eighth'."""

ROMAN = r"(?:X{1,3}|X?L)?(?:IX|IV|V?I{1,3}|V)|X{1,3}|X?LX{0,3}"
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
COUNTED = (
    *("Act", "Apollo", "Appendix", "Article", "Book", "Bowl", "Chapter", "Class", "Corps"),
    *("Exhibit", "Figure", "Gemini", "Level", "Mark", "Number", "Part", "Phase", "Saturn"),
    *("Scene", "Section", "Stage", "Table", "Title", "Type", "Volume", "War"),
)
"""Nouns after which a numeral is a plain number."""


def roman_value(numeral: str) -> int:
    """The number that a Roman numeral up to 89 stands for."""
    values = [ROMAN_VALUES[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def expand_abbreviations(sentence: str) -> str:
    """Write abbreviations, initials and numerals out; Roman numerals become Arabic ones.

    The period of an abbreviation goes, unless it ends the text as well.
    """
    for pattern, words in RULES:
        sentence = pattern.sub(words, sentence)
    return sentence


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _written_out(table: dict[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda match: table.get(match[1]) or table[match[1].lower()]


def _initials(match: re.Match[str]) -> str:
    letters = " ".join(re.findall("[A-Z]", match[0].upper()))
    ends_text = not match.string[match.end() :].strip()
    return letters + "." if ends_text and match[0].endswith(".") else letters


def _ordinal(match: re.Match[str]) -> str:
    value = roman_value(match[2])
    ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10 if value // 10 != 1 else 0, "th")
    return f"{match[1]} the {value}{ending}"


def _numeral(match: re.Match[str]) -> str:
    return f"{match[1]} {roman_value(match[2])}"


DOT = r"\.(?!\s*\Z)"  # its period, but not that of the last sentence
MAYBE_DOT = rf"(?:{DOT})?"
NAME = r"(?=\s+[A-Z])"
FIRST = r"(?<![\w'.])"
RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\bi\.\s?e\.,?", re.IGNORECASE), "that is,"),
    (re.compile(r"\be\.\s?g\.,?", re.IGNORECASE), "for example,"),
    (re.compile(r"\ba\.k\.a\.", re.IGNORECASE), "also known as"),
    # "1 p.m. Then": the capital tells that the period ends a sentence too
    (re.compile(r"(?<![A-Za-z])([ap])\.\s?m(?=\.\s+[A-Z])"), _initials),
    (re.compile(rf"{FIRST}(?:[A-Za-z]\.|Ph\.|LL\.){{2,}}(?:[A-Z](?![A-Za-z]))?"), _initials),
    (re.compile(rf"\b(Mrs?|Messrs|Ms){MAYBE_DOT}(?!\w)"), _written_out(TITLES)),
    (re.compile(rf"\b(\d+\w*(?: [A-Z]\w*)+) St{DOT}"), r"\1 Street"),
    (re.compile(rf"\b(Dr){MAYBE_DOT}{NAME}"), _written_out(TITLES)),
    (re.compile(rf"\b({_alternatives(TITLES)})\.{NAME}"), _written_out(TITLES)),
    (
        re.compile(rf"(?<=[a-z\d] )({_alternatives(PLACES)})(?:{DOT}|(?=\.\s*\Z)|(?=,))"),
        _written_out(PLACES),
    ),
    (
        re.compile(rf"\b({_alternatives(BEFORE_NUMBERS)})\.\s*(?=\d|(?:{ROMAN})\b)", re.IGNORECASE),
        lambda m: BEFORE_NUMBERS[m[1].lower()] + " ",
    ),
    (re.compile(r"\betc\b(?:\.(?!\s*\Z|\s+[A-Z]))?"), "et cetera"),
    (re.compile(rf"\b(Jr|Sr|vs){MAYBE_DOT}(?!\w)"), _written_out(ANYWHERE)),
    (re.compile(rf"\b({_alternatives(ANYWHERE)})(?:{DOT}|(?=\.\s*\Z))"), _written_out(ANYWHERE)),
    (re.compile(rf"\b({_alternatives(MONTH_STARTS)})\b(?=\s\d)"), _written_out(ANYWHERE)),
    (
        re.compile(rf"\b({'|'.join(REGNAL_NAMES)}) ({ROMAN})\b(?!\.?\s*[a-z](?!f\b|nd\b))"),
        _ordinal,
    ),
    (re.compile(rf"\b({'|'.join(REGNAL_NAMES)}) (?!I\b)({ROMAN})\b"), _ordinal),
    (re.compile(rf"\b({'|'.join(COUNTED)}) ({ROMAN})\b"), _numeral),
    (
        re.compile(rf"\b({'|'.join(COUNTED).lower()}) (?!I\b)({ROMAN})\b"),
        _numeral,
    ),
    (re.compile(r"\b([A-Z][a-z]+) (II|III|IV)\b"), _ordinal),
    (re.compile(rf"\b([A-Z][a-z]+) (?![IVXL]\b)({ROMAN})\b"), _numeral),
    (re.compile(rf"{FIRST}[A-Z]\.(?: [A-Z]\.)+"), _initials),
    # One initial: before a name or with punctuation. "I." and "U S S R." may end a sentence.
    (re.compile(rf"{FIRST}(?<!\b[A-Z] )([A-HJ-Z])\.(?=\s+[A-Z]|\s*[,;:?!]|'s)"), r"\1"),
    (re.compile(r"(?<=\b[A-Z]\. )I\.(?=\s+[A-Z])|(?<![\w'.])I\.(?=\s+[A-Z]\.)"), "I"),
)
