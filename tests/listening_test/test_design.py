"""Which clips a listener hears, and in which order."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listening import PAIRS, SENTENCES, SYSTEMS, speak

from fs2.config.listening_test import ListeningTest
from fs2.errors import FS2Error
from fs2.files import read_json, write_json
from fs2.listening_test.design import Design, _shares, make_design


def by(design, names, part):
    return Counter(getattr(design.clips[name], part) for name in names)


def systems(design, pair):
    return tuple(design.clips[name].system for name in pair)


def test_a_listener_rates_the_same_sentences_of_all_systems(design):
    for session in design.sessions:
        assert by(design, session.ratings, "system") == dict.fromkeys(SYSTEMS, 2)
        assert set(by(design, session.ratings, "sentence").values()) == {3}
        assert len(set(session.ratings)) == len(session.ratings)


def test_a_pair_is_one_sentence_and_either_comes_first_equally_often(design):
    orders = Counter()
    for session in design.sessions:
        assert all(len(by(design, pair, "sentence")) == 1 for pair in session.comparisons)
        heard = [systems(design, pair) for pair in session.comparisons]
        assert Counter(map(frozenset, heard)) == {frozenset(pair): 2 for pair in PAIRS}
        assert sum(pair in PAIRS for pair in heard) == 2, "half of the pairs of every listener"
        orders.update(heard)
    assert set(orders) == {order for pair in PAIRS for order in (pair, pair[::-1])}


def test_practice_is_of_a_sentence_that_nobody_rates(design):
    practised = {design.clips[name].sentence for name in design.training.ratings}
    rated = {design.clips[n].sentence for s in design.sessions for n in s.ratings}
    assert len(practised) == 1 and not practised & rated
    assert systems(design, design.training.ratings) == ("fastspeech2", "recordings")
    assert len(design.training.comparisons) == 1


def test_orders_differ_by_listener_and_come_back_with_the_seed(design, sounds):
    assert len({session.ratings for session in design.sessions}) == 5

    def again(**changed):
        settings = ListeningTest(**{"ratings": 6, "comparisons": 4, "listeners": 5, **changed})
        return make_design("toy", settings, sounds, SYSTEMS, PAIRS)

    assert again() == design
    assert again().fingerprint == design.fingerprint
    assert again(seed=2).fingerprint != design.fingerprint
    other = speak(sounds["vocoded"].parent / "other")
    sounds["vocoded"] = other
    assert again().fingerprint != design.fingerprint, "other sounds are another test"


def test_names_of_clips_tell_nothing(design):
    assert all(len(name) == 16 and set(name) <= set("0123456789abcdef") for name in design.clips)
    assert list(design.clips) == sorted(design.clips)


@given(st.integers(1, 12), st.integers(0, 5), st.integers(1, 30), st.integers(1, 25))
def test_sentences_come_equally_often(count, items, at_most, listeners):
    sentences = [str(number) for number in range(count)]
    shares = _shares(sentences, items, at_most)
    drawn = [next(shares) for _ in range(listeners)]
    heard = Counter(sentence for share in drawn for sentence in share)
    times = [heard[sentence] for sentence in sentences]
    assert max(times) - min(times) <= 1
    for share in drawn:
        assert len(set(share)) == len(share)
        assert len(share) * items <= max(at_most, items)
        assert bool(share) == bool(items)


def test_fewer_sentences_than_asked_for_are_all_taken(sounds):
    made = make_design("toy", ListeningTest(sentences=99), sounds, SYSTEMS, PAIRS)
    assert {clip.sentence for clip in made.clips.values()} == set(SENTENCES)
    made = make_design("toy", ListeningTest(sentences=3), sounds, SYSTEMS, [])
    assert len({clip.sentence for clip in made.clips.values()}) == 4, "three, and one for practice"
    assert not made.sessions[0].comparisons and not made.training.comparisons


def test_a_key_comes_back_as_it_was_and_a_changed_one_is_refused(design, tmp_path):
    path = tmp_path / "key.json"
    design.write(path)
    assert Design.read(path) == design
    values = read_json(path)
    clip = next(iter(values["clips"].values()))
    clip["system"] = "another"
    write_json(path, values)
    with pytest.raises(FS2Error, match=r"key\.json: was changed"):
        Design.read(path)
    for bad, words in ((values | {"format": 9}, "format 9"), ([], "no key"), ({}, "no key")):
        write_json(path, bad)
        with pytest.raises(FS2Error, match=words):
            Design.read(path)


def test_too_few_sentences_are_told(sounds, tmp_path):
    for path in list(sounds["vocoded"].iterdir())[1:]:
        path.unlink()
    with pytest.raises(FS2Error, match="needs two sentences that all of recordings, vocoded"):
        make_design("toy", ListeningTest(), sounds, SYSTEMS, PAIRS)
    with pytest.raises(FS2Error, match="absent: no clip of vocoded; synthesise it first"):
        make_design("toy", ListeningTest(), sounds | {"vocoded": tmp_path / "absent"}, SYSTEMS, [])
