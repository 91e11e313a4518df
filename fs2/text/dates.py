"""Dates, years, decades and times of day in words."""

import re

from fs2.text.measures import ANY_UNIT
from fs2.text.numbers import cardinal, is_year, ordinal, plural, two_digits, year
from fs2.text.rules import END, PLURAL_NOUN, SIDE, Rule, any_of, figure_rule, rule

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# "may" and "march" are verbs unless they have a capital.
MONTH = rf"(?:{'|'.join(name for name in MONTHS if name not in ('March', 'May'))}|(?-i:March|May))"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
MONTH_FIGURES = r"(?:0?[1-9]|1[0-2])"
YEAR = r"(?:1\d{3}|20\d\d)"
SEASONS = ("spring", "summer", "autumn", "fall", "winter", "year", "years", "season", "class")
BEFORE_YEARS = ("in", "since", "by", "until", "till", "during", "circa", "ca", "early", "late")
COUNTED_AFTER = (
    *("about", "almost", "around", "exactly", "least", "most", "nearly", "only", "over", "roughly"),
    *("some", "than", "these", "those", "total of", "under", "approximately"),
)

SHARE = rf"(?:1/[234]|2/3|3/4)(?![\d/]|,? {YEAR}\b)"
"""Hardly ever a date without a year."""
SHARED = (
    r"(?:of|hours?|days?|inch|inches|miles?|majority|votes?|stake|share|points?|percent|cups?|pounds?"
    rf"|{ANY_UNIT})\b"
)
"""What a fraction is of."""


def day_and_month(day: str, month: str, of_year: str | None) -> str:
    """The fifth of May, eighteen twenty one."""
    return f"the {ordinal(day)} of {month}" + (f", {short_year(of_year)}" if of_year else "")


def month_and_day(month: str, day: str, of_year: str | None) -> str:
    """May fifth, eighteen twenty one."""
    return f"{month} {ordinal(day)}" + (f", {short_year(of_year)}" if of_year else "")


def short_year(text: str) -> str:
    """A year of four digits, or of two: 09 -> oh nine."""
    return two_digits(text) if len(text) == 2 else year(text)


def _in_figures(match: re.Match[str]) -> str:
    """American order if it can be, else day first."""
    first, second, of_year = match.group("first", "second", "year")
    if int(first) <= 12:
        return month_and_day(MONTHS[int(first) - 1], second, of_year)
    if int(second) <= 12:
        return day_and_month(first, MONTHS[int(second) - 1], of_year)
    return match[0].replace("/", ", ")


def _time(match: re.Match[str]) -> str:
    hour, minute, second, half = match.group("hour", "minute", "second", "half")
    words = cardinal(str(int(hour)))
    if int(minute):
        words += f" {two_digits(minute)}"
    elif not half and not second and 1 <= int(hour) <= 12:
        words += " o'clock"
    elif not half:
        words += " hundred"
    if second:
        words += f" and {cardinal(str(int(second)))} seconds"
    return f"{words} {half[0].upper()} M" if half else words


def _military(match: re.Match[str]) -> str:
    hour, minute = match["hour"], match["minute"]
    words = two_digits(hour) if hour != "00" else "zero"
    return f"{words} {two_digits(minute) if minute != '00' else 'hundred'}"


def _range_of_days(match: re.Match[str]) -> str:
    month, first, last, of_year = match.group("month", "first", "last", "year")
    return f"{month_and_day(month, first, None)} to {ordinal(last)}" + (
        f", {year(of_year)}" if of_year else ""
    )


def _counted(match: re.Match[str]) -> str:
    """Four digits before what is counted are a cardinal."""
    return cardinal(match["count"])


