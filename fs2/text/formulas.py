"""Signs, powers, comparisons, fractions and ranges in words."""

import re

from fs2.text.measures import ANY_UNIT, UNIT_END, singular, unit_name
from fs2.text.numbers import cardinal, fraction, is_year, number, ordinal, pairs, year
from fs2.text.rules import END, INTEGER, NUMBER, SIDE, Rule, figure_rule, rule

SAYINGS = {
    "24/7": "twenty four seven", "9/11": "nine eleven", "7/7": "seven seven",
    "50/50": "fifty fifty", "20/20": "twenty twenty", "4/4": "four four",
}  # fmt: skip
"""What is written as a fraction and is none."""
COMPARISONS = {
    "<": ("less than", "is less than"),
    ">": ("more than", "is greater than"),
    "<=": ("at most", "is less than or equal to"),
    ">=": ("at least", "is greater than or equal to"),
}
COMPARED = re.compile(
    r"<[/!a-zA-Z][^<>]{0,80}>|(?P<arrow>[-=]{1,3}>|<[-=]{1,3}(?![=\d]))"
    r"|(?P<sign>[<>]=?|[≤≥≦≧])[ \xa0]?(?=[\w$£€.√(\u2212-])"
)
MARKS = {"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">="}


def comparisons(text: str) -> str:
    """Write out '<' and '>' where something is compared, and arrows as pauses; tags stay."""
    return COMPARED.sub(_comparison, text)


def _comparison(match: re.Match[str]) -> str:
    if match["arrow"]:
        return ", "
    if not match["sign"]:
        return match[0]
    alone, between = COMPARISONS[MARKS.get(match["sign"], match["sign"])]
    before = match.string[max(0, match.start() - 4) : match.start()].rstrip()
    return f" {between if _is_operand(match, before) else alone} "


def _is_operand(match: re.Match[str], before: str) -> bool:
    """Whether what stands before is compared: 'x <5', '3 > 2', but not 'in <5 minutes'."""
    if not before or not (before[-1] in ")]}" or before[-1].isalnum()):
        return False
    if re.search(r"\b(?:and|or|is|are|of|to|be|if|by|for|in)$", before):
        return False
    touching = not match.string[match.start() - 1].isspace()
    short = re.search(r"(?:^|[^\w])(?:[^\W\d_]|[\d.,]+)$", before)
    both_blanks = match[0][-1].isspace() and not touching
    return touching or bool(short) or both_blanks


def power(base: str, exponent: str) -> str:
    """X^2 -> x squared, 10^-6 -> ten to the minus six, 2^10 -> two to the tenth."""
    if exponent in ("2", "3"):
        return f"{base} {'squared' if exponent == '2' else 'cubed'}"
    if exponent.isdigit():
        return f"{base} to the {ordinal(exponent)}"
    return f"{base} to the {exponent.replace('-', 'minus ').replace('+', '')}"


def _power(match: re.Match[str]) -> str:
    exponent = re.sub(r"(?<=-)\d+", lambda m: cardinal(m[0]), match["exponent"].strip("(){} "))
    base = match["base"]
    return power(number(base) if base and base[0].isdigit() else base, exponent)


def _scientific(match: re.Match[str]) -> str:
    base, sign, exponent = match.groups()
    return f"{base} times 10^{sign.strip('+')}{exponent}"


def _fraction(match: re.Match[str]) -> str:
    whole, upper, lower, unit = match.group("whole", "upper", "lower", "unit")
    if not whole and f"{upper}/{lower}" in SAYINGS:
        return SAYINGS[f"{upper}/{lower}"]
    words = fraction(whole, upper, lower)
    if not unit:
        return words
    return f"{words} {unit_name(unit) if whole else singular(unit_name(unit))}"


def _range(match: re.Match[str]) -> str:
    first, last = match.group("first", "last")
    if first == last and len(first) == 2:
        return f"{cardinal(first)} {cardinal(last)}"  # "a fifty fifty chance"
    if is_year(first) and re.fullmatch(r"\d\d", last):
        return f"{year(first)} to {cardinal(str(int(last)))}"
    return f"{number(first)} to {number(last)}"


SIGNS: tuple[Rule, ...] = (
    rule(r"\b([Cc])#", r"\1 sharp"),
    rule(r"(?<=[A-Za-z])\+\+", " plus plus"),
    rule(r"\b(40[13]) ?(?:\( ?([bk]) ?\)|([kK])\b)", lambda m: f"{pairs(m[1])} {m[2] or m[3]}"),
    rule(r"(?<=\d) ?\*\* ?(?=\d|[a-z]\b)|(?<=\b[A-Za-z])\*\*(?=\d)", "^"),
    rule(r"(?<=\d) ?\* ?(?=\d)|(?<=\d)\*(?=[a-z]\b)", " times "),
    rule(r"(?<=\b[A-Za-z])\*(?=[A-Za-z\d]\b)", " times "),
    rule(r"\+/-\s?", " plus or minus "),
    rule(r"\b([fgh])\(([a-z])\)", r"\1 of \2"),
    rule(r"~\s?(?=[$£€]?\d)", " about "),
    rule(r"©\s?(?=\d{4}\b)", " copyright "),
    rule(r"§§?\s?(?=\d)", " section "),
    rule(r"¶\s?(?=\d)", " paragraph "),
    rule(r"‰", " per mille"),
    rule(r"≈\s?(?=\S)", " is approximately "),
    rule(r"≠\s?(?=\S)", " is not equal to "),
)
"""Symbols that mean something only beside what they stand by; before `characters.fold`."""

EARLY: tuple[Rule, ...] = (
    rule(r"(\b(?:[a-z]{3,20}s|from) [A-Z]) ?[-—] ?(?=[A-Z]\b)", r"\1 to "),  # "rows A-F"
    rule(r"\b[vV](?=\d+\.\d)", "v "),
    rule(
        rf"{SIDE}(?=\d+(?:\.\d+)?e|\d+\.\d+E|\d+E[+-])"
        r"(\d+(?:\.\d+)?)[eE]([+-]?)0*(\d{1,3})(?!\w|\.\d)",
        _scientific,
    ),
)
"""What a hyphen belongs to must be read before hyphens become blanks."""

SCORED = r"(?:scored|scores|score of|rated|rates|rating of|got|gets|gave it|give it|marks? of)"
EXPONENT = r"\s?\^\s?(?P<exponent>[-+]?\d{1,4}(?!\d)|[A-Za-z]\b)"
POWERS: tuple[Rule, ...] = (
    figure_rule(rf"(?P<base>(?<![A-Za-z])[A-Za-z]{{1,2}}|(?<=[)])){EXPONENT}", _power),
)
"""Of letters; after the units, of which some have powers too."""
RULES = (
    figure_rule(rf"(?P<base>(?<![\d.])\d+(?:\.\d+)?){EXPONENT}", _power),
    figure_rule(
        rf"\b({SCORED} )(\d{{1,3}})/(\d{{1,3}}){END}",
        lambda m: f"{m[1]}{cardinal(m[2])} out of {cardinal(m[3])}",
    ),
    figure_rule(
        r"(?<![\w.,])(\d\d?)/(\d\d?)(?= time\b)", lambda m: f"{cardinal(m[1])} {cardinal(m[2])}"
    ),
    figure_rule(
        rf"{SIDE}(?<!/)(?:(?P<whole>\d{{1,3}})[ -])?(?P<upper>\d{{1,3}})/(?P<lower>[1-9]\d{{0,3}})"
        rf"(?:th|rd|nd|st)?(?!\w|[.,]\d|/)(?:[\s-](?P<unit>{ANY_UNIT}){UNIT_END})?",
        _fraction,
    ),
    figure_rule(
        rf"{SIDE}(\d+)/(\d+)/(\d+){END}(?!/)", lambda m: ", ".join(map(cardinal, m.groups()))
    ),
    figure_rule(
        r"(?<![\w.-])(\d+(?:\.\d+)?) ?- ?(\d+(?:\.\d+)?)(?= ?=)",
        lambda m: f"{cardinal(m[1])} minus {cardinal(m[2])}",
    ),
    figure_rule(
        r"(?<![\w.])(\d+(?:\.\d+)?) ?x ?(\d+(?:\.\d+)?)(?= ?=)",
        lambda m: f"{number(m[1])} times {number(m[2])}",
    ),
    figure_rule(
        rf"{SIDE}(\d+(?:\.\d+)?) ?x ?(?=\d+(?:\.\d+)?(?:\b|x))",
        lambda m: f"{_dimension(m[1])} by",
    ),
    figure_rule(r"(?<=\bby )\s?(\d{4})\b", lambda m: _dimension(m[1])),
    figure_rule(rf"{SIDE}({NUMBER})x\b(?! ?[-+=*/^])", lambda m: f"{cardinal(m[1])} times"),
    # The last number keeps its figures where a unit or sign follows.
    rule(
        rf"{SIDE}(?P<first>{NUMBER}) ?[-—] ?(?P<last>{NUMBER})"
        rf"(?= ?%|[ -]?{ANY_UNIT}(?![\w/]))(?!-\d)",
        lambda m: f"{number(m['first'])} to {m['last']}",
        re.IGNORECASE,
    ),
    figure_rule(rf"{SIDE}(?P<first>{NUMBER}) ?[-—] ?(?P<last>{NUMBER}){END}(?!-)", _range),
    figure_rule(rf"(?<=%) ?[-—] ?(?={NUMBER} ?%)", "to"),
    figure_rule(rf"(?<![\w.,)])-\s?(?={NUMBER})", "minus"),
    figure_rule(rf"({NUMBER})\s?%", lambda m: f"{cardinal(m[1])} percent"),
    figure_rule(rf"#\s?({INTEGER})", lambda m: f"number {cardinal(m[1])}"),
)


def _dimension(text: str) -> str:
    """1920 by 1080 is said in pairs, other sizes as numbers are."""
    return pairs(text) if re.fullmatch(r"\d{4}", text) else number(text)
