"""The audio settings, held in one place, and reading and writing of waveforms."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from fs2.errors import FS2Error
from fs2.files import atomic_path


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
    """Read a sound file as mono: float32 samples in [-1, 1], shape (samples,), and its rate in Hz.

    Raises FS2Error if the file is missing or cannot be decoded.
    """
    import soundfile  # not there on a machine that only trains

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise FS2Error(f"{path}: cannot be read as audio ({error})") from error
    return samples.mean(axis=1), rate


def write_audio(path: Path, samples: np.ndarray, sample_rate: int) -> None:
    """Write float samples in [-1, 1], shape (samples,), as 16-bit PCM; whole or not at all."""
    import soundfile

    with atomic_path(path) as temporary:
        container = path.suffix.lstrip(".").upper() or "WAV"
        soundfile.write(
            temporary, np.clip(samples, -1, 1), sample_rate, subtype="PCM_16", format=container
        )
