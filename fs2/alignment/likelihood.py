"""How well the sound fits its alignment, for aligners that do not tell.

A forced aligner finds a place for every phone, also where something else is said. One Gaussian a
phone, estimated from the alignment of the training split, is enough to notice it: where text and
sound disagree, the frames look like other phones than the aligned ones.
"""

from collections.abc import Mapping, Set
from pathlib import Path

import numpy as np
from tqdm import tqdm

from fs2.alignment.acoustics import Gaussians, cepstra, phone_of_frames, unstressed
from fs2.alignment.textgrid import TextGrid
from fs2.audio import read_audio


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
        features = cepstra(*read_audio(sounds[clip]))
        phones = grids[clip].phones
        kinds = [
            names.setdefault(unstressed(phone.label), len(names)) if phone.label else -1
            for phone in phones
        ]
        label = np.asarray(kinds)[phone_of_frames(phones, len(features))]
        frames[clip], labels[clip] = features[label >= 0], label[label >= 0]
    clips = [clip for clip in frames if clip in training] or list(frames)
    if not clips:
        return {}
    gaussians = Gaussians.fit(
        np.concatenate([frames[clip] for clip in clips]),
        np.concatenate([labels[clip] for clip in clips]),
        len(names),
    )
    return {
        clip: float(gaussians.log_posteriors(features, labels[clip]).mean())
        for clip, features in frames.items()
        if len(features)
    }
