"""Grapheme to phoneme: dictionary first, the network for the rest (paper section 3.1)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.text import dictionary, network
from fs2.text.derivation import derive, stem, with_ending
from fs2.text.dictionary import Pronunciation
from fs2.text.heteronyms import HETERONYMS, choose, tag_words
from fs2.text.markup import phones_of, with_phones, word_of
from fs2.text.normalise import normalise, tokens_of, unspeakable
from fs2.text.pieces import check_length, shortened
from fs2.text.senses import words_of
from fs2.text.symbols import PUNCTUATION

MOST_UNKNOWN_LETTERS = 20_000
"""Of the different words of a text that no dictionary has, which the network reads one by one."""
NAMED = 5
"""Of the characters that cannot be read, so many stand in an error."""
LETTER_A = ("EY1",)
BETWEEN_LETTERS = ("to", "or", "and", "through", "plus", "minus", "versus", "not", "from")
NAMED_BY_LETTERS = words_of(
    "an the answer apartment appendix block box building category chord class company exhibit "
    "figure gate grade group hepatitis key letter level line list option part plan platform "
    "point question room row schedule section series side table team track type unit vitamin"
)
AFTER_LETTER = ("is", "was", "stands", "means", "equals")
# How function words are said before another word (what a forced aligner finds in most places).
WEAK_FORMS: dict[str, Pronunciation] = {
    "an": ("AH0", "N"),
    "can": ("K", "AH0", "N"),
    "her": ("HH", "ER0"),
    "than": ("DH", "AH0", "N"),
    "was": ("W", "AH0", "Z"),
    "will": ("W", "AH0", "L"),
}
BEFORE_VOWELS: dict[str, Pronunciation] = {"the": ("DH", "IY0")}
BEFORE_CONSONANTS: dict[str, Pronunciation] = {"for": ("F", "ER0"), "to": ("T", "AH0")}

Source = Literal["punctuation", "dictionary", "network", "given", "derived"]


@dataclass(frozen=True)
class Token:
    """A word or a punctuation mark of a sentence, and how it is pronounced."""

    text: str
    """Lower case."""
    phonemes: Pronunciation
    """Stress-marked ARPAbet; a mark is its own phoneme."""
    source: Source


class TextError(FS2Error):
    """A text cannot be read; `reason` tells why, without its beginning, with which it is named."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"text {shortened(text)!r}: {reason}")
        self.reason = reason


