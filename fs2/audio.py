"""The audio settings, held in one place, and reading and writing of waveforms."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from fs2.errors import FS2Error
from fs2.files import atomic_path

SUFFIXES = (".wav", ".flac")
"""Kinds of sound files that are written."""
MOST_CHANNELS = 8
CANCELLED = 0.1
"""Share of the channels' power that their mean must keep; of 8 unrelated channels it has 0.125."""


@dataclass(frozen=True)
class AudioSettings:
    """Sampling and mel analysis shared by every stage (paper section 3.1; mel as HiFi-GAN's).

    Lengths are in samples, frequencies in Hz. The defaults are those of the pretrained HiFi-GAN.
    """

    sample_rate: int = 22050
    n_fft: int = 1024
    hop_length: int = 256
    win_length: int = 1024
    n_mels: int = 80
    mel_fmin: float = 0.0
    mel_fmax: float = 8000.0
    clip_val: float = 1e-5

    @property
    def frame_seconds(self) -> float:
        """Seconds from one frame to the next."""
        return self.hop_length / self.sample_rate

    def differences(self, other: "AudioSettings") -> dict[str, tuple[object, object]]:
        """Settings in which `self` and `other` disagree: name -> (own value, other value)."""
        mine, theirs = asdict(self), asdict(other)
        return {key: (mine[key], theirs[key]) for key in mine if mine[key] != theirs[key]}


def read_audio(path: Path) -> tuple[np.ndarray, int]:
    """Read a sound file as mono: float32 samples, shape (samples,), and its rate in Hz.

    Full scale is 1; a file of floats may go beyond. Channels are averaged. Raises FS2Error if the
    file is missing, cannot be decoded, or has channels that cancel each other.
    """
    import soundfile  # not there on a machine that only trains

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, MemoryError, soundfile.SoundFileError) as error:
        raise FS2Error(f"{path}: cannot be read as audio ({error})") from error
    return _mono(path, samples), rate


def sound_seconds(path: Path) -> float:
    """Length of a sound file in seconds as its header tells, without decoding it.

    Raises FS2Error if the file is missing or no sound file, or has an unusual number of channels.
    """
    import soundfile

    try:
        header = soundfile.info(path)
    except (OSError, soundfile.SoundFileError) as error:
        raise FS2Error(f"{path}: cannot be read as audio ({error})") from error
    if header.channels > MOST_CHANNELS:
        raise FS2Error(f"{path}: has {header.channels} channels, more than {MOST_CHANNELS}")
    return float(header.frames / header.samplerate)


def _mono(path: Path, samples: np.ndarray) -> np.ndarray:
    """The mean of the channels, shape (samples, channels) to (samples,)."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    mean: np.ndarray = samples.mean(axis=1)
    power = np.mean(np.square(samples, dtype=np.float64))
    if np.mean(np.square(mean, dtype=np.float64)) < CANCELLED * power:
        raise FS2Error(f"{path}: its channels cancel each other (opposite phase); keep one of them")
    return mean


def save_audio(path: str | Path, samples: np.ndarray, sample_rate: int) -> None:
    """As `write_audio`, under a name that a user gives.

    Raises FS2Error if it ends otherwise than `SUFFIXES`, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise FS2Error(f"{path}: must end in {' or '.join(SUFFIXES)}")
    write_audio(path, samples, sample_rate)


def write_audio(path: Path, samples: np.ndarray, sample_rate: int) -> None:
    """Write float samples in [-1, 1], shape (samples,), as 16-bit PCM; whole or not at all."""
    import soundfile

    with atomic_path(path) as temporary:
        container = path.suffix.lstrip(".").upper() or "WAV"
        soundfile.write(
            temporary, np.clip(samples, -1, 1), sample_rate, subtype="PCM_16", format=container
        )
