"""Numbers in words: years, dates, times, money, ordinals, decimals, fractions, units, ranges."""

import re
from collections.abc import Callable
from functools import partial

from num2words import num2words

Words = Callable[[re.Match[str]], str]

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"),
}
UNITS = {
    "km/h": "kilometers per hour", "kmh": "kilometers per hour", "mph": "miles per hour",
    "m/s": "meters per second", "mm": "millimeters", "cm": "centimeters", "m": "meters",
    "km": "kilometers", "mg": "milligrams", "g": "grams", "kg": "kilograms",
    "ml": "milliliters", "l": "liters", "lb": "pounds", "lbs": "pounds", "oz": "ounces",
    "ft": "feet", "in": "inches", "yd": "yards", "yds": "yards", "hz": "hertz",
    "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz", "ms": "milliseconds",
    "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "hr": "hours",
    "hrs": "hours", "kb": "kilobytes", "mb": "megabytes", "gb": "gigabytes", "tb": "terabytes",
    "kw": "kilowatts", "°c": "degrees Celsius", "°f": "degrees Fahrenheit", "°": "degrees",
}  # fmt: skip
IRREGULAR_SINGULARS = {"feet": "foot", "hertz": "hertz"}
DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
SCALES = "hundred|thousand|million|billion|trillion"
SHORT_SCALES = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion"}
COMMON_DENOMINATORS = (*range(2, 11), 12, 16, 32, 64, 100)

INTEGER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
NUMBER = rf"(?:{INTEGER}(?:\.\d+)?|(?<![\d.])\.\d+)"
MONTH = rf"(?:{'|'.join(MONTHS)})"
UNIT = "|".join(
    # "5 g" are grams, but not "5G"
    rf"(?-i:{unit})" if len(unit) == 1 and unit.isalpha() else re.escape(unit)
    for unit in sorted(UNITS, key=len, reverse=True)
    if unit != "in"
)
LONGEST_CARDINAL = 15


def digits(text: str) -> str:
    """The digits of `text`, one by one."""
    return " ".join(num2words(int(digit)) for digit in text if digit.isdigit())


def cardinal(text: str) -> str:
    """A number as written ("1,200", "3.14", "007") in words; no hyphens, no commas."""
    whole, _, decimals = text.replace(",", "").partition(".")
    if not whole:
        words = ""
    elif len(whole) > LONGEST_CARDINAL or (whole[0] == "0" and len(whole) > 1):
        words = digits(whole)
    else:
        words = _plain(num2words(int(whole)))
    return f"{words} point {digits(decimals)}".strip() if decimals else words


def ordinal(text: str) -> str:
    """22 -> twenty second."""
    number = text.replace(",", "")
    if len(number) > LONGEST_CARDINAL:
        return digits(number)
    return _plain(num2words(int(number), to="ordinal"))


def year(text: str) -> str:
    """1865 -> eighteen sixty five; years before 1000 are cardinals."""
    number = int(text)
    if number < 1000 or 2000 <= number < 2010:
        return cardinal(str(number))
    return _plain(num2words(number, to="year"))


def plural(words: str) -> str:
    """Eighteen fifty -> eighteen fifties, six -> sixes."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith("x") else "s")


def integer(text: str) -> str:
    """A bare number: a year where four digits look like one, digits where it is a long string."""
    if re.fullmatch(r"1[1-9]\d\d|20\d\d", text):
        return year(text)
    if re.fullmatch(r"\d{7,}", text):
        return digits(text)
    return cardinal(text)


def number_words(sentence: str) -> str:
    """Write every number of an ASCII sentence in words; the rest is left as it is."""
    if not re.search(r"[\d$£€¥¢%#°]", sentence):
        return sentence
    for pattern, words in RULES:
        sentence = pattern.sub(partial(_padded, words), sentence)
    return re.sub(r"\s+(?='s\b)", "", sentence)


def _padded(words: Words, match: re.Match[str]) -> str:
    return f" {words(match)} "


def _plain(words: str) -> str:
    """num2words' spelling without hyphens and commas, and without the British 'and'."""
    return words.replace("-", " ").replace(",", "").replace(" and ", " ")


