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
PLAIN = re.compile(r"[A-Za-z0-9,.?!;:'$%#&@+=/*_^-]+(?: [A-Za-z0-9,.?!;:'$%#&@+=/*_^-]+)*")
KEPT = re.compile(r"[A-Za-z0-9 ,.?!;:'()—$£€¥¢₹₽₩₪₺₴₱₫₦฿₿%#&@+=/*°^_-]")


def fold(sentence: str) -> tuple[str, list[str]]:
    """The sentence in the few characters that the other rules know.

    Returns it with the characters that nothing could be made of (letters of other scripts,
    emoji), each once. Formatting and control characters vanish without mention.
    """
    if PLAIN.fullmatch(sentence):
        return sentence.strip(), []
    kept: list[str] = []
    lost: list[str] = []
    for original in SUPERSCRIPT.sub(_raised, sentence):
        if original in FOLDS:
            kept.append(FOLDS[original])
            continue
        if unicodedata.decomposition(original).startswith("<fraction>"):
            kept.append(" ")  # "5½" is five and a half, not 51/2
        for character in unicodedata.normalize("NFKD", original):
            character = FOLDS.get(character, character)
            category = unicodedata.category(character[0])
            if all(KEPT.match(part) for part in character):
                kept.append(character)
            elif category == "Nd":
                kept.append(str(unicodedata.decimal(character)))
            elif category[0] == "Z" or character in "\t\n\r\v\f":
                kept.append(" ")
            elif category == "Sk" or category[0] in "CM":
                continue
            elif category[0] == "P":
                kept.append(" ")
            elif original not in lost:
                lost.append(original)
    return re.sub(r"\s+", " ", "".join(kept)).strip(), lost


def _raised(match: re.Match[str]) -> str:
    """A power as 'x^2'; what is raised after a longer word is the number of a note."""
    before = match.string[max(0, match.start() - 4) : match.start()]
    return "" if before.isalpha() and len(before) == 4 else "^" + match[0].translate(SUPERSCRIPTS)


def unspeakable(sentence: str) -> list[str]:
    """The characters of the sentence that nothing can be made of, each once."""
    return fold(sentence)[1]
