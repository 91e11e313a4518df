"""Phrases that are hard to read, by kind."""

import pytest
from reading import PHRASES, misread, read_phrases

from fs2.config.text import Text
from fs2.text.normalise import normalise
from fs2.text.phonemiser import Phonemiser

ALL = read_phrases(PHRASES)
KINDS = sorted({phrase.kind for phrase in ALL})
SHARE = 0.97


@pytest.mark.parametrize("kind", KINDS)
def test_phrases_are_read_as_a_careful_reader_does(kind):
    phrases = [phrase for phrase in ALL if phrase.kind == kind]
    wrong = [f"{phrase.written}: {reading}" for phrase, reading in misread(phrases, normalise)]
    assert len(phrases) >= 25
    assert len(wrong) <= (1 - SHARE) * len(phrases), "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_read_is_read_again_the_same(kind):
    for phrase in ALL:
        if phrase.kind == kind:
            once = normalise(phrase.written)
            assert normalise(once) == once


def test_a_voice_reads_every_phrase_as_it_is_normalised():
    phonemiser = Phonemiser(Text())
    for phrase in ALL:
        assert phonemiser.normalise(phrase.written) == normalise(phrase.written)
