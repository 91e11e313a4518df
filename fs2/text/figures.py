"""Every number of a sentence in words: the order of the rules."""

import re

from fs2.text import dates, formulas, identifiers, measures, money
from fs2.text.numbers import cardinal, digits, integer, number, ordinal, plural
from fs2.text.rules import END, INTEGER, NUMBER, SIDE, Rule, figure_rule, rewrite, rule

FIGURES = re.compile(r"[\d$£€¥¢%#°₹₽₩₪₺₴₱₫₦฿₿^*=]")


NEARBY = 60
"""Characters before the first figure and after the last that may decide how they are read."""


def _digits_of(match: re.Match[str]) -> str:
    """Groups of thousands as they are written in English."""
    whole, _, decimals = match[0].replace(" ", "").partition(",")
    grouped = f"{int(re.sub('[^0-9]', '', whole)):,}"
    return f"{grouped}.{decimals}" if decimals else grouped


def _lakhs(match: re.Match[str]) -> str:
    return f"{int(match[0].replace(',', '')):,}"


def _address(match: re.Match[str]) -> str:
    words = " dot ".join(digits(part) for part in match[1].split("."))
    return f"{words} port {digits(match[2])}" if match[2] else words


# Numbers grouped in other ways than 1,234,567.8 are written so before anything is read.
GROUPS: tuple[Rule, ...] = (
    rule(r"(?<![\w.,+-])\d{1,3}(?:\.\d{3}){1,6},\d{1,3}(?![\d.,])", _digits_of),
    rule(r"(?<![\w.,+-])\d{1,3}(?: \d{3}){1,6},\d{1,2}(?![\d.,])", _digits_of),
    rule(r"(?<![\w.,])\d{1,3}(?:\.\d{3}){2,6}(?![\d.,]\d|\d)", _digits_of),
    rule(r"(?<![\w.,])\d{1,3}\.\d{3}(?=\s?[€])|(?<=€)\d{1,3}\.\d{3}(?![\d.,])", _digits_of),
    rule(r"(?<![\w.,'])\d{1,3}(?:'\d{3}){1,6}(?![\d'])", _digits_of),
    rule(
        r"(?<![\w.,+)/-])(?<!\d )[1-9]\d{0,2}(?: \d{3}){1,6}(?![\d\w/-]|[.,:/]\d| \d)", _digits_of
    ),
    rule(r"(?<![\w.,])\d{1,2}(?:,\d\d){1,4},\d{3}(?![\d,])", _lakhs),
    # 3,5 %, but not 1,2,3 or 1,234
    rule(
        rf"(?<![\w.,])(\d{{1,3}}),(\d{{1,2}})(?=\s?(?:[%€]|(?:{measures.ANY_UNIT})(?![\w/])))",
        r"\1.\2",
    ),
)


RULES = (
    *identifiers.TELEPHONES,
    *money.RULES,
    *dates.RULES,
    *identifiers.RULES,
    figure_rule(rf"({INTEGER})-?(?:st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    *formulas.RULES,
    *measures.RULES,
    *formulas.POWERS,
    figure_rule(rf"{SIDE}(\d+):(\d+){END}", lambda m: f"{cardinal(m[1])} to {cardinal(m[2])}"),
    figure_rule(
        r"(?<![\w.,])(?<!version )((?:\d{1,3}\.){3}\d{1,3})(?::(\d{2,5}))?(?![\w.]\w)", _address
    ),
    figure_rule(
        r"(?<![\w.,])(\d{1,4}(?:\.\d{1,4}){2,5})(?!\w|\.\d)",
        lambda m: " point ".join(cardinal(part) for part in m[1].split(".")),
    ),
    figure_rule(r"(\d+\.\d+) ?s\b", lambda m: f"{cardinal(m[1])} seconds"),
    figure_rule(rf"({INTEGER})'s\b", lambda m: f"{integer(m[1])}'s"),
    figure_rule(rf"({INTEGER})s\b", lambda m: plural(integer(m[1]))),
    figure_rule(r"(?<=\b[A-Z])\.(?=\d)", "dot"),
    figure_rule(NUMBER, lambda m: number(m[0])),
)


def regroup(sentence: str) -> str:
    """Numbers with groups or decimals as in other languages, written as in English."""
    return rewrite(sentence, GROUPS)


def number_words(sentence: str) -> str:
    """Write every number of an ASCII sentence in words; the rest is left as it is."""
    places = [match.start() for match in FIGURES.finditer(sentence)]
    if not places:
        return sentence
    start = max(0, sentence.rfind(" ", 0, max(0, places[0] - NEARBY)))
    end = sentence.find(" ", places[-1] + NEARBY)
    end = len(sentence) if end < 0 else end
    read = rewrite(regroup(sentence[start:end]), RULES)
    return re.sub(r"\s+(?='s\b)", "", sentence[:start] + read + sentence[end:])
