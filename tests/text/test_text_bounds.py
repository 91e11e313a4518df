"""Texts of any length are read in linear time or refused; nothing of a user's hangs."""

import itertools
import time

import pytest

from fs2.errors import FS2Error
from fs2.text.lists import unmark
from fs2.text.normalise import normalise, tokens_of
from fs2.text.pieces import LONGEST_TEXT, LONGEST_WORD

WITHOUT_BLANKS = (
    *("-a", "a.", "1.", "1-", "1,", "1/", "1:", "a-", "aB", "I", "IV.", "(a", ")(", "'a", "a'"),
    *('"a', "[]", "{a}", "*a", "_a", "~", "$1", "%1", "^2", "a@", "./", "\\", "é", "½", "²"),
    *("Dr.", "e.g.", "<a>", "<", "->", "x", "9", "0", "日a", "\u0301a", "&a", "#1", "=1"),
)
WITH_BLANKS = (
    *("word ", "Word. ", "sixty-five ", "1.5 ", "10-20 ", "a.m. ", "Dr. ", "J. ", "U.S. ", "III "),
    *(
        "1 ",
        "1 2/3 ",
        "000 ",
        "5 km ",
        "5 A ",
        "1h 3m ",
        "$1/2 ",
        "5 USD - ",
        "ISBN 1 ",
        "$5 ",
        "May 5 ",
        "call 555 ",
        "+1 ",
        "1. ",
        "- a\n",
        "# b\n",
    ),
    *('"a" ', "(a) ", "a/b ", "a_b ", "*a* ", "MiXeD ", "NASA ", "a@b.co ", "x^2 ", "No. ", "e 3 "),
    *(
        ". ",
        ", ",
        "' ",
        "1900 ",
        "( ",
        "- ",
        "— ",
        "& ",
        "/ ",
        "1 000 ",
        "12' ",
        "a\n",
        "\t",
        "I. ",
    ),
)


def repeated(piece, size):
    return (piece * (size // len(piece) + 1))[:size]


@pytest.mark.parametrize("piece", WITHOUT_BLANKS)
def test_what_has_no_blanks_is_refused_or_read_at_once(piece):
    started = time.process_time()
    try:
        normalise(repeated(piece, LONGEST_TEXT))
    except FS2Error as error:
        assert len(str(error)) < 300
        assert "read" in str(error)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("piece", WITH_BLANKS)
def test_the_time_grows_as_the_length_does(piece):
    def seconds(size):
        started = time.process_time()
        normalise(repeated(piece, size))
        return time.process_time() - started

    seconds(1000)
    assert seconds(20_000) < 5 * seconds(10_000) + 0.2


@pytest.mark.parametrize("piece", ["word ", "Mr. A. B. "])
def test_the_longest_text_is_read(piece):
    started = time.process_time()
    assert normalise(repeated(piece, LONGEST_TEXT))
    assert time.process_time() - started < 10


@pytest.mark.parametrize("piece", [*WITHOUT_BLANKS, *WITH_BLANKS])
def test_a_megabyte_is_refused_with_advice(piece):
    with pytest.raises(FS2Error, match=r"1000000 characters, .* give it in parts"):
        normalise(repeated(piece, 1_000_000))


@pytest.mark.parametrize("text", ["ab" * 51, "ab" * 5000, "9" * 2001, "a.a." * 2000, "1-" * 400])
def test_what_is_too_long_is_refused_by_name(text):
    with pytest.raises(FS2Error, match="more than can be read") as refused:
        normalise(f"Before {text} after.")
    assert text[:3] in str(refused.value)
    assert len(str(refused.value)) < 300


def test_runs_of_one_mark_are_no_word():
    assert normalise("Wait" + "-" * 8000 + "what" + "!" * 9000) == "Wait, what!"


def test_no_word_is_longer_than_can_be_pronounced():
    pieces = ("aaaa" * 20, "x" * 90, "1" * 200, "é" * 60, "Ab" * 40)
    for first, second in itertools.product(pieces, pieces):
        for between in ("", "-", ".", "'", "/"):
            try:
                tokens = tokens_of(normalise(first + between + second))
            except FS2Error:
                continue
            assert max(map(len, tokens)) <= LONGEST_WORD


def test_pieces_of_a_long_text_are_read_as_they_are_alone():
    sentences = ["He paid $5 to Dr. Hill on May 3, 1850.", "It was 6 ft. long.", "No. 5 is mine."]
    text = " ".join(sentences * 200)
    assert normalise(text) == " ".join(map(normalise, sentences * 200))


@pytest.mark.parametrize(
    "text",
    ["# a" + " " * 49_000 + "x", "#" + " " * 49_000 + "x", "# " + "a # " * 12_000 + "x"],
    ids=["after a word", "before a word", "marks"],
)
def test_blanks_within_a_heading_cost_no_time(text):
    started = time.process_time()
    unmark(text)
    assert time.process_time() - started < 1
