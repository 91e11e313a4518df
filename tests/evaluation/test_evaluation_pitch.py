import hypothesis.extra.numpy as hnp
import librosa
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.evaluation import pitch

contours = hnp.arrays(
    np.float64, st.integers(1, 40), elements=st.floats(71, 800, allow_subnormal=False)
)


@settings(deadline=None)
@given(contours, contours)
def test_dtw_costs_what_librosa_says(a, b):
    cost, path = librosa.sequence.dtw(C=np.abs(a[:, None] - b[None, :]))
    cells = max(len(a), len(b)), len(a) + len(b) - 1
    total = cost[-1, -1]
    distance = pitch.dtw_distance(a, b)
    assert total / cells[1] - 1e-9 <= distance <= total / cells[0] + 1e-9
    if len(np.unique(np.abs(a[:, None] - b[None, :]))) == a.size * b.size:  # one best path
        assert distance == pytest.approx(total / len(path), abs=1e-9)


def test_dtw_equals_librosa_on_long_contours():
    noise = np.random.default_rng(1)
    a, b = noise.normal(200, 40, 400), noise.normal(230, 30, 317)
    cost, path = librosa.sequence.dtw(C=np.abs(a[:, None] - b[None, :]))
    assert pitch.dtw_distance(a, b) == pytest.approx(cost[-1, -1] / len(path), rel=1e-12)


def test_dtw_of_a_constant_shifted_by_30_hz_is_30_hz():
    assert pitch.dtw_distance(np.full(50, 200.0), np.full(80, 230.0)) == pytest.approx(30)


@settings(deadline=None)
@given(contours, st.integers(1, 4))
def test_dtw_does_not_see_a_stretch(contour, times):
    assert pitch.dtw_distance(contour, np.repeat(contour, times)) == 0


@pytest.mark.parametrize("shape", [0.5, 2.0, 30.0])
def test_moments_of_pooled_clips_equal_those_of_scipy(shape):
    noise = np.random.default_rng(0)
    clips = [noise.gamma(shape, 30, size) + 90 for size in (300, 1, 4000)]
    totals = sum(pitch.power_sums(clip) for clip in clips)
    pooled = np.concatenate(clips)
    assert pitch.mean(totals) == pytest.approx(pooled.mean())
    assert pitch.sigma(totals) == pytest.approx(pooled.std())
    assert pitch.gamma(totals) == pytest.approx(scipy.stats.skew(pooled))
    assert pitch.kurtosis(totals) == pytest.approx(scipy.stats.kurtosis(pooled))


def test_moments_of_a_normal_distribution():
    totals = pitch.power_sums(np.random.default_rng(0).normal(220, 54, 200_000))
    assert pitch.sigma(totals) == pytest.approx(54, rel=0.01)
    assert abs(pitch.gamma(totals)) < 0.03
    assert abs(pitch.kurtosis(totals)) < 0.05


def test_only_frames_above_zero_are_voiced():
    assert pitch.voiced(np.array([0, 100.0, 0, 200.0])).tolist() == [100, 200]
