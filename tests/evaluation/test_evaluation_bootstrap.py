import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.evaluation.bootstrap import estimate, estimate_over_seeds, ratio


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


@given(st.integers(1, 5))
def test_seeds_that_agree_are_as_sure_as_one(seeds):
    """Hard clips are hard for every seed: more trainings make the choice of clips no surer."""
    sums = np.random.default_rng(1).uniform(1, 2, size=(12, 2))
    repeated = estimate_over_seeds(np.stack([sums] * seeds), ratio, 100, 0.95)
    assert repeated == pytest.approx(estimate(sums, ratio, 100, 0.95), rel=1e-12)


def test_seeds_that_differ_widen_the_interval():
    """Clips all alike: what is left is the seeds, each of two drawn once in half of the samples."""
    sums = np.stack([np.tile([float(seed), 1.0], (5, 1)) for seed in (1, 3)])
    value, low, high = estimate_over_seeds(sums, ratio, 1000, 0.95)
    assert (value, low, high) == (2, 1, 3)


def test_interval_over_seeds_is_as_wide_as_theory_says():
    noise = np.random.default_rng(2)
    seeds, clips = 40, 50
    values = noise.normal(0, 1, (seeds, 1)) + noise.normal(0, 2, (1, clips))
    sums = np.stack([values, np.ones_like(values)], axis=2)
    value, low, high = estimate_over_seeds(sums, ratio, 4000, 0.95)
    assert value == pytest.approx(values.mean())
    by_seed, by_clip = values.mean(axis=1), values.mean(axis=0)
    deviation = np.sqrt(by_seed.var() / seeds + by_clip.var() / clips)
    assert high - low == pytest.approx(2 * 1.96 * deviation, rel=0.06)


def test_an_undefined_clip_counts_only_where_it_is_defined():
    sums = np.array([[[2.0, 1.0], [0.0, 0.0]], [[4.0, 1.0], [8.0, 1.0]]])
    assert estimate_over_seeds(sums, ratio, 100, 0.95)[0] == (2 + 6) / 2
