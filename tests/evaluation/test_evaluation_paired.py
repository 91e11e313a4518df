import numpy as np
import pytest
import scipy.stats

from fs2.evaluation.paired import paired_difference


def values(numbers, prefix="clip"):
    return {f"{prefix}{place:02}": float(number) for place, number in enumerate(numbers)}


def test_a_copy_does_not_differ():
    clips = values([1, 2, 3])
    found = paired_difference([(clips, clips)], 200, 0.95)
    assert (found.value, found.low, found.high, found.p, found.clips) == (0, 0, 0, 1, 3)


def test_known_differences():
    first, second = values([3, 5, 4, 6]), values([1, 2, 3, 4])
    found = paired_difference([(first, second)], 1000, 0.95)
    assert found.value == pytest.approx(2.0)
    assert found.p == pytest.approx(0.125)  # all of four signs alike: 2 / 2^4
    assert 1 <= found.low < 2 < found.high <= 3
    back = paired_difference([(second, first)], 1000, 0.95)
    assert (back.value, back.p) == (-2.0, found.p)
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_interval_is_as_wide_as_the_paired_t_interval():
    noise = np.random.default_rng(0)
    common = noise.normal(0, 5, 300)  # how hard a clip is cancels out
    first, second = common + noise.normal(0.3, 1, 300), common
    found = paired_difference([(values(first), values(second))], 4000, 0.95)
    interval = scipy.stats.ttest_rel(first, second).confidence_interval(0.95)
    assert found.low == pytest.approx(interval.low, abs=0.02)
    assert found.high == pytest.approx(interval.high, abs=0.02)


def test_p_is_uniform_where_nothing_differs():
    noise = np.random.default_rng(1)
    ps = [
        paired_difference([(values(noise.normal(size=20)), values(np.zeros(20)))], 100, 0.95).p
        for _ in range(300)
    ]
    assert scipy.stats.kstest(ps, "uniform").pvalue > 0.001


def test_clips_of_one_system_alone_are_named():
    found = paired_difference([({"a": 1, "b": 2}, {"b": 1, "c": 4})], 100, 0.95)
    assert (found.value, found.clips, found.undefined) == (1, 1, (("a", "c"),))
    assert paired_difference([({"a": 1}, {"b": 1})], 100, 0.95) is None


def test_of_two_seeds_each_clip_counts_once():
    baseline = values([0, 0, 0, 0])
    pairs = [(values([1, 2, 3, 4]), baseline), (values([3, 4, 5, 6]), baseline)]
    found = paired_difference(pairs, 1000, 0.95)
    assert (found.value, found.clips) == (3.5, 4)
    assert found.p == pytest.approx(0.125)  # four clips, not eight
    assert found.low < 2.5  # the first seed alone
    assert found.high > 4.5


def test_a_clip_that_one_seed_lacks_counts_in_the_other():
    pairs = [({"a": 1.0, "b": 2.0}, {"a": 0.0, "b": 0.0}), ({"a": 4.0, "b": 1.0}, {"a": 0.0})]
    found = paired_difference(pairs, 100, 0.95)
    assert found.value == pytest.approx((1.5 + 4) / 2)
    assert (found.clips, found.undefined) == (2, ((), ("b",)))
