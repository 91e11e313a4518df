"""Reading clips: recordings from features.h5, what a system spoke from its synthesis folder."""

import json
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from fs2.audio import AudioSettings, read_audio
from fs2.errors import FS2Error
from fs2.evaluation.durations import Timing
from fs2.features.pitch import track_f0
from fs2.features.store import FeatureStore


@dataclass(frozen=True)
class Utterance:
    """A clip's samples, float32 in [-1, 1], shape (samples,), and its phonemes in time."""

    samples: np.ndarray
    timing: Timing


@dataclass(frozen=True)
class RecordedUtterance(Utterance):
    """A clip of the corpus: also its text and its mel, (frames, bands), natural logarithm."""

    text: str
    mel: np.ndarray


class Recordings:
    """The clips of a features file by name. Raises FS2Error if it has no waveforms.

    Attributes:
        audio: The audio settings.
        f0_ceiling: The highest F0 that is searched, in Hz.
    """

    def __init__(self, store: FeatureStore) -> None:
        if store.compact:
            raise FS2Error(f"{store.path}: has no waveforms; evaluate with the whole features file")
        self._store = store
        self._index = {clip: index for index, clip in enumerate(store.ids)}
        self.audio: AudioSettings = store.audio
        features = store.attribute("features")
        self.f0_ceiling: float = features["f0_ceiling"]
        self._f0_floor: float = features["f0_floor"]
        self._f0_speed: int = features["f0_speed"]

    def track_f0(self, samples: np.ndarray) -> np.ndarray:
        """F0 of any samples as that of the features file was found: (frames,), Hz, 0 unvoiced."""
        return track_f0(samples, self.audio, self._f0_floor, self.f0_ceiling, self._f0_speed)

    def __getitem__(self, clip: str) -> RecordedUtterance:
        if clip not in self._index:
            raise FS2Error(f"{self._store.path}: has no clip '{clip}'; synthesise again from it")
        found = self._store.clip(self._index[clip])
        assert found.waveform is not None
        symbols = self._store.symbols
        return RecordedUtterance(
            samples=found.waveform.astype(np.float32) / 32768,
            timing=Timing([symbols[number] for number in found.phonemes], found.durations),
            text=found.text,
            mel=found.mel,
        )


def read_timings(path: Path) -> dict[str, Timing]:
    """Phonemes and predicted durations of each clip in a synthesis' `variances.h5`.

    A system without durations of its own has no phoneme whose place is known: its timings are
    empty, fit no recording's, and leave undefined what is measured phoneme by phoneme.

    Raises FS2Error if the file is missing or incomplete.
    """
    try:
        with h5py.File(path, "r") as file:
            ids = file["id"].asstr()[:]
            offsets = file["phoneme_offsets"][:]
            if "durations" not in file:
                return {clip: Timing((), np.zeros(0, np.int32)) for clip in ids}
            phonemes, durations = file["phonemes"][:], file["durations"][:]
            symbols = np.array(json.loads(file.attrs["symbols"]), dtype=object)
    except (OSError, KeyError) as error:
        raise FS2Error(
            f"{path}: cannot be read as variances ({error}); synthesise again"
        ) from error
    return {
        clip: Timing(symbols[phonemes[start:stop]].tolist(), durations[start:stop])
        for clip, start, stop in zip(ids, offsets[:-1], offsets[1:], strict=True)
    }


def read_spoken(folder: Path, clip: str, audio: AudioSettings) -> np.ndarray:
    """Samples of `<folder>/<clip>.wav`, float32 of shape (samples,).

    Raises FS2Error if it is missing, empty, or of another sample rate than `audio`.
    """
    path = folder / f"{clip}.wav"
    samples, rate = read_audio(path)
    if rate != audio.sample_rate:
        raise FS2Error(
            f"{path}: has {rate} Hz, the recordings {audio.sample_rate} Hz; synthesise again"
        )
    if len(samples) == 0:
        raise FS2Error(f"{path}: holds no sound; synthesise again")
    return samples
