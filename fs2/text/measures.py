"""Numbers with units in words."""
# ruff: noqa: RUF001 (quotation marks that look alike)

import re

from fs2.text.money import BEFORE_NOUN, SHORT_SCALES
from fs2.text.numbers import cardinal, is_year
from fs2.text.rules import NEW_SENTENCE, NUMBER, PLURAL_NOUN, SIDE, Rule, any_of, figure_rule, rule

PREFIXES = {
    "n": "nano", "u": "micro", "m": "milli", "c": "centi", "k": "kilo", "M": "mega",
    "G": "giga", "T": "tera",
}  # fmt: skip
PREFIXED = {
    "m": ("meters", "nmuck"), "g": ("grams", "umk"), "l": ("liters", "umc"),
    "L": ("liters", "umc"), "s": ("seconds", "num"), "W": ("watts", "mkMGT"),
    "Wh": ("watt hours", "kMGT"), "V": ("volts", "umkM"), "A": ("amps", "num"),
    "Ah": ("amp hours", "m"), "Hz": ("hertz", "kMGT"), "Pa": ("pascals", "kM"),
    "N": ("newtons", "kM"), "J": ("joules", "kM"), "B": ("bytes", "kMGT"),
    "b": ("bits", "MGT"), "bps": ("bits per second", "kMG"), "eV": ("electron volts", "kMGT"),
    "F": ("farads", "num"), "mol": ("moles", "m"), "cal": ("calories", "k"),
    "ohm": ("ohms", "kM"),
}  # fmt: skip
"""Unit -> its name and the prefixes that it takes; what stands so in a text, in this case."""
LONE = ("m", "g", "l", "L", "W", "V", "A", "N", "J", "K")
"""Units of a letter that may stand without a prefix."""
UNITS = {
    "kmh": "kilometers per hour", "kph": "kilometers per hour", "mph": "miles per hour",
    "mpg": "miles per gallon", "rpm": "revolutions per minute", "fps": "frames per second",
    "bpm": "beats per minute", "dpi": "dots per inch", "ppm": "parts per million",
    "lb": "pounds", "lbs": "pounds", "oz": "ounces", "fl oz": "fluid ounces",
    "fl. oz": "fluid ounces", "ft": "feet", "yd": "yards", "yds": "yards", "mi": "miles",
    "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "hr": "hours",
    "hrs": "hours", "yr": "years", "yrs": "years", "mo": "months", "mos": "months",
    "wk": "weeks", "wks": "weeks", "tsp": "teaspoons", "tbsp": "tablespoons",
    "gal": "gallons", "qt": "quarts", "pt": "pints", "doz": "dozen", "ha": "hectares",
    "db": "decibels", "hp": "horsepower", "psi": "pounds per square inch",
    "km": "kilometers", "mm": "millimeters", "cm": "centimeters", "kg": "kilograms",
    "mg": "milligrams", "ml": "milliliters", "kms": "kilometers", "cms": "centimeters",
    "kgs": "kilograms", "mgs": "milligrams", "mls": "milliliters", "hz": "hertz",
    "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz", "ms": "milliseconds",
    "kb": "kilobytes", "gb": "gigabytes", "tb": "terabytes", "kw": "kilowatts",
    "°c": "degrees Celsius", "°f": "degrees Fahrenheit", "° c": "degrees Celsius",
    "° f": "degrees Fahrenheit", "°k": "kelvin", "°": "degrees",
}  # fmt: skip
"""Units whatever their case."""
EXACT = {
    prefix + unit: PREFIXES[prefix] + name
    for unit, (name, prefixes) in PREFIXED.items()
    for prefix in prefixes
} | {unit: PREFIXED[unit][0] for unit in LONE if unit != "K"} | {
    unit: PREFIXED[unit][0] for unit in ("Wh", "Hz", "Pa", "eV", "bps", "Ah", "mol", "cal", "ohm")
} | {"K": "kelvin", "in": "inches", "h": "hours"}  # fmt: skip
PER_TIME = {
    "s": "second", "sec": "second", "h": "hour", "hr": "hour", "hour": "hour", "min": "minute",
    "day": "day", "l": "liter", "L": "liter", "ml": "milliliter", "dl": "deciliter",
    "kg": "kilogram", "g": "gram", "cm": "centimeter", "m": "meter", "km": "kilometer",
    "week": "week", "month": "month", "year": "year", "yr": "year", "mi": "mile",
    "second": "second", "minute": "minute", "gal": "gallon",
}  # fmt: skip
SHAPES = {"sq": "square", "square": "square", "cu": "cubic", "cubic": "cubic"}
POWERS = {"2": "square", "3": "cubic"}
IRREGULAR_SINGULARS = {
    "feet": "foot", "hertz": "hertz", "inches": "inch", "kelvin": "kelvin",
    "horsepower": "horsepower", "dozen": "dozen",
}  # fmt: skip
ADJECTIVES = "wide|long|tall|high|deep|thick|across|apart|away|square|by|x|in diameter"
CONTAINERS = "bag|baby|barrel|block|bottle|box|can|drum|hammer|jar|jug|load|pack|sack|tank|weight"

