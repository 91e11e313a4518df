"""The lists of sentences that come along, and those of one's own."""

from collections import Counter

import pytest

from fs2.config.files import parse_config
from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.evaluation.words import word_errors
from fs2.sentence_lists import digests, known_lists, list_path, read_list
from fs2.text.normalise import normalise
from fs2.text.phonemiser import Phonemiser


def test_the_lists_that_come_along():
    assert known_lists() == ["hard", "ordinary"]
    hard, ordinary = read_list("hard"), read_list("ordinary")
    kinds = Counter(sentence.kind for sentence in hard)
    assert kinds.total() == 50
    wanted = {"repetition", "spelling", "number", "long", "word", "twister", "punctuation"}
    assert kinds.keys() == wanted
    assert len(ordinary) == 300
    assert {sentence.kind for sentence in ordinary} == {"ordinary"}
    texts = [sentence.text for sentence in (*hard, *ordinary)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", ["hard", "ordinary"])
def test_every_sentence_is_spoken_and_written_down_by_a_perfect_listener_without_an_error(name):
    phonemiser = Phonemiser(Text())
    for sentence in read_list(name):
        assert phonemiser(sentence.text), sentence.place
        for transcript in (sentence.text, normalise(sentence.text)):
            errors, words = word_errors(sentence.text, transcript)
            assert errors == 0, sentence.place
            assert words, sentence.place


def test_some_of_a_list_are_spread_over_it():
    assert [s.id for s in read_list("hard", 2)] == ["repetition-1", "punctuation-3"]
    assert read_list("hard", 99) == read_list("hard")


def test_a_list_of_ones_own(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("greeting-1|Hello.\nx|Goodbye.\n")
    found = read_list(str(own))
    assert [(s.list, s.id, s.kind, s.text) for s in found] == [
        ("own", "greeting-1", "greeting", "Hello."),
        ("own", "x", "x", "Goodbye."),
    ]
    own.write_text("Hello.\nGoodbye.\n")
    assert [(s.id, s.kind) for s in read_list(str(own))] == [("001", "own"), ("002", "own")]


def test_a_changed_list_is_another_one(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("Hello.\n")
    before = digests(["hard", str(own)])
    own.write_text("Hello!\n")
    after = digests(["hard", str(own)])
    assert before.keys() == after.keys() == {"hard", "own"}
    assert before["hard"] == after["hard"]
    assert before["own"] != after["own"]


def test_a_bad_list_is_named_with_its_line(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("a|Hello.\nb|\n")
    with pytest.raises(FS2Error, match=r"own\.txt, line 2: has no text"):
        read_list(str(own))
    with pytest.raises(FS2Error, match=r"evaluation\.sentences: there is no file .*none\.txt"):
        list_path(str(tmp_path / "none.txt"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (["hrad"], "evaluation.sentences: 'hrad' is no list; known are hard, ordinary; or name a"),
        (["a/list.txt", "b/list.txt"], "two lists are called 'list'"),
        (["hard", "./hard.txt"], "two lists are called 'hard'"),
    ],
)
def test_a_wrong_name_is_told_before_anything_runs(value, message):
    with pytest.raises(FS2Error, match=message):
        parse_config({"evaluation": {"sentences": value}})


def test_one_list_or_several_or_none():
    def chosen(value):
        return parse_config({"evaluation": {"sentences": value}}).evaluation.sentences

    assert parse_config({}).evaluation.sentences == chosen("hard") == ("hard",)
    assert chosen("hard,ordinary") == chosen(["hard", "ordinary"]) == ("hard", "ordinary")
    assert chosen([]) == ()