EARLY: tuple[Rule, ...] = (
    rule(r"(?<![\w.,'])'(\d\d)(?![\w'])", lambda m: f" {two_digits(m[1])} "),  # "class of '09"
    rule(r"(?<=\d(?:st|nd|rd|th)) ?[-—] ?(?=\d{1,4}(?:st|nd|rd|th)\b)", " to "),
    rule(r"(?:(?<=\d0s)|(?<=\d0's)) ?[-—] ?(?='?\d{0,3}0'?s\b)", " to "),
    rule(
        rf"{SIDE}(0?[1-9]|1[0-2])\.([0-5]\d)(?=(?: ?[-—] ?\d\d?[.:]\d\d)?\s?[ap]\.?\s?m\b)",
        r"\1:\2",
        re.IGNORECASE,
    ),
    rule(r"(?<=\d[ap]m) ?[-—] ?(?=\d)", " to ", re.IGNORECASE),
    rule(r"(?<=\d [ap]m) ?[-—] ?(?=\d)|(?<=\d [ap]\.m\.) ?[-—] ?(?=\d)", " to ", re.IGNORECASE),
)
"""Before apostrophes and hyphens are looked at."""
RULES = (
    figure_rule(
        rf"\b((?:due|dated|(?:on|by|until|till|since|before|after|from)(?! {SHARE})) )"
        rf"({MONTH_FIGURES})/({DAY}){END}(?!/)(?<!9/11)(?! (?:to [1-9]/\d\d? )?{SHARED})",
        lambda m: m[1] + month_and_day(MONTHS[int(m[2]) - 1], m[3], None),
    ),
    figure_rule(rf"\b({MONTH} {DAY}) ?[-—] ?(?={MONTH} {DAY})", r"\1 to"),
    figure_rule(
        rf"{SIDE}({YEAR})([-/])({MONTH_FIGURES})\2({DAY}){END}",
        lambda m: month_and_day(MONTHS[int(m[3]) - 1], m[4], m[1]),
    ),
    figure_rule(
        rf"{SIDE}(?P<first>{DAY})/(?P<second>{DAY})/(?P<year>{YEAR}|\d\d){END}(?!/)", _in_figures
    ),
    figure_rule(
        rf"{SIDE}({DAY})([.-])({MONTH_FIGURES})\2({YEAR}){END}",
        lambda m: day_and_month(m[1], MONTHS[int(m[3]) - 1], m[4]),
    ),
    figure_rule(r"(?<=:\d\d)\s?[-—]\s?(?=\d?\d:\d\d)", "to"),
    figure_rule(
        rf"{SIDE}(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
        rf"(?:\s?(?P<half>[ap])\s?m\b|{END}(?!:))",
        _time,
    ),
    figure_rule(
        rf"{SIDE}(1[0-2]|[1-9])\s?[-—]\s?(1[0-2]|[1-9])\s?([ap])\s?m\b",
        lambda m: f"{cardinal(m[1])} to {cardinal(m[2])} {m[3].upper()} M",
    ),
    figure_rule(
        rf"{SIDE}(1[0-2]|[1-9])\s?([ap])\s?m\b",
        lambda m: f"{cardinal(m[1])} {m[2].upper()} M",
    ),
    figure_rule(rf"{SIDE}(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?= hours\b)", _military),
    figure_rule(
        rf"\b(?P<month>{MONTH}) (?P<first>{DAY}) ?[-—] ?(?P<last>{DAY}){END}"
        rf"(?:,? (?P<year>{YEAR}){END})?",
        _range_of_days,
    ),
    figure_rule(
        rf"\b({MONTH}) ({DAY})(?:st|nd|rd|th)?,? ({YEAR}){END}",
        lambda m: month_and_day(m[1], m[2], m[3]),
    ),
    # "Last May 5 students came": not a day, but a number of something
    figure_rule(
        rf"\b((?:in|last|this|next|every|each) {MONTH}) ({DAY})(?= [a-z](?!f\b))".replace(
            "[a-z]", "(?-i:[a-z])"
        ),
        lambda m: f"{m[1]} {cardinal(m[2])}",
    ),
    figure_rule(
        rf"(?<!\w )(?-i:(May|March)) ({DAY})(?= (?-i:{PLURAL_NOUN}))",
        lambda m: f"{m[1]} {cardinal(m[2])}",
    ),
    figure_rule(
        rf"\b({MONTH}) ({DAY})(?:st|nd|rd|th)?{END}(?!-\d)",
        lambda m: month_and_day(m[1], m[2], None),
    ),
    figure_rule(
        rf"(?:\bthe )?{SIDE}([1-9]|[12]\d|3[01])(?:st|nd|rd|th)? (?:of )?({MONTH})\b"
        rf"(?:,? ({YEAR}){END})?",
        lambda m: day_and_month(m[1], m[2], m[3]),
    ),
    figure_rule(rf"\b({MONTH}),? ({YEAR}){END}", lambda m: f"{m[1]} {year(m[2])}"),
    figure_rule(r"\b(1[1-9]|20)(\d0)'?s\b", lambda m: plural(year(m[1] + m[2]))),
    figure_rule(r"(?<![\w.,])'?([2-9]0)'?s\b", lambda m: plural(cardinal(m[1]))),
    figure_rule(rf"{SIDE}(\d{{1,4}})(?= (?:B ?C ?E?|C E|A ?D)\b)", lambda m: year(m[1])),
    figure_rule(rf"\b(A ?D) (\d{{3,4}}){END}", lambda m: f"{m[1]} {year(m[2])}"),
    figure_rule(
        rf"\b((?:{any_of(SEASONS)}|fire|battle|act|census|war|treaty|c|circa) (?:of )?)"
        rf"([1-9]\d\d|{YEAR}){END}(?! (?-i:{PLURAL_NOUN}))",
        lambda m: f"{m[1]}{year(m[2])}",
    ),
    figure_rule(
        rf"\b((?:{any_of(COUNTED_AFTER)}) )(?P<count>\d{{4}})"
        rf"(?= (?-i:(?:[a-z]+ )?{PLURAL_NOUN}))",
        lambda m: m[1] + _counted(m),
    ),
    # "In 1066 William won", "in 605, Nabopolassar", but "in 1000 homes"
    figure_rule(
        rf"\b((?:{any_of(BEFORE_YEARS)}|about|after|before|from|of|to|and) )(10\d\d)"
        rf"{END}(?!-| (?-i:(?!to |and |until |till |or )[a-z]))",
        lambda m: f"{m[1]}{year(m[2])}",
    ),
    figure_rule(
        rf"\b(in )(10\d\d|[1-9]\d\d){END}"
        r"(?=[,.;] \w|[,.;]?\s*\Z| (?-i:[A-Z]|he\b|she\b|it\b|the\b|they\b))",
        lambda m: f"{m[1]}{year(m[2])}",
    ),
    figure_rule(
        rf"\b((?:{any_of(BEFORE_YEARS)}) )({YEAR}){END}(?= (?-i:{PLURAL_NOUN}))",
        lambda m: f"{m[1]}{year(m[2]) if is_year(m[2]) else cardinal(m[2])}",
    ),
    figure_rule(
        rf"{SIDE}(?<!the )(?P<count>\d{{4}})(?= (?-i:of the )?(?-i:{PLURAL_NOUN}))", _counted
    ),
    figure_rule(rf"{SIDE}(?P<count>\d\d00)(?= (?-i:{PLURAL_NOUN}))", _counted),
)