def _date(month: str, day: str, of_year: str | None) -> str:
    words = f"{MONTHS[int(month) - 1]} {ordinal(day)}"
    return f"{words}, {year(of_year)}" if of_year else words


def _time(match: re.Match[str]) -> str:
    hour, minute, second, half = match.group("hour", "minute", "second", "half")
    words = cardinal(str(int(hour)))
    if int(minute):
        words += f" oh {digits(minute[1])}" if minute[0] == "0" else f" {cardinal(minute)}"
    elif not half and not second and 1 <= int(hour) <= 12:
        words += " o'clock"
    elif not half:
        words += " hundred"
    if second:
        words += f" and {cardinal(str(int(second)))} seconds"
    return f"{words} {half[0].upper()} M" if half else words


def _money(match: re.Match[str]) -> str:
    sign, amount, scale, short = match.group("sign", "amount", "scale", "short")
    scale = scale or SHORT_SCALES.get((short or "").lower())
    one, many, small_one, small_many = CURRENCIES[sign]
    if scale:
        return f"{cardinal(amount)} {scale} {many}"
    whole, _, hundredths = amount.partition(".")
    if len(hundredths) not in (0, 2):
        return f"{cardinal(amount)} {many}"
    parts = []
    if whole.strip("0,") or not hundredths.strip("0"):
        parts.append(f"{cardinal(whole or '0')} {one if whole == '1' else many}")
    if hundredths.strip("0"):
        small = str(int(hundredths))
        parts.append(f"{cardinal(small)} {small_one if small == '1' else small_many}")
    return " and ".join(parts)


def _unit(match: re.Match[str]) -> str:
    amount, unit = match.group("amount", "unit")
    words = UNITS[unit.lower()]
    if amount == "1":
        first, _, rest = words.partition(" ")
        words = f"{IRREGULAR_SINGULARS.get(first, first.removesuffix('s'))} {rest}".strip()
    return f"{cardinal(amount)} {words}"


def _fraction(match: re.Match[str]) -> str:
    whole, upper, lower, unit = match.group("whole", "upper", "lower", "unit")
    top, bottom = int(upper), int(lower)
    if not whole and (top >= bottom or bottom not in COMMON_DENOMINATORS):
        return f"{cardinal(upper)} {cardinal(lower)}"  # 24/7, 9/11
    if bottom in DENOMINATORS:
        name = DENOMINATORS[bottom][top != 1]
    else:
        name = ordinal(lower) if top == 1 else plural(ordinal(lower))
    share = "a" if whole and top == 1 else cardinal(upper)
    words = f"{cardinal(whole)} and {share} {name}" if whole else f"{share} {name}"
    return f"{words} {UNITS[unit.lower()]}" if unit else words


def _range(match: re.Match[str]) -> str:
    first, last = match.group("first", "last")
    if re.fullmatch(r"1[1-9]\d\d|20\d\d", first) and len(last) == 2:
        return f"{year(first)} to {cardinal(str(int(last)))}"
    return f"{integer(first)} to {integer(last)}"


def _rule(pattern: str, words: Words) -> tuple[re.Pattern[str], Words]:
    return re.compile(pattern, re.IGNORECASE), words


