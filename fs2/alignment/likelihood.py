"""How well the sound fits its alignment, for aligners that do not tell.

A forced aligner finds a place for every phone, also where something else is said. One Gaussian a
phone, estimated from the alignment of the training split, is enough to notice it: where text and
sound disagree, the frames look like other phones than the aligned ones.
"""

from collections.abc import Mapping, Set
from pathlib import Path

import librosa
import numpy as np
from tqdm import tqdm

from fs2.alignment.textgrid import TextGrid
from fs2.audio import read_audio

_STEP, _WINDOW = 0.01, 0.025
"""Seconds from one frame to the next, and of a window: those of speech recognition."""
_COEFFICIENTS = 13
_LEAST_FRAMES = 50
"""A phone with fewer frames in the training split has the Gaussian of all speech."""
_FLOOR = 1e-2
"""Smallest variance of a feature whose variance within a clip is 1."""


def frame_likelihoods(
    sounds: Mapping[str, Path], grids: Mapping[str, TextGrid], training: Set[str]
) -> dict[str, float]:
    """Mean log posterior of the aligned phone in the frames of speech: id -> value below 0.

    `sounds` and `grids` have the same ids; those in `training` give the Gaussians. Phones count
    without their degree of stress, with equal priors. Clips without a frame of speech are excluded.
    """
    frames: dict[str, np.ndarray] = {}
    labels: dict[str, np.ndarray] = {}
    names: dict[str, int] = {}
    for clip in tqdm(grids, desc="likelihoods", unit="clip", disable=None):
        features = _features(sounds[clip])
        times = np.arange(len(features)) * _STEP
        ends = [phone.end for phone in grids[clip].phones]
        kinds = [
            names.setdefault(phone.label.rstrip("012"), len(names)) if phone.label else -1
            for phone in grids[clip].phones
        ]
        label = np.asarray(kinds)[np.minimum(np.searchsorted(ends, times), len(ends) - 1)]
        frames[clip], labels[clip] = features[label >= 0], label[label >= 0]
    means, variances = _gaussians(frames, labels, training, len(names))
    values = {}
    for clip, features in frames.items():
        if len(features):
            densities = -0.5 * (
                ((features[:, None, :] - means) ** 2 / variances).sum(axis=2)
                + np.log(variances).sum(axis=1)
            )
            own = densities[np.arange(len(features)), labels[clip]]
            values[clip] = float((own - np.logaddexp.reduce(densities, axis=1)).mean())
    return values


def _features(path: Path) -> np.ndarray:
    """MFCCs with their slopes, standardised within the clip, shape (frames, 26)."""
    samples, rate = read_audio(path)
    window = round(_WINDOW * rate)
    coefficients = librosa.feature.mfcc(
        y=samples,
        sr=rate,
        n_mfcc=_COEFFICIENTS,
        n_mels=40,
        n_fft=1 << (window - 1).bit_length(),
        win_length=window,
        hop_length=round(_STEP * rate),
    )
    both = np.concatenate([coefficients, np.gradient(coefficients, axis=1)]).T
    return (both - both.mean(axis=0)) / (both.std(axis=0) + 1e-6)


def _gaussians(
    frames: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    training: Set[str],
    kinds: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances of each kind of phone in the training clips, shape (kinds, 26)."""
    clips = [clip for clip in frames if clip in training] or list(frames)
    everything = np.concatenate([frames[clip] for clip in clips])
    kind = np.concatenate([labels[clip] for clip in clips])
    means = np.tile(everything.mean(axis=0), (kinds, 1))
    variances = np.tile(everything.var(axis=0), (kinds, 1))
    for index in range(kinds):
        own = everything[kind == index]
        if len(own) >= _LEAST_FRAMES:
            means[index], variances[index] = own.mean(axis=0), own.var(axis=0)
    return means, np.maximum(variances, _FLOOR)
