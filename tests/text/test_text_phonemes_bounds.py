"""Phonemes are found in linear time, and by the words of their own sentence."""

import time

import pytest

from fs2.config.text import Text
from fs2.text.phonemiser import Phonemiser

PHONEMISER = Phonemiser(Text())


@pytest.mark.parametrize("piece", ["We read the record close to lead. ", "we read close records "])
def test_the_time_for_heteronyms_grows_as_the_length_does(piece):
    def seconds(size):
        started = time.process_time()
        PHONEMISER(piece * (size // len(piece)))
        return time.process_time() - started

    seconds(1000)
    assert seconds(60_000) < 4 * seconds(30_000) + 0.5


def test_other_sentences_do_not_decide_a_tense():
    alone = PHONEMISER("I read slowly.")
    assert PHONEMISER("He went home.  I read slowly.")[-len(alone) :] == alone