AFTER_DOT = r"(?=\s*[\w,;:?!)])"  # the period of an abbreviation, not of the sentence
UNIT_END = rf"(?![\w/])(?:\.{AFTER_DOT})?"
SIDE = r"(?<![\w.,])"  # not in the middle of a word or number
END = r"(?![\w]|[.,]\d)"
RULES = (
    _rule(
        rf"{SIDE}(1\d\d\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]){END}",
        lambda m: _date(m[2], m[3], m[1]),
    ),
    _rule(
        rf"{SIDE}(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/(1\d\d\d|20\d\d){END}",
        lambda m: _date(m[1], m[2], m[3]),
    ),
    _rule(r"(?<=:\d\d)\s?[-—]\s?(?=\d?\d:\d\d)", lambda m: "to"),
    _rule(
        rf"{SIDE}(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
        rf"(?:\s?(?P<half>[ap])\s?m\b|{END})",
        _time,
    ),
    _rule(
        rf"{SIDE}(1[0-2]|[1-9])\s?([ap])\s?m\b",
        lambda m: f"{cardinal(m[1])} {m[2].upper()} M",
    ),
    _rule(
        rf"(?P<sign>[$£€¥])\s?(?P<amount>{NUMBER})"
        rf"(?:\s?(?P<scale>{SCALES})\b|(?P<short>bn|[kmb])\b)?",
        _money,
    ),
    _rule(rf"(?P<amount>{INTEGER})\s?¢", lambda m: f"{cardinal(m['amount'])} cents"),
    _rule(
        rf"{SIDE}(?:\+?\d{{1,3}}[ -])?(?:\( ?\d{{3}} ?\) ?|\d{{3}}[ -])?\d{{3}}-\d{{4}}{END}",
        lambda m: ", ".join(digits(group) for group in re.findall(r"\d+", m[0])),
    ),
    _rule(
        rf"\b({MONTH}) (0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? (1\d\d\d|20\d\d){END}",
        lambda m: f"{m[1]} {ordinal(m[2])}, {year(m[3])}",
    ),
    _rule(
        rf"\b({MONTH}) (0?[1-9]|[12]\d|3[01]){END}(?!-\d)",
        lambda m: f"{m[1]} {ordinal(m[2])}",
    ),
    _rule(
        rf"(?:\bthe )?{SIDE}([1-9]|[12]\d|3[01])(?:st|nd|rd|th)? (?:of )?({MONTH})\b"
        r"(?:,? (1\d\d\d|20\d\d)\b)?",
        lambda m: f"the {ordinal(m[1])} of {m[2]}" + (f", {year(m[3])}" if m[3] else ""),
    ),
    _rule(r"\b(1[1-9]|20)(\d0)'?s\b", lambda m: plural(year(m[1] + m[2]))),
    _rule(r"(?<![\w.,])'?([2-9]0)'?s\b", lambda m: plural(cardinal(m[1]))),
    _rule(rf"({INTEGER})-?(?:st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    _rule(rf"#\s?({INTEGER})", lambda m: f"number {cardinal(m[1])}"),
    _rule(
        rf"{SIDE}(?:(?P<whole>\d{{1,3}})[ -])?(?P<upper>\d\d?)/(?P<lower>[2-9]|[1-9]\d){END}"
        rf"(?:\s(?P<unit>{UNIT}){UNIT_END})?",
        _fraction,
    ),
    _rule(
        rf"{SIDE}(?P<first>{NUMBER}) ?[-—] ?(?P<last>{NUMBER}){END}(?!-)",
        _range,
    ),
    _rule(rf"(?<![\w.,)])-\s?(?={NUMBER})", lambda m: "minus"),
    _rule(rf"({NUMBER})\s?%", lambda m: f"{cardinal(m[1])} percent"),
    _rule(rf"(?P<amount>{NUMBER})[\s-]?(?P<unit>{UNIT}){UNIT_END}", _unit),
    _rule(rf"(?P<amount>{NUMBER})\s(?P<unit>in)\.{AFTER_DOT}", _unit),
    _rule(rf"{SIDE}(\d+):(\d+){END}", lambda m: f"{cardinal(m[1])} to {cardinal(m[2])}"),
    _rule(
        r"(?<![\w.,])(\d{1,3}(?:\.\d{1,3}){2,})(?![\w])",
        lambda m: " point ".join(cardinal(part) for part in m[1].split(".")),
    ),
    _rule(rf"({INTEGER})'?s\b", lambda m: plural(integer(m[1]))),
    _rule(r"(?<=\b[A-Z])\.(?=\d)", lambda m: "dot"),
    _rule(NUMBER, lambda m: integer(m[0]) if m[0].isdigit() else cardinal(m[0])),
)
