"""Phonemes of texts of any length are found in linear time, or the text is refused."""

import itertools
import time

import pytest

from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.text.phonemiser import Phonemiser

PHONEMISER = Phonemiser(Text())
SYLLABLES = [f"{first}{second}" for first in "bdfgklmnprst" for second in "aeiou"]


@pytest.mark.parametrize("piece", ["We read the record close to lead. ", "we read close records "])
def test_the_time_for_heteronyms_grows_as_the_length_does(piece):
    def seconds(size):
        started = time.process_time()
        PHONEMISER(piece * (size // len(piece)))
        return time.process_time() - started

    seconds(1000)
    assert seconds(40_000) < 4 * seconds(20_000) + 0.5


def test_more_unknown_words_than_the_network_reads_in_time_are_refused():
    words = ["zz" + "".join(parts) for parts in itertools.product(SYLLABLES, repeat=2)]
    with pytest.raises(FS2Error, match=r"different words are in no dictionary.*in parts"):
        PHONEMISER(" ".join([*words, *(f"{word}zo" for word in words[:1000])]))


def test_a_word_that_comes_again_counts_once():
    assert len(PHONEMISER("zzuta " * 5000)) == 5000


def test_other_sentences_do_not_decide_a_tense():
    alone = PHONEMISER("I read slowly.")
    assert PHONEMISER("He went home.  I read slowly.")[-len(alone) :] == alone


def test_of_many_strange_characters_an_error_names_five():
    strange = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    started = time.process_time()
    with pytest.raises(FS2Error, match=r"U\+4E04\) and 19995 more; write") as refused:
        PHONEMISER(" ".join(strange[i : i + 100] for i in range(0, len(strange), 100)))
    assert time.process_time() - started < 10
    assert len(str(refused.value)) < 400
