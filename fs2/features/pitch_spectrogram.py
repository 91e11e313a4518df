"""Continuous wavelet transform of the pitch contour, and back (paper section 2.3, appendix D)."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

WAVELET_REACH = 8.0
"""The Mexican hat, at scale 1, is below 1e-12 beyond this."""


def pitch_spectrogram(
    contour: np.ndarray, frame_seconds: float, scales: int = 10, tau0: float = 0.005
) -> np.ndarray:
    """Wavelet transform of a standardised contour (frames,), as (frames, scales), float32.

    Component i = 1..scales is W(tau_i, t) = tau_i^(-1/2) * sum_x F0(x) psi((x - t) / tau_i) with
    psi the Mexican hat and tau_i = 2^(i+1) * tau0 (appendix D); x, t and tau are counted in frames
    of `frame_seconds`, `tau0` is in seconds. The contour goes on by reflection at both ends,
    however far the wavelet reaches.

    A reflected contour is periodic, so one period convolved circularly with the wavelet, wrapped
    to that period, is the exact convolution.
    """
    frames = len(contour)
    if frames < 2:
        return np.zeros((frames, scales), np.float32)
    period = np.concatenate([contour, contour[-2:0:-1]])
    wavelets = np.zeros((scales, len(period)))
    for row, wavelet in zip(wavelets, _wavelets(frame_seconds, scales, tau0), strict=True):
        row[:] = _wrap(wavelet, len(period))
    spectrum = np.fft.rfft(period) * np.fft.rfft(wavelets)
    components = np.fft.irfft(spectrum, n=len(period))[:, :frames]
    return components.T.astype(np.float32)


@overload
def recompose(spectrogram: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray: ...
@overload
def recompose(spectrogram: "Tensor", mask: "Tensor | None" = None) -> "Tensor": ...
def recompose(spectrogram: Any, mask: Any = None) -> Any:
    """The contour of a pitch spectrogram: sum over i of W_i * (i + 2.5)^(-5/2) (appendix D).

    Args:
        spectrogram: (..., frames, scales), numpy array or tensor.
        mask: (..., frames), true inside a clip, false in padding; none: no padding.

    Returns:
        (..., frames) of the same kind: the sum, standardised again within each clip (it is several
        times too small), so that the clip's mean and deviation of log F0 apply to it; 0 in padding.
    """
    # Only what arrays and tensors share is used here, so that one piece of code serves both.
    scales = range(1, spectrogram.shape[-1] + 1)
    total = sum(spectrogram[..., i - 1] * (i + 2.5) ** -2.5 for i in scales)
    weight = 1 if mask is None else mask
    frames = total.shape[-1] if mask is None else mask.sum(-1, keepdims=True).clip(min=1)
    mean = (total * weight).sum(-1, keepdims=True) / frames
    centred = (total - mean) * weight
    variance = (centred**2).sum(-1, keepdims=True) / frames
    return centred / variance.clip(min=1e-16) ** 0.5


@lru_cache(maxsize=4)
def _wavelets(frame_seconds: float, scales: int, tau0: float) -> tuple[np.ndarray, ...]:
    """tau^-1/2 psi(x / tau) of each scale at whole frames x, the peak in the middle."""
    import pywt  # not needed to recompose

    samples = []
    for i in range(1, scales + 1):
        tau = 2 ** (i + 1) * tau0 / frame_seconds
        reach = int(np.ceil(WAVELET_REACH * tau))
        wavelet = pywt.ContinuousWavelet("mexh")
        wavelet.lower_bound, wavelet.upper_bound = -reach / tau, reach / tau
        psi, _ = wavelet.wavefun(length=2 * reach + 1)
        samples.append(psi / np.sqrt(tau))
    return tuple(samples)


def _wrap(wavelet: np.ndarray, period: int) -> np.ndarray:
    """A symmetric wavelet of odd length, its peak moved to 0 and wrapped to (period,)."""
    reach = len(wavelet) // 2
    lead = -reach % period
    turns = -(-(lead + len(wavelet)) // period)
    padded = np.zeros(turns * period)
    padded[lead : lead + len(wavelet)] = wavelet
    return padded.reshape(turns, period).sum(axis=0)
