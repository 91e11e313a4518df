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
from fs2.references import is_reference
from fs2.synthesis.synthesise import RECORDED_DURATIONS


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


@dataclass(frozen=True)
class SpokenUtterance(Utterance):
    """A clip as a system speaks it; `timing` has no phoneme if it has no durations of its own.

    Attributes:
        in_recorded_time: Samples of the same clip spoken with the recording's durations, so that
            frame answers to frame; None if there are none.
    """

    in_recorded_time: np.ndarray | None


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


def recorded_time_folder(synthesis: Path, system: str) -> Path | None:
    """Where the clips are that a system speaks with the recordings' durations; None if nowhere.

    Those of a reference, which is made from the recordings, are its own clips.
    """
    if is_reference(system):
        return synthesis
    folder = synthesis / RECORDED_DURATIONS
    return folder if folder.is_dir() else None


def read_in_recorded_time(
    folder: Path, clip: str, recording: RecordedUtterance, audio: AudioSettings
) -> np.ndarray:
    """Samples of `<folder>/<clip>.wav`, which is as long as the recording.

    Raises FS2Error as `read_spoken` does, or if it has another number of frames.
    """
    samples = read_spoken(folder, clip, audio)
    theirs, ours = (len(sound) // audio.hop_length for sound in (recording.samples, samples))
    if theirs != ours:
        raise FS2Error(
            f"{folder / f'{clip}.wav'}: lasts {ours} frames, but the recording, whose durations it "
            f"should have, {theirs}; synthesise again"
        )
    return samples


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
