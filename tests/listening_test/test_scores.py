"""The intervals of MOS and CMOS hold what they promise, and preferences come out as they are."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.listening_test.scores import opinion, preference, score


def frame(values, listeners, sentences):
    return pd.DataFrame({"value": values, "listener": listeners, "sentence": sentences})


def test_independent_answers_have_the_usual_t_interval():
    values = np.array([1, 2, 2, 3, 5, 4, 4, 2], float)
    found = score(frame(values, range(8), range(8)), 0.95)
    usual = scipy.stats.t.interval(0.95, 7, values.mean(), scipy.stats.sem(values))
    assert found.value == values.mean()
    assert (found.low, found.high) == pytest.approx(usual)
    assert (found.answers, found.listeners, found.sentences) == (8, 8, 8)


def test_a_listener_who_says_the_same_of_every_sentence_counts_once():
    rows = [(value, listener, s) for listener, value in enumerate((2, 3, 5)) for s in range(40)]
    found = score(frame(*zip(*rows, strict=True)), 0.95)
    low, high = scipy.stats.t.interval(0.95, 2, 10 / 3, scipy.stats.sem([2, 3, 5]))
    assert (found.low, found.high) == pytest.approx((low, high))


def test_of_one_listener_or_one_sentence_the_interval_is_undefined():
    for listeners, sentences in (([0, 0], [0, 1]), ([0, 1], [0, 0])):
        found = score(frame([2, 4], listeners, sentences), 0.95)
        assert found.value == 3
        assert isnan(found.low) and isnan(found.high)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30
    )
)
def test_an_interval_is_around_its_mean_and_turns_with_the_scale(rows):
    answers = frame(*zip(*rows, strict=True))
    found, turned = score(answers, 0.95), score(answers.assign(value=6 - answers["value"]), 0.95)
    assert found.value == pytest.approx(answers["value"].mean())
    assert turned.value == pytest.approx(6 - found.value)
    if isnan(found.low):
        assert min(found.listeners, found.sentences) == 1
    else:
        assert found.low <= found.value <= found.high
        assert (turned.low, turned.high) == pytest.approx((6 - found.high, 6 - found.low))
        wider = score(answers, 0.99)
        assert wider.low <= found.low and found.high <= wider.high


def test_a_preference_has_the_sign_of_the_system_whichever_came_first():
    rows = [("a", "b", 2), ("b", "a", -2), ("a", "c", 3), ("a", "b", 1)]
    comparisons = pd.DataFrame(
        [(listener, listener, *row) for listener, row in enumerate(rows)],
        columns=["listener", "sentence", "first", "second", "value"],
    )
    assert preference(comparisons, "b", "a", 0.95).value == pytest.approx(5 / 3)
    assert preference(comparisons, "a", "b", 0.95).value == pytest.approx(-5 / 3)
    assert preference(comparisons, "c", "a", 0.95).value == 3
    assert preference(comparisons, "b", "c", 0.95) is None
    ratings = comparisons.rename(columns={"first": "system"})
    assert opinion(ratings, "a", 0.95).value == 2
    assert opinion(ratings, "c", 0.95) is None


def simulate(random, who, what, quality, scale):
    """Answers of listeners with a bias of their own to sentences that differ."""
    bias, hard = random.normal(0, 0.5, who.max() + 1), random.normal(0, 0.4, what.max() + 1)
    noise = random.normal(0, 0.7, len(who))
    values = np.clip(np.rint(quality + bias[who] + hard[what] + noise), *scale)
    return frame(values, who, what)


@pytest.mark.parametrize(
    ("quality", "scale", "listeners", "sentences", "each"),
    [(3.0, (1, 5), 20, 100, 10), (0.0, (-3, 3), 8, 20, 8)],
)
def test_the_interval_covers_the_truth_as_often_as_it_says(
    quality, scale, listeners, sentences, each
):
    random = np.random.default_rng(1)
    who = np.repeat(np.arange(listeners), each)
    what = np.arange(listeners * each) % sentences
    covered, naive = [], []
    for _ in range(200):
        answers = simulate(random, who, what, quality, scale)
        found = score(answers, 0.95)
        covered.append(found.low <= quality <= found.high)
        reach = 1.96 * scipy.stats.sem(answers["value"])
        naive.append(abs(found.value - quality) < reach)
    assert 0.92 <= np.mean(covered) <= 0.995
    assert np.mean(naive) < 0.85, "as if all answers were independent"
