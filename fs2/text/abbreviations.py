"""Abbreviations and initials as they are read."""

import re

from fs2.text.roman import SMALL as ROMAN
from fs2.text.rules import NEW_SENTENCE, PLURAL_NOUN, Rule, Words, any_of, rewrite, rule

TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Ms", "Messrs": "Messieurs", "Mme": "Madame",
    "Mlle": "Mademoiselle", "Prof": "Professor", "Rev": "Reverend", "Hon": "Honorable",
    "Gen": "General", "Col": "Colonel", "Capt": "Captain", "Lieut": "Lieutenant",
    "Lt": "Lieutenant", "Sgt": "Sergeant", "Maj": "Major", "Cmdr": "Commander",
    "Gov": "Governor", "Sen": "Senator", "Rep": "Representative", "Pres": "President",
    "Supt": "Superintendent", "Mt": "Mount", "Ft": "Fort", "Dr": "Doctor", "St": "Saint",
    "Drs": "Doctors", "Adm": "Admiral", "Brig": "Brigadier", "Cpl": "Corporal",
    "Pvt": "Private", "Cdr": "Commander", "Atty": "Attorney", "Amb": "Ambassador",
    "Insp": "Inspector", "Det": "Detective", "Fr": "Father", "Ald": "Alderman",
    "Wm": "William", "Thos": "Thomas", "Chas": "Charles", "Geo": "George", "Jas": "James",
    "Jos": "Joseph", "Robt": "Robert", "Benj": "Benjamin", "Saml": "Samuel", "Edw": "Edward",
}  # fmt: skip
"""Read so before a name."""
PLACES = {
    "St": "Street", "Dr": "Drive", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
    "Ln": "Lane", "Sq": "Square", "Hwy": "Highway", "Pkwy": "Parkway", "Pl": "Place",
    "Ct": "Court", "Ter": "Terrace",
}  # fmt: skip
"""Read so after a name."""
ROADS = {name: PLACES[name] for name in ("Ave", "Blvd", "Hwy", "Pkwy", "Rd", "Ln")}
"""Read so with and without a period."""
DIRECTIONS = {"N": "North", "S": "South", "E": "East", "W": "West"}
ANYWHERE = {
    "Jr": "Junior", "Sr": "Senior", "Esq": "Esquire", "Co": "Company", "Corp": "Corporation",
    "Inc": "Incorporated", "Ltd": "Limited", "Bros": "Brothers", "Dept": "Department",
    "dept": "department", "Assn": "Association", "Univ": "University", "etc": "et cetera",
    "vs": "versus", "viz": "namely", "approx": "approximately", "cf": "compare", "Cf": "Compare",
    "Jan": "January", "Feb": "February", "Apr": "April", "Aug": "August", "Sept": "September",
    "Sep": "September", "Oct": "October", "Nov": "November", "Dec": "December",
    "Govt": "Government", "govt": "government", "Natl": "National", "Intl": "International",
    "Mfg": "Manufacturing", "misc": "miscellaneous", "Misc": "Miscellaneous",
    "incl": "including", "excl": "excluding", "orig": "originally", "asst": "assistant",
    "Asst": "Assistant", "mgr": "manager", "Mgr": "Manager", "avg": "average",
    "Avg": "Average", "attn": "attention", "Attn": "Attention", "tel": "telephone",
    "Tel": "Telephone", "ibid": "ibid", "Ibid": "Ibid", "trans": "translated", "Bldg": "Building",
    "Rm": "Room", "Ste": "Suite", "temp": "temperature", "Temp": "Temperature",
    "Approx": "Approximately", "esp": "especially", "Esp": "Especially", "hrs": "hours",
    "yrs": "years", "lbs": "pounds", "Thurs": "Thursday", "Tues": "Tuesday", "Mon": "Monday",
    "Thur": "Thursday", "Thu": "Thursday", "Tue": "Tuesday", "Fri": "Friday",
    "Calif": "California", "Conn": "Connecticut", "Tex": "Texas", "Penn": "Pennsylvania",
    "Okla": "Oklahoma", "Minn": "Minnesota", "Wis": "Wisconsin", "Tenn": "Tennessee",
    "Ariz": "Arizona", "Nev": "Nevada", "Colo": "Colorado", "Neb": "Nebraska",
    "Fla": "Florida", "Mo": "Missouri", "Md": "Maryland", "Va": "Virginia", "Ky": "Kentucky",
}  # fmt: skip
AFTER_COMMA = {
    "Mass": "Massachusetts", "Miss": "Mississippi", "Wash": "Washington", "Ore": "Oregon",
    "Ill": "Illinois", "Ind": "Indiana", "Mich": "Michigan", "Pa": "Pennsylvania",
    "Ga": "Georgia", "Ala": "Alabama", "La": "Louisiana", "Del": "Delaware", "Me": "Maine",
    "Ont": "Ontario", "Que": "Quebec",
}  # fmt: skip
"""States whose abbreviation is a word too: read so after the name of a place and a comma."""
WEEKDAYS = {
    "Sun": "Sunday", "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday",
    "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday",
    "Sat": "Saturday",
}  # fmt: skip
BEFORE_NUMBERS = {
    "no": "number", "nos": "numbers", "vol": "volume", "vols": "volumes", "p": "page",
    "pp": "pages", "ch": "chapter", "chap": "chapter", "fig": "figure", "figs": "figures",
    "sec": "section", "art": "article", "mar": "March", "jun": "June", "jul": "July",
    "apt": "apartment", "ext": "extension", "est": "established",
    "max": "maximum", "min": "minimum", "bldg": "building",
    "rm": "room", "ste": "suite", "app": "appendix", "par": "paragraph", "pt": "part",
    "eq": "equation", "ver": "version", "rte": "route", "rt": "route", "hwy": "highway",
    "op": "opus", "pop": "population", "tel": "telephone",
}  # fmt: skip
BEFORE_YEARS = {"ca": "circa", "c": "circa", "b": "born", "d": "died", "fl": "flourished"}
NO_DOT_NEEDED = ("apt", "ext", "est", "vol", "fig", "figs", "bldg", "rte", "hwy")
ALSO_WORDS = ("art", "fig", "sec", "no", "mar", "app", "par", "p", "pop")
"""A period after these ends a sentence where a number of things follows: "art. 20 people"."""
MONTHS = ("Jan", "Feb", "Apr", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec", "Mar", "Jun", "Jul")
SHORTHAND = {
    "w/o": "without", "w/": "with ", "c/o": "care of", "b/c": "because", "n/a": "not applicable",
    "b/w": "between", "a/c": "account",
}  # fmt: skip


def expand_abbreviations(sentence: str) -> str:
    """Write abbreviations and initials out.

    The period of an abbreviation goes, unless it ends the text or a new sentence begins after it.
    """
    return rewrite(sentence, RULES)


def _written_out(table: dict[str, str]) -> Words:
    return lambda match: table.get(match[1]) or table[match[1].lower()]


def _initials(match: re.Match[str]) -> str:
    letters = " ".join(re.findall("[A-Z]", match[0].upper()))
    ends = ENDS.match(match.string, match.end())
    return letters + "." if ends and match[0].endswith(".") else letters


def _month(match: re.Match[str]) -> str:
    return {**ANYWHERE, "Mar": "March", "Jun": "June", "Jul": "July"}[match[1]]


def _spaced(letters: str) -> str:
    return " ".join(letters)


def _days(match: re.Match[str]) -> str:
    return f"{WEEKDAYS[match[1]]} to {WEEKDAYS[match[2]]}"


ENDS = re.compile(rf"\s*\Z|{NEW_SENTENCE}")
DOT = rf"\.(?!\s*\Z|{NEW_SENTENCE})"
"""Its period, but not that of the sentence."""
MAYBE_DOT = rf"(?:{DOT})?"
TITLE_DOT = r"(?:\.(?!\s*\Z))?"
KEPT_DOT = rf"(?:{DOT}|(?=\.))"
NAME = r"(?=\s+[A-Z])"
FIRST = r"(?<![\w'.])"
COUNT = rf"\d+(?:,\d{{3}})* {PLURAL_NOUN}"
FIGURE = rf"(?=\d|(?-i:[A-Z]{{1,4}}\d|(?!I [a-z]|I'|I\?)(?:{ROMAN})\b))"
DAY = any_of(WEEKDAYS)
EARLY: tuple[Rule, ...] = (
    rule(rf"\b({DAY})\.?\s?[-—]\s?({DAY})\b", _days),
    rule(rf"\b({any_of(MONTHS)}|May)\.?\s?[-—]\s?(?=(?:{any_of(MONTHS)}|May)\b)", r"\1. to "),
    rule(r"\b((?:[A-Z]\.){2,6})s\b", lambda m: " ".join(m[1].split(".")).strip() + "'s"),
    rule(rf"(?<=\d(?:st|nd|rd|th)) c{KEPT_DOT}", " century"),
    rule(rf"(?<=\d) ff?{KEPT_DOT}", " and following"),
    rule(r"\bv\.\s?(?=\d)", "version "),
    rule(r"\b(MRS?|DR)\.(?=\s+[A-Z])", lambda m: TITLES[m[1].capitalize()].upper()),
    rule(r"\b([A-Z]{1,3}) ?& ?([A-Z]{1,2})\b", lambda m: f"{_spaced(m[1])} and {_spaced(m[2])}"),
    rule(r"\b(Ph)\.?D\.?(s?)\b", lambda m: "P H D" + ("'s" if m[2] else "")),
)
"""Mon.-Fri. and AT&T, before hyphens and capitals are looked at."""
MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
RULES: tuple[Rule, ...] = (
    rule(r"\bi\.\s?e\.,?", "that is,", re.IGNORECASE),
    rule(r"\be\.\s?g\.,?", "for example,", re.IGNORECASE),
    rule(r"\ba\.k\.a\.", "also known as", re.IGNORECASE),
    rule(r"&c\b", "et cetera"),
    rule(rf"\bet al{MAYBE_DOT}", "et al"),
    rule(r"(?<=[\w.]) vs?\.(?= )", " versus"),
    rule(rf"(?<![\w/])({any_of(SHORTHAND)})(?![/])", _written_out(SHORTHAND), re.IGNORECASE),
    rule(rf"{FIRST}(?:[A-Za-z]\.|Ph\.|LL\.){{2,20}}(?:[A-Z](?![A-Za-z]))?", _initials),
    rule(r"(?<![A-Za-z])([ap])\.\s?m\b\.?", _initials),
    rule(
        rf"\b({DAY})(?:\.(?=,?\s+(?:[a-z]|\d|{MONTH}))|(?=,?\s+(?:{MONTH})[a-z.]*\s\d))",
        _written_out(WEEKDAYS),
    ),
    rule(rf"\b(Mrs?|Messrs|Ms){TITLE_DOT}(?!\w)", _written_out(TITLES)),
    rule(rf"\b(\d+\w*(?: [A-Z][\w]*)+) St{KEPT_DOT}", r"\1 Street"),
    rule(rf"\b(Dr){TITLE_DOT}{NAME}", _written_out(TITLES)),
    rule(rf"(?<=[a-z\d] )({any_of(PLACES)})(?=\.{NEW_SENTENCE})", _written_out(PLACES)),
    rule(rf"\b({any_of(TITLES)})\.{NAME}", _written_out(TITLES)),
    rule(rf"(?<=[a-z\d] )({any_of(PLACES)})(?:{DOT}|(?=\.\s*\Z)|(?=,))", _written_out(PLACES)),
    rule(rf"(?<=[a-z\d] )({any_of(ROADS)})\b(?!\.)", _written_out(ROADS)),
    rule(
        rf"\b([NSEW])\.(?= [A-Z\d][a-z\d]+ (?:{any_of(PLACES)}|Street|Avenue|Road)\b)",
        _written_out(DIRECTIONS),
    ),
    rule(rf"(?<=[a-z\d], )({any_of(AFTER_COMMA)})(?:{DOT}|(?=\.\s*\Z))", _written_out(AFTER_COMMA)),
    rule(
        rf"\b(?!(?:{'|'.join(ALSO_WORDS)})\.\s*{COUNT})({any_of(BEFORE_NUMBERS)})\.\s*{FIGURE}",
        lambda m: BEFORE_NUMBERS[m[1].lower()] + " ",
        re.IGNORECASE,
    ),
    rule(rf"\b({any_of(BEFORE_YEARS)})\.\s*(?=\d{{3,4}}\b)", lambda m: f"{BEFORE_YEARS[m[1]]} "),
    rule(rf"\b({any_of(NO_DOT_NEEDED)})\s*(?=\s\d)", _written_out(BEFORE_NUMBERS), re.IGNORECASE),
    rule(r"(?<=\d(?:st|nd|rd|th) )ed\b\.?", "edition"),
    rule(rf"\betc\b(?:{DOT})?", "et cetera"),
    rule(rf"\b(Jr|Sr|vs){MAYBE_DOT}(?!\w)", _written_out(ANYWHERE)),
    rule(r"(?:\A|(?<=[a-z] )(?<!\band ))Co\.(?= [A-Z]\b(?!\.[A-Z]))", "Company"),
    rule(rf"\b({any_of(ANYWHERE)}){KEPT_DOT}", _written_out(ANYWHERE)),
    rule(rf"\b({any_of(MONTHS)})\.?(?=\s\d)", _month),
    rule(rf"(?<=\d )({any_of(MONTHS)})\b(?:{DOT})?", _month),
    rule(rf"{FIRST}[A-Z]\.(?: ?[A-Z]\.)+", _initials),
    # One initial: before a name or with punctuation. "I." and "U S S R." may end a sentence.
    rule(rf"{FIRST}(?<!\b[A-Z] )([A-HJ-Z])\.(?=\s+[A-Z]|\s*[,;:?!]|'s)(?!{NEW_SENTENCE})", r"\1"),
    rule(r"(?<=\b[A-Z]\. )I\.(?=\s+[A-Z])|(?<![\w'.])I\.(?=\s+[A-Z]\.)", "I"),
)
