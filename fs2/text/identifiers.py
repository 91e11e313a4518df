"""Telephone numbers, and numbers that name something: rooms, rifles, boxes, serial numbers."""

import re

from fs2.text.numbers import cardinal, digits, integer, pairs, plural
from fs2.text.rules import END, PLURAL_NOUN, SIDE, Rule, any_of, figure_rule, rule

SHORT_NUMBERS = ("911", "999", "112", "000", "111", "101", "211", "311", "411", "511", "611", "988")
CALLS = "call|calls|called|calling|dial|dials|dialed|dialled|dialing|ring|rang|phone|phoned"
SPELLED = (
    *("account", "badge", "box", "code", "confirmation", "ext", "extension", "fax", "ID", "ISBN"),
    *("ISSN", "invoice", "license", "licence", "order", "passcode", "password", "passport", "PIN"),
    *("plate", "policy", "postcode", "reference", "serial", "ticket", "tracking", "VIN", "zip"),
)
"""A number of three digits or more after one of these is read digit by digit."""
NAMED = (
    *(
        "area",
        "boeing",
        "bus",
        "case",
        "channel",
        "docket",
        "exhibit",
        "exit",
        "fahrenheit",
        "flight",
        "form",
    ),
    *(
        "frame",
        "freeway",
        "gate",
        "highway",
        "hymn",
        "interstate",
        "IQ of",
        "lot",
        "model",
        "number",
    ),
    *("page", "psalm", "room", "route", "suite", "train", "unit", "apartment", "building", "P S"),
)
"""A number after one of these is read in pairs: room one oh one."""
FIREARMS = (
    *("ACP", "ammunition", "automatic", "bullet", "bullets", "cal", "caliber", "calibre"),
    *("carbine", "cartridge", "cartridges", "colt", "gun", "handgun", "magnum", "pistol"),
    *("pistols", "revolver", "revolvers", "rifle", "rifles", "round", "rounds", "shell"),
    *("special", "winchester"),
)
STREET = (
    "Street|Avenue|Road|Boulevard|Drive|Lane|Place|Court|Square|Highway|Parkway|Way|Terrace|St|Ave"
)
TO_NUMBER = r"(?:(?: number| no\.?| code|:|,| is| was| of)*\s?#?\s?)"


def _groups(match: re.Match[str], name: str | int = 0) -> str:
    plus = "plus " if match[name].lstrip(" (").startswith("+") else ""
    return plus + ", ".join(digits(group) for group in re.findall(r"\d+", match[name]))


def _spelled(match: re.Match[str]) -> str:
    return f"{match['before'].replace('#', ' number ')} {digits(match['figure'])}"


def _spelled_groups(match: re.Match[str]) -> str:
    return f"{match['before']} {_groups(match, 'figure')}{', X' if match['check'] else ''}"


def _lettered(match: re.Match[str]) -> str:
    letters, figure = match["letters"], match["figure"]
    if len(letters) == 2 and match[0][2] != "-":
        letters = " ".join(letters)  # "CO2"
    if len(figure) <= 2:
        return f"{letters} {cardinal(figure)}"
    if len(figure) == 3:
        return f"{letters} {pairs(figure)}"
    if figure.endswith("000"):
        return f"{letters} {cardinal(figure)}"
    return f"{letters} {digits(figure)}"


def _calibre(match: re.Match[str]) -> str:
    return pairs(match[1]) if len(match[1]) == 3 else cardinal(match[1].lstrip("0") or "0")