UNIT = any_of({unit for unit in UNITS if unit[0] != "°"})
AFTER_DOT = r"(?=\s*[\w,;:?!)])"  # the period of an abbreviation, not of the sentence
UNIT_END = rf"(?![\w/^])(?:\.(?!\s+(?-i:[A-Z])){AFTER_DOT})?"
POWER = r"(?:\^?(?P<power>[23])(?!\d))?"
PER = rf"(?:/(?P<per>{any_of(PER_TIME)})(?:\^?(?P<square>2))?)?"
SQUARE = r"(?:(?P<shape>sq|cu|square|cubic)\b\.? )?"
ANY_UNIT = rf"(?:(?-i:{any_of(EXACT)})|{UNIT}|°(?: ?[cfk]\b)?)"
NAME = rf"(?P<unit>{ANY_UNIT})"

INITIAL_ENDS = re.compile(rf"(?!\.{NEW_SENTENCE})\.?\s(?!I\b|AC\b|DC\b)[A-Z]")
"""A name goes on after its initial."""
LABELLED = re.compile(
    r"\b(?:apartment|apt|block|box|building|bus|class|deck|exhibit|figure|flat|floor|freeway|gate|grade|group|"
    r"hall|highway|house|line|lot|number|page|part|platform|room|rooms|route|row|rows|seat|seats|section|"
    r"size|step|suite|table|track|type|unit|ward|zone)\s$",
    re.IGNORECASE,
)
AFTER_YEAR_WORD = re.compile(r"\b(?:in|since|by|until|during|circa)\s$", re.IGNORECASE)
ARTICLE = re.compile(r"\ban?\s$", re.IGNORECASE)
COUNTED = re.compile(rf"\s{PLURAL_NOUN}")
WHOLE = {"A": re.compile(r"\d{2,3}"), "K": re.compile(r"\d[\d,]{2,5}")}
"""Of whole numbers before amps and kelvin; "5 A" and "10 K" are more often something else."""


def unit_name(unit: str) -> str:
    """KWh -> kilowatt hours; in this case, else in any."""
    return EXACT.get(unit) or UNITS.get(unit.lower()) or EXACT[unit.lower()]


def singular(words: str) -> str:
    """Miles per hour -> mile per hour."""
    first, _, rest = words.partition(" ")
    if first in PREFIXES.values() or rest.endswith("hours"):
        return words.removesuffix("s")
    if first in ("square", "cubic", "fluid"):
        return f"{first} {singular(rest)}"
    for irregular, one in IRREGULAR_SINGULARS.items():
        if first.endswith(irregular):
            return f"{first.removesuffix(irregular)}{one} {rest}".strip()
    return f"{first.removesuffix('s')} {rest}".strip()


def feet_and_inches(text: str) -> str:
    """5'10" -> 5 foot 10, 12" -> 12 inch; marks that close a quotation stay."""
    return FEET.sub(_marked, text)


