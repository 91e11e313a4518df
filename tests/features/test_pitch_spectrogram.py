import numpy as np
import pytest
import pywt
import torch
from hypothesis import given
from hypothesis import strategies as st

from fs2.audio import AudioSettings
from fs2.features.pitch import pitch_contour, track_f0
from fs2.features.pitch_spectrogram import pitch_spectrogram, recompose

FRAME = AudioSettings().frame_seconds


def smooth_contour(frames, seed=0):
    noise = np.random.default_rng(seed).standard_normal(frames + 40)
    contour = np.convolve(noise, np.hanning(41), mode="valid")
    return (contour - contour.mean()) / contour.std()


def test_recordings_come_back(audio, real_clips):
    correlations, errors = [], []
    for samples in real_clips:
        f0 = track_f0(samples, audio)
        contour = pitch_contour(f0)
        again = recompose(pitch_spectrogram(contour.values, audio.frame_seconds))
        correlations.append(np.corrcoef(again, contour.values)[0, 1])
        hertz = np.exp(again * contour.std + contour.mean)
        errors.append(np.abs(hertz - f0)[f0 > 0].mean())
    assert np.mean(correlations) > 0.99
    assert min(correlations) > 0.985
    assert np.mean(errors) < 7


def test_equals_the_definition():
    """The sum of appendix D, term by term, over a contour reflected by hand."""
    contour, tau0 = smooth_contour(30), 0.005
    spectrogram = pitch_spectrogram(contour, FRAME, scales=4, tau0=tau0)
    reach = 400
    reflected = np.pad(contour, reach, mode="reflect")
    for i in range(1, 5):
        tau = 2 ** (i + 1) * tau0 / FRAME
        for t in (0, 11, 29):
            x = (np.arange(len(reflected)) - reach - t) / tau
            psi = 2 / (np.sqrt(3) * np.pi**0.25) * (1 - x**2) * np.exp(-(x**2) / 2)
            expected = (reflected * psi).sum() / np.sqrt(tau)
            assert spectrogram[t, i - 1] == pytest.approx(expected, abs=1e-4)


def test_equals_pywt_where_that_is_accurate():
    contour, reach = smooth_contour(900), 4000
    scales = [2 ** (i + 1) * 0.005 / FRAME for i in range(1, 11)]
    accurate = [i for i, scale in enumerate(scales) if 16 <= scale <= 256]
    reflected = np.pad(contour, reach, mode="reflect")
    expected, _ = pywt.cwt(reflected, [scales[i] for i in accurate], "mexh")
    ours = pitch_spectrogram(contour, FRAME)[:, accurate]
    error = np.abs(expected[:, reach:-reach].T - ours).max(axis=0)
    assert (error < 0.05 * np.abs(ours).max(axis=0)).all()


@given(st.integers(1, 400))
def test_shapes_for_any_length(frames):
    spectrogram = pitch_spectrogram(smooth_contour(frames) if frames > 1 else np.zeros(1), FRAME)
    assert spectrogram.shape == (frames, 10)
    assert spectrogram.dtype == np.float32
    assert np.isfinite(recompose(spectrogram)).all()


def test_flat_contour_stays_flat():
    spectrogram = pitch_spectrogram(np.zeros(50), FRAME)
    assert not spectrogram.any()
    assert not recompose(spectrogram).any()


def test_the_weights_are_applied_once():
    weights = (np.arange(1, 11) + 2.5) ** -2.5
    contour = recompose(np.eye(10, dtype=np.float32))  # frame i holds component i alone
    np.testing.assert_allclose(contour, (weights - weights.mean()) / weights.std(), rtol=1e-5)


@given(st.lists(st.integers(2, 60), min_size=1, max_size=4))
def test_padded_batch_of_tensors_equals_each_clip_alone(lengths):
    clips = [pitch_spectrogram(smooth_contour(n, n), FRAME) for n in lengths]
    batch = np.full((len(clips), max(lengths), 10), 100.0, np.float32)
    mask = np.zeros(batch.shape[:2], bool)
    for row, clip in enumerate(clips):
        batch[row, : len(clip)] = clip
        mask[row, : len(clip)] = True
    tensors = recompose(torch.from_numpy(batch), torch.from_numpy(mask))
    assert isinstance(tensors, torch.Tensor)
    np.testing.assert_allclose(tensors.numpy(), recompose(batch, mask), atol=1e-4)
    assert not tensors[~torch.from_numpy(mask)].any()
    for row, clip in enumerate(clips):
        np.testing.assert_allclose(tensors[row, : len(clip)], recompose(clip), atol=1e-3)


def test_recompose_has_a_gradient():
    spectrogram = torch.randn(2, 20, 10, requires_grad=True)
    mask = torch.arange(20) < torch.tensor([[20], [12]])
    recompose(spectrogram, mask).square()[:, 3].sum().backward()
    assert spectrogram.grad is not None
    assert torch.isfinite(spectrogram.grad).all()
    assert not spectrogram.grad[1, 12:].any()
