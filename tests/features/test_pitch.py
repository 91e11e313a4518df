import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fs2.features.pitch import interpolate, pitch_contour, track_f0

f0_tracks = arrays(
    np.float64, st.integers(1, 80), elements=st.one_of(st.just(0.0), st.floats(60, 800))
)


def test_follows_a_known_glide(audio, voice):
    samples, truth = voice(3.0, audio)
    f0 = track_f0(samples, audio)
    centres = (np.arange(len(f0)) * audio.hop_length) + audio.hop_length // 2
    truth = truth[centres]
    both = (f0 > 0) & (truth > 0)
    assert both.sum() > 0.85 * (truth > 0).sum()
    cents = 1200 * np.log2(f0[both] / truth[both])
    assert np.median(np.abs(cents)) < 2
    assert abs(np.mean(cents[np.abs(cents) < 50])) < 0.5  # no lag


@pytest.mark.parametrize("length", [0, 1, 255, 256, 300, 5 * 256, 5 * 256 + 255, 22050, 22051])
def test_as_many_values_as_mel_frames(audio, length, voice):
    samples = voice(1.1, audio)[0][:length]
    assert track_f0(samples, audio).shape == (length // audio.hop_length,)


def test_default_speed_agrees_with_full_rate(audio, real_clips):
    full = np.concatenate([track_f0(clip, audio, speed=1) for clip in real_clips])
    fast = np.concatenate([track_f0(clip, audio) for clip in real_clips])
    both = (full > 0) & (fast > 0)
    cents = 1200 * np.abs(np.log2(fast[both] / full[both]))
    assert np.median(cents) < 0.1
    assert np.percentile(cents, 95) < 2
    assert np.mean(cents > 300) < 0.005
    assert np.mean((full > 0) != (fast > 0)) < 0.03


@given(f0_tracks)
def test_interpolation(f0):
    voiced = f0 > 0
    if not voiced.any():
        with pytest.raises(ValueError, match="no voiced frame"):
            interpolate(f0)
        return
    filled = interpolate(f0)
    np.testing.assert_array_equal(filled[voiced], f0[voiced])
    assert filled.min() >= f0[voiced].min() - 1e-9
    assert filled.max() <= f0[voiced].max() + 1e-9
    first, last = np.flatnonzero(voiced)[[0, -1]]
    assert (filled[:first] == f0[first]).all()
    assert (filled[last:] == f0[last]).all()


def test_interpolation_is_linear_in_hz():
    f0 = np.array([0, 100, 0, 0, 0, 200, 0], float)
    np.testing.assert_allclose(interpolate(f0), [100, 100, 125, 150, 175, 200, 200])


@given(f0_tracks.filter(lambda f0: (f0 > 0).any()))
def test_contour_is_standardised_and_can_be_undone(f0):
    contour = pitch_contour(f0)
    assert np.abs(contour.values.mean()) < 1e-6
    if contour.std > 1e-8:
        np.testing.assert_allclose(contour.values.std(), 1)
    else:
        assert not contour.values.any()
    again = np.exp(contour.values * contour.std + contour.mean)
    np.testing.assert_allclose(again, interpolate(f0), rtol=1e-6)
