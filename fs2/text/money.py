"""Sums of money in words."""

import re
from typing import NamedTuple

from fs2.text.numbers import cardinal, fraction, plural
from fs2.text.rules import END, INTEGER, NUMBER, SIDE, Rule, any_of, figure_rule, rule


class Currency(NamedTuple):
    """One of it and many, and of its hundredth."""

    one: str
    many: str
    small_one: str = "cent"
    small_many: str = "cents"


CURRENCIES = {
    "$": Currency("dollar", "dollars"),
    "£": Currency("pound", "pounds", "penny", "pence"),
    "€": Currency("euro", "euros"),
    "¥": Currency("yen", "yen", "sen", "sen"),
    "₹": Currency("rupee", "rupees", "paisa", "paise"),
    "₽": Currency("ruble", "rubles", "kopeck", "kopecks"),
    "₩": Currency("won", "won", "jeon", "jeon"),
    "₪": Currency("shekel", "shekels", "agora", "agorot"),
    "₺": Currency("lira", "lira", "kurush", "kurush"),
    "₴": Currency("hryvnia", "hryvnias", "kopeck", "kopecks"),
    "₱": Currency("peso", "pesos", "centavo", "centavos"),
    "₫": Currency("dong", "dong"),
    "₦": Currency("naira", "naira", "kobo", "kobo"),
    "฿": Currency("baht", "baht", "satang", "satang"),
    "₿": Currency("bitcoin", "bitcoins"),
}
CODES = {
    "USD": "U S dollars", "EUR": "euros", "GBP": "pounds", "JPY": "yen", "INR": "rupees",
    "CHF": "Swiss francs", "CAD": "Canadian dollars", "AUD": "Australian dollars",
    "RUB": "rubles", "CNY": "yuan", "RMB": "yuan",
}  # fmt: skip
DOLLARS = {
    "US": "U S", "C": "Canadian", "CA": "Canadian", "A": "Australian", "AU": "Australian",
    "HK": "Hong Kong", "NZ": "New Zealand",
}  # fmt: skip
SCALES = ("hundred", "thousand", "million", "billion", "trillion")
SHORT_SCALES = {
    "k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion",
    "tn": "trillion",
}  # fmt: skip
PER = {
    "hour": "an hour", "hr": "an hour", "h": "an hour", "day": "a day", "week": "a week",
    "wk": "a week", "month": "a month", "mo": "a month", "year": "a year", "yr": "a year",
    "lb": "a pound", "kg": "a kilogram", "oz": "an ounce", "gal": "a gallon", "l": "a liter",
    "night": "a night", "person": "a person", "head": "a head", "mile": "a mile",
    "unit": "a unit", "kwh": "a kilowatt hour", "share": "a share", "ton": "a ton",
    "barrel": "a barrel", "ft": "a foot",
    "minute": "a minute", "min": "a minute", "word": "a word", "page": "a page",
    "user": "a user", "ticket": "a ticket", "piece": "a piece", "gallon": "a gallon",
    "pound": "a pound", "acre": "an acre", "ounce": "an ounce", "item": "an item",
}  # fmt: skip

SYMBOL = f"[{''.join(CURRENCIES)}]"
SCALE = rf"(?:[ -]?(?P<scale>{'|'.join(SCALES)})\b|(?P<short>{any_of(SHORT_SCALES)})\b)?"
FUNCTION_WORDS = (
    *("a", "after", "ago", "all", "an", "and", "are", "as", "at", "away", "back", "be", "because"),
    *("before", "but", "by", "can", "each", "every", "ex", "extra", "for", "from", "had", "has"),
    *("have", "he", "if", "in", "into", "is", "it", "less", "more", "not", "now", "of", "off"),
    *("on", "or", "out", "over", "per", "plus", "she", "so", "than", "that", "the", "then"),
    *("they", "to", "today", "until", "up", "was", "we", "were", "when", "which", "while", "who"),
    *("will", "with", "would", "you"),
)
BEFORE_NOUN = rf"(?=[ -](?!(?:{'|'.join(FUNCTION_WORDS)})\b)(?-i:[a-z]))"


def _scale(match: re.Match[str]) -> str | None:
    return match["scale"] or SHORT_SCALES.get((match["short"] or "").lower())


def amount_of(currency: Currency, amount: str, scale: str | None) -> str:
    """3.50 -> three dollars and fifty cents; 1.2 million -> one point two million dollars."""
    if scale:
        return f"{cardinal(amount)} {scale} {currency.many}"
    whole, _, hundredths = amount.partition(".")
    if len(hundredths) not in (0, 2):
        return f"{cardinal(amount)} {currency.many}"
    parts = []
    if whole.strip("0,") or not hundredths.strip("0"):
        name = currency.one if whole == "1" else currency.many
        parts.append(f"{cardinal(whole or '0')} {name}")
    if hundredths.strip("0"):
        small = str(int(hundredths))
        name = currency.small_one if small == "1" else currency.small_many
        parts.append(f"{cardinal(small)} {name}")
    return " and ".join(parts)


def _money(match: re.Match[str]) -> str:
    return amount_of(CURRENCIES[match["sign"]], match["amount"], _scale(match))


def _attribute(match: re.Match[str]) -> str:
    """A $20 bill: before a noun the currency has no plural."""
    words = " ".join(filter(None, (cardinal(match["amount"]), _scale(match))))
    return f"{match['article']} {words} {CURRENCIES[match['sign']].one}"


def _range(match: re.Match[str]) -> str:
    last = amount_of(CURRENCIES[match["sign"]], match["last"], _scale(match))
    return f"{cardinal(match['first'])} to {last}"