def _marked(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    if match["feet"]:
        return f"{match['feet']} foot {match['inches']}"
    if match["tall"]:
        return f"{match['tall']} foot {match['over']}"
    if match["only"]:
        opened = match["mark"] != "′" and re.search(r"(?:^|[\s(])['‘](?=\w)", before)
        return (
            match[0] if opened else f"{match['only']} {'foot' if _is_attribute(match) else 'feet'}"
        )
    if match["quote"] != "″" and (before.count('"') % 2 or "“" in before):
        return match[0]
    return f"{match['inch']} {'inch' if _is_attribute(match) else 'inches'}"


def _is_attribute(match: re.Match[str]) -> bool:
    following = match.string[match.end() :]
    return bool(re.match(rf"-| x \d|{BEFORE_NOUN}(?! (?:{ADJECTIVES})\b)", following))


def _name(match: re.Match[str]) -> str:
    words = unit_name(match["unit"])
    shape = SHAPES.get((match["shape"] or "").lower()) or POWERS.get(match["power"] or "")
    words = f"{shape} {words}" if shape else words
    if match["per"]:
        words += f" per {PER_TIME[match['per'].lower()]}" + (" squared" if match["square"] else "")
    return words


def _is_letter(match: re.Match[str]) -> bool:
    """Whether a capital after a blank names something else: 1850 J. Smith, Room 5 A, a 5 K run."""
    amount, unit = match.group("amount", "unit")
    if len(unit) > 1 or not unit.isupper() or match.end("amount") == match.start("unit"):
        return False
    before, after = match.string[: match.start("amount")], match.string[match.end("unit") :]
    of_a_name = INITIAL_ENDS.match(after) or LABELLED.search(before)
    of_a_year = is_year(amount) and AFTER_YEAR_WORD.search(before)
    return bool(of_a_name or of_a_year) or _is_scarce(unit, amount, before, after)


def _is_scarce(unit: str, amount: str, before: str, after: str) -> bool:
    """Whether an A or K is hardly amps or kelvin: 3 A grades, but not 2.5 A, a 5 A fuse, 300 K."""
    if unit not in WHOLE or "." in amount or (unit == "A" and ARTICLE.search(before)):
        return False
    return not WHOLE[unit].fullmatch(amount) or bool(COUNTED.match(after))


def _measure(match: re.Match[str]) -> str:
    if _is_letter(match):
        return match[0]
    words = _name(match)
    return f"{cardinal(match['amount'])} {singular(words) if match['amount'] == '1' else words}"


def _attribute(match: re.Match[str]) -> str:
    if _is_letter(match):
        return match[0]
    return f"{match['before'] or ''} {cardinal(match['amount'])} {singular(_name(match))}"


def _thousands(match: re.Match[str]) -> str:
    return f"{cardinal(match[1])} {SHORT_SCALES[match[2].lower()]}"


def _duration(match: re.Match[str]) -> str:
    """1h 30m -> one hour thirty minutes."""
    parts = zip(match.group("h", "m", "s"), ("hour", "minute", "second"), strict=True)
    return " ".join(
        f"{cardinal(amount)} {name if amount == '1' else name + 's'}"
        for amount, name in parts
        if amount
    )


FEET = re.compile(
    r"(?<![\w.,'’])(?P<feet>\d{1,3})['’′](?:\s?(?P<inches>\d{1,2}(?:\.\d)?)(?:\"|”|″|''))"
    r"|(?<![\w.,'’])(?P<tall>[3-8])['’′](?P<over>\d|1[01])(?![\w'’\"])"
    r"|(?<![\w.,'’])(?P<only>\d{1,4})(?P<mark>['’′])(?=\s[a-z]|-[a-z]|[.,;]?\Z)"
    r"|(?<![\w.,])(?P<inch>\d{1,3}(?:[./]\d{1,2})?)(?P<quote>[\"”″])(?!\w)"
)
ELECTRIC = any_of(
    unit for unit in EXACT if unit[-1] in "WVAz" or unit in ("mm", "Wh", "kWh", "mAh")
)
EARLY: tuple[Rule, ...] = (
    figure_rule(
        rf"{SIDE}(?P<h>\d{{1,3}}) ?h ?(?P<m>\d{{1,2}}) ?m(?:in)?(?: ?(?P<s>\d{{1,2}}) ?s)?\b",
        _duration,
    ),
    figure_rule(rf"{SIDE}(?P<h>)(?P<m>\d{{1,3}})m(?:in)? ?(?P<s>\d{{1,2}})s\b", _duration),
    figure_rule(
        rf"{SIDE}(?P<before>)(?P<amount>{NUMBER})-{SQUARE}(?!in\b)(?!(?-i:[A-Z])\b){NAME}{POWER}"
        rf"{PER}(?![\w/^])(?:\.(?=\s+(?-i:[a-z])))?",
        _attribute,
    ),
    rule(r"\b(foot|inch) x (?=\d)", r"\1 by "),
)
"""1h 30m. A 5-km run: before a noun the unit has no plural."""
RULES = (
    figure_rule(
        rf"{SIDE}({NUMBER})(?! (?-i:[BK])\b)\s?([kmb]|bn)(?= (?-i:{PLURAL_NOUN}))(?! (?:in|per)\b)",
        _thousands,
    ),
    figure_rule(rf"{SIDE}({NUMBER})\s?(bn|mn|tn)\b", _thousands),
    figure_rule(
        rf"\b(?P<before>an?)\s(?P<amount>{NUMBER})\s?{SQUARE}{NAME}{POWER}{PER}{UNIT_END}"
        rf"{BEFORE_NOUN}(?! (?:{ADJECTIVES})\b)",
        _attribute,
    ),
    figure_rule(
        rf"(?P<before>){SIDE}(?P<amount>{NUMBER})\s?{SQUARE}(?P<unit>(?-i:{ELECTRIC}))(?![\w/^])"
        rf"{POWER}{PER}(?= (?-i:(?!ago|above|below)[a-z]+[a-rt-z]\b))"
        rf"{BEFORE_NOUN}(?! (?:{ADJECTIVES})\b)",
        _attribute,
    ),
    figure_rule(
        rf"(?P<before>){SIDE}(?P<amount>{NUMBER})\s?{SQUARE}{NAME}{UNIT_END}(?P<power>)(?P<per>)"
        rf"(?P<square>)(?= (?:{CONTAINERS})\b)",
        _attribute,
    ),
    figure_rule(
        rf"(?P<amount>{NUMBER})\s?{SQUARE}(?P<unit>in){POWER}{PER}"
        rf"(?=\.?\s(?:{ADJECTIVES})\b|\s?[,;:)]|\s*\.?\Z|\s?/)(?:\.(?!\s*\Z))?",
        _measure,
    ),
    figure_rule(
        rf"(?P<amount>{NUMBER})\s{SQUARE}(?P<unit>in){POWER}{PER}\.(?!\s+(?-i:[A-Z])){AFTER_DOT}",
        _measure,
    ),
    figure_rule(
        rf"(?P<amount>{NUMBER})\s?{SQUARE}(?!in\b)(?!(?<=\d)(?-i:[A-Z])\b){NAME}{POWER}{PER}"
        rf"{UNIT_END}",
        _measure,
    ),
)
