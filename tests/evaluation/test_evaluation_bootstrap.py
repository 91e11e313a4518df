import numpy as np
import pytest

from fs2.evaluation.bootstrap import estimate, ratio


def test_interval_covers_the_truth_about_as_often_as_it_says():
    noise = np.random.default_rng(7)
    covered = 0
    for _ in range(200):
        sums = np.stack([noise.normal(3, 1, 40), np.ones(40)], axis=1)
        _, low, high = estimate(sums, ratio, 400, 0.9)
        covered += low <= 3 <= high
    assert 0.82 <= covered / 200 <= 0.96


def test_interval_is_as_wide_as_theory_says():
    values = np.random.default_rng(0).normal(size=400)
    value, low, high = estimate(np.stack([values, np.ones(400)], axis=1), ratio, 4000, 0.95)
    assert value == pytest.approx(values.mean())
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.06)


def test_value_is_pooled_not_a_mean_of_means():
    assert estimate(np.array([[1.0, 1.0], [0.0, 9.0]]), ratio, 100, 0.95)[0] == pytest.approx(0.1)


def test_same_numbers_again():
    sums = np.random.default_rng(0).uniform(size=(9, 2))
    assert estimate(sums, ratio, 100, 0.95) == estimate(sums, ratio, 100, 0.95)


def test_one_clip_has_no_spread():
    assert estimate(np.array([[2.0, 4.0]]), ratio, 100, 0.95) == (0.5, 0.5, 0.5)
