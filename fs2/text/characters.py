"""Every character becomes ASCII, a punctuation symbol or nothing, before words are looked at."""

import re
import unicodedata

# What compatibility decomposition leaves alone, or would read wrongly. Inner marks are resolved
# later: '-' by the rules for numbers, apostrophes once the words are known.
# ruff: noqa: RUF001 (characters that look alike are what this table is about)
FOLDS = {
    **dict.fromkeys("‘’‚‛′`´ʼʹ＇", "'"),
    **dict.fromkeys('"“”„‟″«»‹›', " "),
    **dict.fromkeys("‐‑‒−﹣－", "-"),
    **dict.fromkeys("—–―⸺⸻", "—"),
    **dict.fromkeys("([{<（［｛", " ( "),
    **dict.fromkeys(")]}>）］｝", " ) "),
    **dict.fromkeys("。｡", ". "),
    **dict.fromkeys("、，､", ", "),
    **dict.fromkeys("¿¡†‡•·●▪■□▶★☆→←↑↓⇒®©™¶§|\\~¨¸¯", " "),
    "…": "...",
    "№": "No. ",
    "⁄": "/",
    "×": " times ",
    "÷": " divided by ",
    "±": " plus or minus ",
    "√": " the square root of ",
    "∛": " the cube root of ",
    "∞": " infinity ",
    "⋅": " times ",
    "Ω": " ohms ",
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "Ae",
    "œ": "oe",
    "Œ": "Oe",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "th",
    "Ð": "Th",
    "þ": "th",
    "Þ": "Th",
    "ı": "i",
    "º": "°",
    "˚": "°",
    "µ": "u",
    "μ": "u",
    "π": " pi ",
}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
KEPT = r"A-Za-z0-9 ,.?!;:'()—$£€¥¢₹₽₩₪₺₴₱₫₦฿₿%#&@+=/*°^_-"
"""Characters that the other rules know."""
IS_KEPT = re.compile(f"[{KEPT}]*")
STRANGE = re.compile(f"[^{KEPT}]|[()—]")


def fold(sentence: str) -> tuple[str, list[str]]:
    """The sentence in the few characters that the other rules know.

    Returns it with the characters that nothing could be made of (letters of other scripts,
    emoji), each once. Formatting and control characters vanish without mention.
    """
    lost: dict[str, None] = {}

    def plain(match: re.Match[str]) -> str:
        original = match[0]
        parts = [_plain(character) for character in _decomposed(original)]
        if None in parts:
            lost[original] = None
        return "".join(filter(None, parts))

    text = STRANGE.sub(plain, SUPERSCRIPT.sub(_raised, sentence))
    return re.sub(r"\s+", " ", text).strip(), list(lost)


def _decomposed(original: str) -> str:
    if original in FOLDS:
        return original
    fraction = unicodedata.decomposition(original).startswith("<fraction>")
    # "5½" is five and a half, not 51/2
    return " " * fraction + unicodedata.normalize("NFKD", original)


def _plain(character: str) -> str | None:
    """What stands for a character; None if nothing can be made of it."""
    folded = FOLDS.get(character, character)
    if IS_KEPT.fullmatch(folded):
        return folded
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] == "Z" or character in "\t\n\r\v\f" or category[0] == "P":
        return " "
    return "" if category == "Sk" or category[0] in "CM" else None


def _raised(match: re.Match[str]) -> str:
    """A power as 'x^2'; what is raised after a longer word is the number of a note."""
    before = match.string[max(0, match.start() - 4) : match.start()]
    return "" if before.isalpha() and len(before) == 4 else "^" + match[0].translate(SUPERSCRIPTS)
