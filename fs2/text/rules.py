"""What the rules of reading are made of: a pattern, and the words for what it matches."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

Words = Callable[[re.Match[str]], str]


@dataclass(frozen=True)
class Rule:
    """What is matched, and what is read there."""

    written: str
    flags: int
    words: Words

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: most texts have no dates, and hundreds take long."""
        return re.compile(self.written, self.flags)


def rule(pattern: str, words: Words | str, flags: int = 0) -> Rule:
    """A rule; constant words may refer to the groups of the pattern."""
    if isinstance(words, str):
        return Rule(pattern, flags, lambda match: match.expand(words))
    return Rule(pattern, flags, words)


def figure_rule(pattern: str, words: Words | str) -> Rule:
    """A rule about figures: whatever the case, with blanks around what is read."""
    inner = rule(pattern, words)
    return Rule(pattern, re.IGNORECASE, lambda match: f" {inner.words(match)} ")


def rewrite(text: str, rules: Iterable[Rule]) -> str:
    """The text after one rule after the other."""
    for rule in rules:
        text = rule.pattern.sub(rule.words, text)
    return text


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of these strings, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


INTEGER = r"(?:\d{1,3}(?:,\d{2,3}){0,5},\d{3}(?!\d)|\d+)"
NUMBER = rf"(?:{INTEGER}(?:\.\d+)?|(?<![\d.])\.\d+)"
SIDE = r"(?<![\w.,])"
"""Not in the middle of a word or number."""
END = r"(?![\w]|[.,]\d)"
SIGN = r"(?:(?<![\w.,)])-\s?)?"
"""A minus that may stand before a number."""

_NO_NOUNS = (
    *("as", "always", "across", "afterwards", "begins", "besides", "brings", "comes", "does"),
    *("ends", "goes", "has", "hers", "his", "is", "its", "marks", "ours", "perhaps", "plus"),
    *("remains", "seems", "sees", "sometimes", "stands", "starts", "theirs", "this", "thus"),
    *("unless", "us", "was", "whereas", "yes", "yours"),
)
PLURAL_NOUN = (
    rf"(?:(?!(?:{any_of(_NO_NOUNS)})\b)[a-z]+[a-rt-z]s|men|women|children|people|feet|sheep)\b"
)
"""What is counted, so far as its form tells."""

SENTENCE_STARTS = (
    *("A", "After", "All", "Although", "An", "And", "Another", "Are", "As", "At", "Be", "Because"),
    *(
        "Before",
        "Both",
        "But",
        "By",
        "Can",
        "Did",
        "Do",
        "Does",
        "During",
        "Each",
        "Even",
        "Every",
        "Everyone",
    ),
    *("Few", "Finally", "First", "For", "From", "Had", "Has", "Have", "He", "Her", "Here", "His"),
    *("How", "However", "I", "If", "In", "Indeed", "Is", "It", "Its", "Later", "Let", "Many"),
    *(
        "Meanwhile",
        "Most",
        "Much",
        "My",
        "Never",
        "Next",
        "No",
        "Nobody",
        "None",
        "Nor",
        "Not",
        "Nothing",
    ),
    *(
        "Now",
        "Of",
        "On",
        "Once",
        "One",
        "Only",
        "Or",
        "Other",
        "Our",
        "Perhaps",
        "Please",
        "See",
        "She",
    ),
    *("Since", "So", "Some", "Soon", "Still", "Such", "That", "The", "Their", "Then", "There"),
    *("These", "They", "This", "Those", "Though", "Thus", "To", "Today", "Two", "Under", "Until"),
    *("Was", "We", "Were", "What", "When", "Where", "Which", "While", "Who", "Why", "Will"),
    *("With", "Without", "Would", "Yes", "Yet", "You", "Your"),
)
"""Words that seldom are a name: after a period, a new sentence begins with them."""
NEW_SENTENCE = rf"(?=\s+(?:{any_of(SENTENCE_STARTS)})\b(?!\.))"
