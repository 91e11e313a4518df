"""Grapheme to phoneme: dictionary first, the network for the rest (paper section 3.1)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fs2.config import Text
from fs2.errors import FS2Error
from fs2.text import dictionary, network
from fs2.text.characters import unspeakable
from fs2.text.dictionary import Pronunciation
from fs2.text.normalise import normalise, tokens_of
from fs2.text.symbols import PUNCTUATION

Source = Literal["punctuation", "dictionary", "network", "given", "derived"]


@dataclass(frozen=True)
class Token:
    """A word or a punctuation mark of a sentence, and how it is pronounced."""

    text: str
    """Lower case."""
    phonemes: Pronunciation
    """Stress-marked ARPAbet; a mark is its own phoneme."""
    source: Source


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

    def __call__(self, sentence: str) -> list[Token]:
        """The tokens of a sentence, which is normalised first.

        Raises FS2Error if the sentence is empty, has nothing to speak, or has characters that
        nothing can be made of (it names them).
        """
        lost = unspeakable(sentence)
        if lost:
            names = ", ".join(f"'{character}' (U+{ord(character):04X})" for character in lost)
            raise FS2Error(
                f"text {_shortened(sentence)}: cannot read {names}; "
                "write what is to be said in English letters, or leave it out"
            )
        written = tokens_of(self.normalise(sentence))
        if all(token in PUNCTUATION for token in written):
            raise FS2Error(f"text {_shortened(sentence)}: has no words to speak")
        return self._choose(written)

    def normalise(self, sentence: str) -> str:
        """As `fs2.text.normalise`; words of the file of own pronunciations are not spelled out."""
        return normalise(sentence, self._given)

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
        base, ending = dictionary.stem(word)
        if ending:
            bases, source = self.pronunciations(base)
            variants = tuple(dictionary.with_ending(phones, ending) for phones in bases)
            return variants, "network" if source == "network" else "derived"
        if "'" in word:
            return self.pronunciations(word.replace("'", ""))
        base = dictionary.singular(word)
        if bases := self._given.get(base) or dictionary.look_up(base):
            return tuple(dictionary.add_s(phones) for phones in bases), "derived"
        return (network.predict(word),), "network"

    def _choose(self, written: list[str]) -> list[Token]:
        """One pronunciation for each token, by its neighbours and its part of speech."""
        tokens = []
        for token in written:
            word = token.lower()
            if token in PUNCTUATION:
                tokens.append(Token(token, (token,), "punctuation"))
            else:
                variants, source = self.pronunciations(word)
                tokens.append(Token(word, variants[0], source))
        return tokens


def _shortened(sentence: str) -> str:
    return repr(sentence if len(sentence) <= 60 else sentence[:57] + "...")
