"""Frames of sound as a recogniser sees them, and one Gaussian a phone to tell them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np

from fs2.alignment.praat import Interval

STEP_SECONDS = 0.01
"""From one frame to the next, as is usual in speech recognition."""
_WINDOW_SECONDS = 0.025
_COEFFICIENTS = 13
FEATURES = 2 * _COEFFICIENTS
"""Numbers a frame: coefficients and their slopes."""
_LEAST_FRAMES = 50
"""A kind with fewer frames has the Gaussian of all frames."""
_FLOOR = 1e-2
"""Smallest variance of a feature whose variance within a clip is 1."""


def cepstra(samples: np.ndarray, rate: int) -> np.ndarray:
    """MFCCs with their slopes, standardised within the clip, shape (frames, 26).

    Frame t lies around `t * STEP_SECONDS`.
    """
    window = round(_WINDOW_SECONDS * rate)
    coefficients = librosa.feature.mfcc(
        y=samples,
        sr=rate,
        n_mfcc=_COEFFICIENTS,
        n_mels=40,
        n_fft=1 << (window - 1).bit_length(),
        win_length=window,
        hop_length=round(STEP_SECONDS * rate),
    )
    # The slope of one frame alone is 0.
    slopes = np.gradient(coefficients, axis=1) if coefficients.shape[1] > 1 else 0 * coefficients
    both = np.concatenate([coefficients, slopes]).T
    return (both - both.mean(axis=0)) / (both.std(axis=0) + 1e-6)


def phone_of_frames(phones: Sequence[Interval], frames: int) -> np.ndarray:
    """Which of `phones` each of the first `frames` frames belongs to: indices, shape (frames,)."""
    ends = [phone.end for phone in phones]
    times = np.arange(frames) * STEP_SECONDS
    return np.minimum(np.searchsorted(ends, times), len(ends) - 1)


def unstressed(phone: str) -> str:
    """An ARPAbet phone without its degree of stress, which the sound of a frame does not tell."""
    return phone.rstrip("012")


@dataclass(frozen=True)
class Gaussians:
    """A normal distribution with diagonal covariance for each kind of frame.

    Attributes:
        means, variances: Shape (kinds, 26).
    """

    means: np.ndarray
    variances: np.ndarray

    @classmethod
    def fit(cls, frames: np.ndarray, kind: np.ndarray, kinds: int) -> "Gaussians":
        """Estimate them from `frames`, shape (n, 26), whose kinds are the indices `kind`, (n,)."""
        means = np.tile(frames.mean(axis=0), (kinds, 1))
        variances = np.tile(frames.var(axis=0), (kinds, 1))
        for index in range(kinds):
            own = frames[kind == index]
            if len(own) >= _LEAST_FRAMES:
                means[index], variances[index] = own.mean(axis=0), own.var(axis=0)
        return cls(means, np.maximum(variances, _FLOOR))

    def log_densities(self, frames: np.ndarray) -> np.ndarray:
        """Log density of each frame under each kind, up to one constant, shape (frames, kinds)."""
        squares = ((frames[:, None, :] - self.means) ** 2 / self.variances).sum(axis=2)
        return -0.5 * (squares + np.log(self.variances).sum(axis=1))

    def log_posteriors(self, frames: np.ndarray, kind: np.ndarray) -> np.ndarray:
        """Log posterior of each frame's own kind, shape (frames,); kinds have equal priors.

        `kind` are the indices of the kinds, shape (frames,).
        """
        densities = self.log_densities(frames)
        own = densities[np.arange(len(frames)), kind]
        posteriors: np.ndarray = own - np.logaddexp.reduce(densities, axis=1)
        return posteriors
