"""Skipped and repeated words: of constructed transcripts it is known which they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.evaluation.skipping import repeated_words, skipped_words
from fs2.evaluation.words import compare_words

WORDS = ("apple", "bridge", "candle", "dog", "engine", "forest", "garden", "hammer", "island",
         "jacket", "kitchen", "lemon", "mirror", "needle")  # fmt: skip
TEXT = "the cat sat down on the old red chair"
texts = st.permutations(WORDS).flatmap(
    lambda order: st.integers(3, len(WORDS)).map(lambda length: list(order[:length]))
)
"""Every word once: what is left out or said twice is then known."""


def counts(text, transcript):
    found = compare_words(text, transcript)
    return skipped_words(found), repeated_words(found)


@given(texts)
def test_a_text_against_itself_has_no_errors(words):
    text = " ".join(words)
    assert compare_words(text, text).errors == 0
    assert counts(text, text) == (0, 0)


@given(texts, st.data())
def test_words_left_out_are_skipped(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    stop = data.draw(st.integers(start + 1, len(words)))
    heard = words[:start] + words[stop:]
    assert counts(" ".join(words), " ".join(heard)) == (stop - start, 0)


@given(texts, st.data())
def test_a_phrase_that_is_heard_again_is_repeated(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    stop = data.draw(st.integers(start + 1, len(words)))
    times = data.draw(st.integers(1, 3))
    heard = words[:stop] + times * words[start:stop] + words[stop:]
    assert counts(" ".join(words), " ".join(heard)) == (0, times * (stop - start))


@given(texts, st.data())
def test_a_word_heard_as_another_is_neither(words, data):
    place = data.draw(st.integers(0, len(words) - 1))
    heard = [*words[:place], "zebra", *words[place + 1 :]]
    assert counts(" ".join(words), " ".join(heard)) == (0, 0)


@pytest.mark.parametrize(
    ("heard", "skipped", "repeated"),
    [
        ("", 9, 0),
        ("the cat sat town the old red chair", 0, 0),  # one word made of two
        ("the cat sat on chair", 4, 0),
        ("the cat sat dawn chair", 4, 0),  # something was heard there, but far too little
        ("the cat sat the cat sat down on the old red", 1, 3),
        ("the cat sat down on the old red chair thank you", 0, 0),
        ("the cat the cap sat down on the old red chair", 0, 0),
    ],
)
def test_what_counts_beside_mishearings(heard, skipped, repeated):
    assert counts(TEXT, heard) == (skipped, repeated)


def test_a_text_that_repeats_itself_is_counted_too():
    text = "no, no, no, no, not now"
    assert counts(text, text) == (0, 0)
    assert counts(text, "no no not now") == (2, 0)
    assert counts(text, "no no no no no no no not now") == (0, 3)
