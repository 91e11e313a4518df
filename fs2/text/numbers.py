"""A number in words: cardinal, ordinal, fraction, year, digit by digit; American, without 'and'."""

import re
from typing import Literal

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LONGEST_CARDINAL = 15
"""Digits; longer numbers are read digit by digit."""
DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
LARGEST_DENOMINATOR = 100
"""Beyond it only multiples of it are parts: five over two hundred thirty four."""


def digits(text: str) -> str:
    """The digits of `text`, one by one."""
    return " ".join(DIGITS[int(digit)] for digit in text if digit.isdigit())


def cardinal(text: str) -> str:
    """A number as written ("1,200", "3.14", "007") in words; no hyphens, no commas."""
    whole, _, decimals = text.replace(",", "").partition(".")
    if not whole:
        words = ""
    elif len(whole) > LONGEST_CARDINAL or (whole[0] == "0" and len(whole) > 1):
        words = digits(whole)
    else:
        words = _in_words(int(whole), "cardinal")
    return f"{words} point {digits(decimals)}".strip() if decimals else words


def ordinal(text: str) -> str:
    """22 -> twenty second."""
    number = text.replace(",", "")
    if len(number) > LONGEST_CARDINAL:
        return digits(number)
    return _in_words(int(number), "ordinal")


def fraction(whole: str | None, upper: str, lower: str) -> str:
    """3/4 -> three quarters, 2 1/2 -> two and a half, 1/100 -> one hundredth, 10/10 -> out of."""
    top, bottom = int(upper), int(lower)
    if not whole and (top == bottom or bottom == 1):
        return f"{cardinal(upper)} out of {cardinal(lower)}"
    if bottom > LARGEST_DENOMINATOR and bottom % LARGEST_DENOMINATOR:
        return f"{cardinal(upper)} over {cardinal(lower)}"
    if bottom in DENOMINATORS:
        name = DENOMINATORS[bottom][top != 1]
    else:
        name = ordinal(lower).removeprefix("one ")
        name = name if top == 1 else plural(name)
    share = "a" if whole and top == 1 else cardinal(upper)
    return f"{cardinal(whole)} and {share} {name}" if whole else f"{share} {name}"


def year(text: str) -> str:
    """1865 -> eighteen sixty five, 605 -> six oh five, 2005 -> two thousand five."""
    number = int(text)
    if 2000 <= number < 2010:
        return cardinal(text)
    return pairs(str(number))


def pairs(text: str) -> str:
    """Three or four digits as they are said in names: 1066 -> ten sixty six, 101 -> one oh one.

    Numbers of any other length, thousands, and those that begin with a zero are read as by
    `cardinal` or digit by digit.
    """
    if text[0] == "0" or len(text) > 4:
        return digits(text)
    first, last = text[:-2], text[-2:]
    if not first or text.endswith("000"):
        return cardinal(text)
    if last == "00":
        return f"{cardinal(first)} hundred"
    return f"{cardinal(first)} {two_digits(last)}"


def two_digits(text: str) -> str:
    """05 -> oh five, 45 -> forty five."""
    return f"oh {digits(text[1])}" if text[0] == "0" else cardinal(text)


def plural(words: str) -> str:
    """Eighteen fifty -> eighteen fifties, six -> sixes."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith("x") else "s")


def is_year(text: str) -> bool:
    """Whether four digits are a year where nothing else tells: 1100 to 2099."""
    return bool(re.fullmatch(r"1[1-9]\d\d|20\d\d", text))


def integer(text: str) -> str:
    """A bare number: a year where four digits look like one, digits where it is a long string."""
    if is_year(text):
        return year(text)
    if re.fullmatch(r"\d{7,}", text) and not text.endswith("000"):
        return digits(text)
    return cardinal(text)


def number(text: str) -> str:
    """A bare number with or without decimals."""
    return integer(text) if text.isdigit() else cardinal(text)


def _in_words(number: int, form: Literal["cardinal", "ordinal"]) -> str:
    """num2words' spelling without hyphens and commas, and without the British 'and'."""
    from num2words import num2words  # most texts have no number, and it imports fifty languages

    return num2words(number, to=form).replace("-", " ").replace(",", "").replace(" and ", " ")