TELEPHONES = (
    figure_rule(
        r"\b(?P<before>(?:ISBN|ISSN)(?:[ -]1[03]\b(?!-))?:?)(?=\s?(?:\d[ -]?){7})"
        rf"\s?(?P<figure>\d{{1,13}}(?:[ -]\d{{1,9}}){{0,4}})(?P<check>[ -]?X\b)?{END}",
        _spelled_groups,
    ),
    figure_rule(
        rf"\b(?P<before>(?:{any_of(SPELLED)}){TO_NUMBER})"
        rf"(?P<figure>\d{{1,9}}(?:-\d{{1,9}}){{2,6}})(?P<check>){END}",
        _spelled_groups,
    ),
    figure_rule(
        rf"(?<![\w.+])\+(?=(?:[ .()-]*\d){{7}})\d{{1,3}}(?:[ .-]?\(? ?\d{{1,9}} ?\)?){{1,6}}{END}",
        _groups,
    ),
    figure_rule(
        rf"{SIDE}(?:1[ .-])?(?:\( ?\d{{3}} ?\) ?,? ?|\d{{3}}([ .-]))"
        rf"\d{{3}}(?(1)\1|[ .-])\d{{4}}{END}",
        _groups,
    ),
    figure_rule(rf"{SIDE}\d{{3}}-\d{{4}}{END}", _groups),
    figure_rule(
        r"(?<![\w.,/-])"
        rf"(?:\( ?0\d{{1,4}} ?\) ?|0\d{{1,4}}[ -])\d{{2,8}}(?:[ -]\d{{2,8}}){{0,3}}{END}",
        _groups,
    ),
    figure_rule(rf"{SIDE}\d(?:-\d){{2,8}}{END}", _groups),
    figure_rule(rf"{SIDE}\d{{3}}-\d{{2}}-\d{{4}}{END}", _groups),
    figure_rule(
        rf"\b(?P<before>(?:{CALLS}|text)) (?P<figure>{any_of(SHORT_NUMBERS)}|\d{{5,}}){END}"
        rf"(?! (?-i:{PLURAL_NOUN}))",
        _spelled,
    ),
    figure_rule(rf"\b(?P<before>dial|dialed|dialled) (?P<figure>\d+){END}", _spelled),
)
ELEMENTS = (
    *("H", "He", "Li", "B", "C", "N", "O", "F", "Na", "Mg", "Al", "Si", "P", "S", "Cl", "K", "Ca"),
    *("Ti", "Cr", "Mn", "Fe", "Ni", "Cu", "Zn", "Br", "Ag", "I", "Au", "Hg", "Pb"),
)
EARLY: tuple[Rule, ...] = (
    rule(
        r"(?<![\w.,-])(?:1[ -](?=\d{3}-)|(?=\d{3}-[A-Z-]{4}))(?:8\d\d|900)-(?:\d{3}-)?(?=[A-Z]{2})",
        lambda m: f"{_groups(m)}, ",
    ),
    rule(
        rf"(?<![\w.])(?=[A-Za-z]*\d)(?:(?:{any_of(ELEMENTS)})\d{{0,2}}){{2,8}}(?![\w-])",
        lambda m: " ".join(
            cardinal(part) if part.isdigit() else part
            for part in re.findall(r"\d+|[A-Z]", m[0].upper())
        ),
    ),
)
"""1-800-FLOWERS, and chemical formulas letter by letter: H2SO4."""
RULES = (
    figure_rule(
        rf"\b(?P<before>(?:{any_of(SPELLED)}){TO_NUMBER})(?P<figure>\d{{3,}}){END}(?!-)", _spelled
    ),
    figure_rule(
        rf"\b((?:{any_of(SPELLED)})(?: number| no\.?)? (?-i:[A-Z]{{1,4}})-?)(\d{{3,}}){END}",
        lambda m: f"{m[1].rstrip('-')} {digits(m[2])}",
    ),
    figure_rule(
        rf"\b(number )((?-i:[A-Z]{{1,4}}))(\d{{3,}}){END}", lambda m: f"{m[1]}{m[2]} {digits(m[3])}"
    ),
    figure_rule(rf"(?<![\w.,])\.(\d{{2,3}})(?=[ -](?:{any_of(FIREARMS)})\b)(?:-)?", _calibre),
    figure_rule(rf"(?<=\ba )\.(\d{{2}}){END}(?! (?:of|percent|inch|mm))", _calibre),
    figure_rule(
        rf"\b((?:{any_of(NAMED)})s? )(\d{{3,4}})(?!-?\d|[.,:/]\d|st\b|nd\b|rd\b|th\b|\w*%)",
        lambda m: m[1] + (integer(m[2]) if len(m[2]) == 4 and m[2][1:] == "000" else pairs(m[2])),
    ),
    figure_rule(
        rf"{SIDE}(\d{{3,4}})(?=\w? (?-i:(?:[NSEW]\.? |North |South |East |West )?[A-Z][a-z]+ "
        rf"(?:[A-Z][a-z]+ )?(?:{STREET})\b))",
        lambda m: pairs(m[1]),
    ),
    figure_rule(
        rf"{SIDE}(\d{{3,4}})(?= (?-i:(?:North|South|East|West) [A-Z][a-z]))", lambda m: pairs(m[1])
    ),
    figure_rule(
        r"\b(?P<letters>(?-i:[A-Z]{1,5}))-?(?P<figure>\d{1,9})s\b",
        lambda m: f"{m['letters']} {plural(cardinal(m['figure']))}",
    ),
    figure_rule(
        r"(?<![\w.])(?P<letters>(?-i:[A-Z]{1,6}))-?(?P<figure>\d{1,9})(?![\w:]|[.,/]\d|-\d)",
        _lettered,
    ),
)
