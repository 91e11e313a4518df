import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.errors import FS2Error
from fs2.evaluation.spelling import comparable_words
from fs2.evaluation.words import compare_words, load_recogniser, word_errors

SAME = [
    ("For the twentieth time", "for the 20th time."),
    ("Dr. Smith met Mrs. Jones, etc.", "doctor Smith met missus Jones et cetera"),
    ("twenty-one well-known men", "21 well known men"),
    ("It's late, isn't it?", "It is late, is not it"),
    ("I won't; you can't. They're gone", "I will not you cannot they are gone"),
    ("Tom\u2019s dog", "Toms dog"),
    ("OK", "okay"),
    ("o.k. then", "Okay, then"),
    ("colour, honour and neighbours", "color honor and neighbors"),
    ("He realised the centre travelled", "he realized the center traveled"),
    ("in 1905", "in nineteen oh five"),
    ("50%", "fifty percent"),
    ("at nine o'clock", "at 9 o'clock"),
    ("a café, um, naïve", "a cafe naive"),
    ("grey catalogue", "gray catalog"),
]
DIFFERENT = [
    ("filled", "filed"),
    ("four", "for"),
    ("hour", "our"),
    ("its", "it is"),
    ("sour", "sore"),
    ("prise", "prize"),
    ("can", "can't"),
]


@pytest.mark.parametrize("text, transcript", SAME)
def test_spellings_of_the_same_words_count_as_no_error(text, transcript):
    assert comparable_words(text) == comparable_words(transcript)
    assert word_errors(text, transcript)[0] == 0


@pytest.mark.parametrize("text, transcript", DIFFERENT)
def test_different_words_stay_different(text, transcript):
    assert comparable_words(text) != comparable_words(transcript)


def test_errors_are_substitutions_deletions_and_insertions():
    assert word_errors("one small step for a man", "one tall step for man kind") == (3, 6)
    assert word_errors("one small step", "") == (3, 3)
    assert word_errors("?", "yes") == (1, 0)
    assert word_errors("one small step", "one small step step step", seconds=1) == (2, 3)
    assert word_errors("one small step", "one small" + 20 * " step", seconds=2) == (3, 3)


def test_compounds_may_be_written_apart():
    assert word_errors("An eggshell for every one", "an egg shell for everyone") == (0, 5)
    assert word_errors("a loincloth", "a lawn cloth") == (2, 2)


def test_missing_model_names_the_key(tmp_path):
    with pytest.raises(FS2Error, match=r"evaluation\.whisper_model.*word_error_rate: false"):
        load_recogniser(str(tmp_path), 1)


def test_a_loop_without_a_blank_is_heard_as_so_many_words():
    assert compare_words("one two three", "5" * 342).in_a_loop(3.0)
    assert word_errors("one two three", "5" * 342, 3.0) == (3, 3)


@given(st.text(max_size=40), st.integers(1, 400))
def test_whatever_a_recogniser_writes_is_compared(text, times):
    assert word_errors("one two three", text * times, 3.0)[1] == 3
