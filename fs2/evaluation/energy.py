"""Energy: mean absolute error by frame, on two scales and in three ways (paper table 4).

The paper synthesises with the recordings' durations, so that frame answers to frame. With durations
of its own a system's phonemes are stretched onto the recorded ones (`energy_errors`); without any,
dynamic time warping says which frames answer to one another (`warping_path`).
"""

from dataclasses import dataclass
from typing import Self

import librosa
import numpy as np
import scipy.fft

from fs2.audio import AudioSettings
from fs2.evaluation.durations import Timing, counterparts
from fs2.features.mel import mel_and_energy

SCALES = ("mel", "stft")
"""Attributes of `SoundFrames` that are energies."""
CEPSTRUM = slice(1, 25)
"""Mel-cepstral coefficients that the warping sees: all but the zeroth, which is the loudness."""


@dataclass(frozen=True)
class SoundFrames:
    """The frames of a sound.

    Attributes:
        mel: (frames,), L2 norm of the linear mel frame, about 0 to 4.
        stft: (frames,), L2 norm of the magnitude STFT frame, about 0 to 130.
        cepstrum: (frames, 24), shape of the spectrum whatever its level.
    """

    mel: np.ndarray
    stft: np.ndarray
    cepstrum: np.ndarray

    @classmethod
    def of(cls, samples: np.ndarray, audio: AudioSettings) -> Self:
        """The frames of samples (samples,) in [-1, 1]."""
        mel, energy = mel_and_energy(samples, audio)
        return cls(mel_energy(mel), energy, mel_cepstrum(mel))

    def __len__(self) -> int:
        return len(self.mel)


def mel_energy(mel: np.ndarray) -> np.ndarray:
    """L2 norm of the linear mel frame, (frames, bands) natural log -> (frames,), about 0 to 4.

    This is the scale that the paper's table 4 fits: sqrt(sum(10^(2 log10 mel))).
    """
    return np.sqrt(np.sum(np.exp(2 * mel.astype(np.float64)), axis=1))


def mel_cepstrum(mel: np.ndarray) -> np.ndarray:
    """Cosine transform of the log mel without its mean: (frames, bands) -> (frames, 24)."""
    cepstrum: np.ndarray = scipy.fft.dct(mel.astype(np.float64), axis=1, norm="ortho")
    return cepstrum[:, CEPSTRUM]


def energy_errors(
    recorded_energy: np.ndarray,
    spoken_energy: np.ndarray,
    recorded: Timing,
    spoken: Timing,
    pairs: np.ndarray,
) -> np.ndarray:
    """Absolute energy difference of each recorded frame and its counterpart, (matched frames,).

    The system's own durations are kept and each phoneme is stretched evenly onto the recorded one,
    which comes to the same as the paper's way where the durations agree; the spoken energy is
    interpolated.
    """
    frames, places = counterparts(recorded, spoken, pairs)
    at_places = np.interp(places, np.arange(len(spoken_energy)), spoken_energy)
    mask = frames < len(recorded_energy)
    return np.abs(recorded_energy[frames[mask]] - at_places[mask])


def warping_path(recorded: np.ndarray, spoken: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frames of two sounds that answer to one another, by dynamic time warping.

    Args:
        recorded: Cepstra of the one, (frames, coefficients).
        spoken: Those of the other, (other frames, coefficients).

    Returns:
        Frames of the one and of the other, (cells,) each: the path from both beginnings to both
        ends with steps (1, 1), (1, 0), (0, 1), all of one weight, whose summed Euclidean distances
        are least.
    """
    _, path = librosa.sequence.dtw(recorded.T, spoken.T, metric="euclidean")
    return path[:, 0], path[:, 1]
