from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.alignment.merging import check_phones, merge
from fs2.alignment.praat import ClipError, Interval
from fs2.alignment.textgrid import TextGrid
from fs2.errors import FS2Error
from fs2.text.symbols import PUNCTUATION, SILENCE


def grid_of(*words, end=None):
    """A TextGrid from (word or '', [(phone, seconds), ...]); a silence is ('', seconds)."""
    now = 0.0
    word_tier, phone_tier = [], []
    for word, phones in words:
        start = now
        for phone, seconds in [("", phones)] if isinstance(phones, float) else phones:
            phone_tier.append(Interval(now, now + seconds, phone))
            now += seconds
        word_tier.append(Interval(start, now, word))
    return TextGrid(tuple(word_tier), tuple(phone_tier), end or now)


HE = ("he", [("HH", 0.1), ("IY1", 0.1)])
RAN = ("ran", [("R", 0.1), ("AE1", 0.1), ("N", 0.1)])
OFF = ("off", [("AO1", 0.1), ("F", 0.2)])


def symbols(phonemes):
    return " ".join(p.label for p in phonemes)


def lengths(phonemes):
    return [round(p.end - p.start, 3) for p in phonemes]


@pytest.mark.parametrize(
    ("words", "text", "expected", "seconds"),
    [
        ([HE, RAN], "he ran", "HH IY1 R AE1 N", [0.1] * 5),
        # a pause with a mark, and final punctuation whose pause belongs to the edge
        (
            [("", 0.2), HE, ("", 0.3), RAN, ("", 0.4)],
            "he , ran .",
            "HH IY1 , R AE1 N .",
            [0.1, 0.1, 0.3, 0.1, 0.1, 0.1, 0],
        ),
        # a mark without a pause, a pause without a mark
        (
            [HE, RAN, ("", 0.06), OFF],
            "he , ran off",
            "HH IY1 , R AE1 N sil AO1 F",
            [0.1, 0.1, 0, 0.1, 0.1, 0.1, 0.06, 0.1, 0.2],
        ),
        # a pause too short to be one belongs to the phone before it; with a mark it stays
        ([HE, ("", 0.03), RAN], "he ran", "HH IY1 R AE1 N", [0.1, 0.13, 0.1, 0.1, 0.1]),
        ([HE, ("", 0.03), OFF], "he ; off", "HH IY1 ; AO1 F", [0.1, 0.1, 0.03, 0.1, 0.2]),
        # the first of several marks has the pause; marks before the first word have none
        (
            [HE, ("", 0.3), OFF],
            ", he . , off",
            ", HH IY1 . , AO1 F",
            [0, 0.1, 0.1, 0.3, 0, 0.1, 0.2],
        ),
        # a pause inside of a word
        (
            [("ran", [("R", 0.1), ("AE1", 0.1), ("", 0.1), ("N", 0.1)])],
            "ran !",
            "R AE1 sil N !",
            [0.1, 0.1, 0.1, 0.1, 0],
        ),
    ],
)
def test_phoneme_sequence(words, text, expected, seconds):
    phonemes = merge(grid_of(*words), text.split())
    assert symbols(phonemes) == expected
    assert lengths(phonemes) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He, ran: off.", "HH IY1 , R AE1 N : AO1 F ."),
        ("he , ra n ; off", "HH IY1 , R AE1 N ; AO1 F"),  # one word written as two
        ("heran ; off", "HH IY1 R AE1 N ; AO1 F"),  # two words written as one
        ("he , walked ; off", "HH IY1 , R AE1 N ; AO1 F"),  # one other word
        ("he , off .", "HH IY1 , R AE1 N AO1 F ."),  # a word that the text has not
    ],
)
def test_wording_may_differ(text, expected):
    for mark in PUNCTUATION:
        text = text.replace(mark, f" {mark} ")
    assert symbols(merge(grid_of(HE, RAN, OFF), text.split(), maximum_mismatch=0.5)) == expected


def test_too_different_wording_is_refused():
    with pytest.raises(ClipError, match=r"2 of 3 words .*'he walked on' against 'he ran off'"):
        merge(grid_of(HE, RAN, OFF), ["he", "walked", "on"])


def test_unknown_word_is_named_as_in_the_text():
    with pytest.raises(ClipError, match="unknown word 'zyzzyva'"):
        merge(grid_of(HE, ("<unk>", [("spn", 0.3)]), OFF), ["he", "zyzzyva", "off"])


def test_word_without_phones_and_phone_without_word():
    words = (Interval(0, 0.2, "he"), Interval(0.2, 0.4, "ran"))
    with pytest.raises(ClipError, match="no phone for the word 'ran'"):
        merge(TextGrid(words, (Interval(0, 0.2, "HH"),), 0.4), ["he", "ran"])
    with pytest.raises(ClipError, match=r"'IY1' at 0.20 s belongs to no word"):
        phones = (Interval(0, 0.2, "HH"), Interval(0.2, 0.4, "IY1"))
        merge(TextGrid(words[:1], phones, 0.4), ["he"])


@pytest.mark.parametrize(
    ("phone", "message"),
    [("AA", "vowel 'AA' has no stress mark"), ("Q1", "phone 'Q1' is not a symbol")],
)
def test_foreign_phones_name_the_file(phone, message):
    grid = grid_of(("a", [(phone, 0.2)]))
    with pytest.raises(FS2Error, match=f"some/x.TextGrid: {message}") as caught:
        check_phones(grid, Path("some/x.TextGrid"))
    assert not isinstance(caught.value, ClipError)


@given(st.data())
def test_every_phone_and_mark_is_there_and_intervals_touch(data):
    count = data.draw(st.integers(1, 6))
    seconds = st.floats(0.01, 0.5)
    words, tokens = [], []
    for number in range(count):
        if data.draw(st.booleans()):
            words.append(("", data.draw(seconds)))
        phones = data.draw(
            st.lists(st.tuples(st.sampled_from(["AH0", "T"]), seconds), min_size=1, max_size=4)
        )
        words.append((f"w{number}", phones))
        tokens += [f"w{number}", *data.draw(st.lists(st.sampled_from(PUNCTUATION), max_size=2))]
    grid = grid_of(*words)
    phonemes = merge(grid, tokens)
    spoken = [p.label for p in phonemes if p.label != SILENCE and p.label not in PUNCTUATION]
    assert spoken == [p.label for p in grid.phones if p.label]
    assert [p.label for p in phonemes if p.label in PUNCTUATION] == [
        t for t in tokens if t in PUNCTUATION
    ]
    assert all(a.end == b.start for a, b in pairwise(phonemes))
    assert phonemes[0].start == next(p.start for p in grid.phones if p.label)