class Phonemiser:
    """Turns sentences into tokens with phonemes.

    Raises FS2Error if the file of own pronunciations is missing or wrong. Dictionary, tagger and
    network are read when they are first needed, once a process.
    """

    def __init__(self, text: Text) -> None:
        self._heteronyms = text.heteronyms
        path = text.pronunciations
        self._given = dictionary.read_pronunciations(Path(path)) if path else {}
        self._known: dict[str, tuple[tuple[Pronunciation, ...], Source]] = {}

    def learn(self, lexicon: Path) -> None:
        """Words from a further file of own pronunciations, which win over those known before."""
        self._given = {**self._given, **dictionary.read_pronunciations(lexicon, "lexicon")}
        self._known.clear()

    def __call__(self, sentence: str) -> list[Token]:
        """The tokens of a sentence, which is normalised first.

        Raises FS2Error if the sentence is empty, has nothing to speak, has characters that nothing
        can be made of or mark-up (it names them), or is too long.
        """
        return self.tokens(self.normalise(sentence))

    def normalise(self, sentence: str) -> str:
        """As `fs2.text.normalise`, but with nothing left out: see `__call__` for what is raised.

        Words of the file of own pronunciations are not spelled out. Phones in braces stay there
        (`fs2.text.markup`).
        """
        try:
            check_length(sentence)
            _check_characters(sentence)
            normalised = with_phones(sentence, lambda text: normalise(text, self._given))
            if not any(letter.isalpha() for letter in normalised):
                raise FS2Error("has no words to speak")
            self._check_unknown(normalised)
        except FS2Error as error:
            raise TextError(sentence, str(error)) from error
        return normalised

    def _check_unknown(self, normalised: str) -> None:
        """Raises FS2Error if the words that no dictionary has would take the network too long."""
        words = {token.lower() for token in tokens_of(normalised)}
        unknown = [word for word in words if not (word in self._given or dictionary.look_up(word))]
        letters = sum(len(word) for word in unknown if word[0].isalpha())
        if letters > MOST_UNKNOWN_LETTERS:
            raise FS2Error(
                f"{len(unknown)} different words are in no "
                f"dictionary, together {letters} letters, which is more than can be read at once "
                f"({MOST_UNKNOWN_LETTERS}); give it in parts, such as a line for each sentence"
            )

    def tokens(self, normalised: str) -> list[Token]:
        """The tokens of normalised text: one pronunciation for each word.

        It is chosen by part of speech and by the neighbours: 'the' before a vowel, the letter A.
        """
        written = [self._as_word(token) for token in tokens_of(normalised)]
        tagged = self._heteronyms and any(token.lower() in HETERONYMS for token in written)
        tags = tag_words(written) if tagged else [""] * len(written)
        tokens: list[Token] = []
        for place, token in enumerate(written):
            word = token.lower()
            if token in PUNCTUATION:
                tokens.append(Token(token, (token,), "punctuation"))
                continue
            variants, source = self.pronunciations(word)
            phones = variants[0]
            if source == "dictionary":
                if tagged and word in HETERONYMS:
                    phones = choose(word, tags[place])
                elif word == "a" and _is_letter(written, place):
                    phones = LETTER_A
                else:
                    following = written[place + 1] if place + 1 < len(written) else "."
                    phones = self._linked_form(word, following.lower()) or phones
            tokens.append(Token(word, phones, source))
        return tokens

    def _as_word(self, token: str) -> str:
        """A token as written; the word for a group of phones, which is known from now on."""
        if not token.startswith("{"):
            return token
        word = word_of(token)
        self._known[word] = (phones_of(token),), "given"
        return word

    def pronunciations(self, word: str) -> tuple[tuple[Pronunciation, ...], Source]:
        """All pronunciations of a lower-case word, commonest first, and where they come from."""
        if word not in self._known:
            self._known[word] = self._pronounce(word)
        return self._known[word]

    def _pronounce(self, word: str) -> tuple[tuple[Pronunciation, ...], Source]:
        if word in self._given:
            return self._given[word], "given"
        if found := dictionary.look_up(word):
            return found, "dictionary"
        base, ending = stem(word)
        if ending:
            bases, source = self.pronunciations(base)
            variants = tuple(with_ending(phones, ending) for phones in bases)
            return variants, "network" if source == "network" else "derived"
        if "'" in word:
            return self.pronunciations(word.replace("'", ""))
        if derived := derive(word, lambda base: self._given.get(base) or dictionary.look_up(base)):
            return derived, "derived"
        return (network.predict(word),), "network"

    def _linked_form(self, word: str, following: str) -> Pronunciation | None:
        """The form that a function word takes before the next word, if it has one."""
        if following in PUNCTUATION:
            return None
        variants, _ = self.pronunciations(following)
        by_sound = BEFORE_VOWELS if variants[0][0][-1].isdigit() else BEFORE_CONSONANTS
        return WEAK_FORMS.get(word) or by_sound.get(word)


def _check_characters(sentence: str) -> None:
    """Raises FS2Error that names the characters that nothing can be made of."""
    if lost := unspeakable(sentence):
        names = ", ".join(f"'{character}' (U+{ord(character):04X})" for character in lost[:NAMED])
        names += f" and {len(lost) - NAMED} more" * (len(lost) > NAMED)
        raise FS2Error(
            f"cannot read {names}; write what is to be said in English letters, or leave it out"
        )


def _is_letter(written: list[str], place: int) -> bool:
    """Whether an 'a' is the letter's name and not the article.

    It is before a mark or the end, beside another single capital or with one word between ("A to
    Z"), before a verb ("A is for"), and as a capital after what is named by letters ("plan A").
    """
    before = written[place - 1] if place else "."
    after = written[place + 1] if place + 1 < len(written) else "."
    second = written[place + 2] if place + 2 < len(written) else "."
    if after in PUNCTUATION:
        return True
    if written[place] == "a":
        return len(after) == 1 and after.islower() and len(second) == 1
    if after in BETWEEN_LETTERS and len(second) == 1 and second.isupper():
        return True
    if after in AFTER_LETTER:
        return True
    if any(len(token) == 1 and token.isupper() and token != "I" for token in (before, after)):
        return True
    initial = before[0].isupper() and after[0].isupper()  # "James A Smith"
    return initial or before.lower() in NAMED_BY_LETTERS