def _dollars(match: re.Match[str]) -> str:
    scale = _scale(match)
    many = "dollar" if match["amount"] == "1" and not scale else "dollars"
    words = " ".join(filter(None, (cardinal(match["amount"]), scale)))
    return f"{words} {DOLLARS[match['country'].upper()]} {many}"


def _code(match: re.Match[str]) -> str:
    words, scale = CODES[(match["before"] or match["after"]).upper()], _scale(match)
    if match["amount"] == "1" and not scale:
        words = words.removesuffix("s")
    return " ".join(filter(None, (cardinal(match["amount"]), scale, words)))


def _part(match: re.Match[str]) -> str:
    """$1/4 million -> one quarter of a million dollars; $2 1/2 -> two and a half dollars."""
    currency, scale = CURRENCIES[match["sign"]], _scale(match)
    words = fraction(*match.group("whole", "upper", "lower"))
    name = f"{scale} {currency.many}" if scale else currency.many
    if not match["whole"]:
        name = f"of a {name if scale else currency.one}"
    return f"{words} {name}"


def _notes(match: re.Match[str]) -> str:
    """In $20s -> in twenties; $100s -> hundreds."""
    words = plural(cardinal(match[1]))
    return words if len(match[1]) == 1 else words.removeprefix("one ")


def _hyphenated(match: re.Match[str]) -> str:
    words = " ".join(filter(None, (cardinal(match["amount"]), _scale(match))))
    return f" {words} {CURRENCIES[match['sign']].one} "


def _old_money(match: re.Match[str]) -> str:
    pounds, shillings, pence = match.group("pounds", "shillings", "pence")
    parts = [amount_of(CURRENCIES["£"], pounds, None)] if pounds else []
    parts.append(f"{cardinal(shillings)} shilling{'' if shillings == '1' else 's'}")
    if pence:
        parts.append("one penny" if pence == "1" else f"{cardinal(pence)} pence")
    return f" {' '.join(parts)} "


EARLY: tuple[Rule, ...] = (
    rule(
        r"£(?P<pounds>\d[\d,]*),? (?P<shillings>\d{1,2})s\b\.?"
        r"(?:,? ?(?P<pence>\d{1,2})d\b(?:\.(?!\s*\Z))?)?",
        _old_money,
    ),
    rule(
        r"(?<![\w.,])(?P<pounds>)(?P<shillings>\d{1,2})s\.,? ?(?P<pence>\d{1,2})d\b"
        r"(?:\.(?!\s*\Z))?",
        _old_money,
    ),
    rule(r"\bRs\.?\s?(?=\d)", "₹"),
    rule(r"(?<=\d) ?Rs\b", " rupees"),
    rule(rf"(?<=[kKmMbBn]) ?[-—] ?(?={SYMBOL}\d)", " to "),
    rule(rf"(?P<sign>{SYMBOL})(?P<amount>{NUMBER}){SCALE}-(?=[a-z])", _hyphenated, re.IGNORECASE),
)
"""A $100-a-month job, before hyphens become blanks."""
RULES = (
    figure_rule(rf"(?<![\w.,)])-\s?(?={SYMBOL}\s?\d)", "minus"),
    figure_rule(rf"({SYMBOL})-(?={NUMBER})", r"minus \1"),
    figure_rule(
        rf"(?:{SYMBOL}|{SIDE})({NUMBER})\s?[-—]\s?"
        rf"(?={SYMBOL}?{NUMBER}\s?(?-i:{'|'.join(CODES)})\b)",
        lambda m: f"{cardinal(m[1])} to",
    ),
    figure_rule(
        rf"(?<![\w.])(?-i:(?P<country>{any_of(DOLLARS)}))\$\s?(?P<amount>{NUMBER}){SCALE}", _dollars
    ),
    figure_rule(
        rf"(?:\b(?P<before>(?-i:{'|'.join(CODES)}))\s?{SYMBOL}?|{SYMBOL}\s?|\b)"
        rf"(?P<amount>{NUMBER}){SCALE}(?(before){END}|\s?(?P<after>(?-i:{'|'.join(CODES)}))\b)",
        _code,
    ),
    figure_rule(
        rf"(?P<sign>{SYMBOL})\s?(?:(?P<whole>\d{{1,3}})[ -])?(?P<upper>\d{{1,2}})"
        rf"/(?P<lower>[2-9]|[1-9]\d){SCALE}{END}(?!/)",
        _part,
    ),
    figure_rule(rf"{SYMBOL}(\d{{1,4}})'?s\b", _notes),
    figure_rule(
        rf"\b(?P<article>an?|this|that|each|every|one|another) "
        rf"(?P<sign>{SYMBOL})\s?(?P<amount>{NUMBER}){SCALE}{BEFORE_NOUN}",
        _attribute,
    ),
    figure_rule(
        rf"(?P<sign>{SYMBOL})\s?(?P<first>{NUMBER})\s?[-—]\s?(?:(?P=sign)\s?)?"
        rf"(?P<last>{NUMBER}){SCALE}{END}",
        _range,
    ),
    figure_rule(rf"(?P<sign>{SYMBOL})\s?(?P<amount>{NUMBER}){SCALE}", _money),
    figure_rule(rf"{SIDE}(?P<amount>{NUMBER}){SCALE}\s?(?P<sign>{SYMBOL})(?!\s?\d)", _money),
    figure_rule(rf"(?P<amount>{INTEGER})\s?¢", lambda m: f"{cardinal(m['amount'])} cents"),
    figure_rule(
        r"(?:(?<=s)|(?<=\bone dollar)|(?<=\bone euro)|(?<=\bone pound))"
        rf"\s*/\s?(?P<of>{any_of(PER)})\b",
        lambda m: PER[m["of"].lower()],
    ),
)
