"""The features file: ragged columns in HDF5, written once, read by every later stage.

Training needs no more than this module's imports: numpy and h5py.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np

from fs2.audio import AudioSettings
from fs2.errors import FS2Error
from fs2.files import atomic_path

FORMAT = 2
"""Version of the file's layout; a reader refuses any other."""

STRINGS = ("id", "split", "text")
OFFSETS = ("frame_offsets", "phoneme_offsets")
CLIP_COLUMNS = {"pitch_mean": np.float32, "pitch_std": np.float32}
FRAME_COLUMNS = {
    "mel": np.float32,
    "f0": np.float32,
    "pitch_contour": np.float32,
    "pitch_spectrogram": np.float32,
    "energy": np.float32,
}
PHONEME_COLUMNS = {"phonemes": np.uint8, "durations": np.int32}
SAMPLE_COLUMNS = {"waveform": np.int16}
COLUMNS = CLIP_COLUMNS | FRAME_COLUMNS | PHONEME_COLUMNS | SAMPLE_COLUMNS
ATTRIBUTES = ("audio", "features", "symbols", "statistics", "versions", "inputs", "excluded")

CHUNK_BYTES = 1 << 17
"""Size of a chunk of the file, about one clip's mel: what reading a single clip costs at least."""


@dataclass(frozen=True)
class ClipFeatures:
    """One clip of the features file; columns as docs/architecture.md lists them.

    Attributes:
        id, split, text: Name, `train`, `validation` or `test`, and normalised text.
        mel: (frames, n_mels), float32, natural logarithm.
        f0: (frames,), float32, Hz, 0 where unvoiced.
        pitch_contour: (frames,), float32, standardised log F0.
        pitch_spectrogram: (frames, scales), float32.
        pitch_mean, pitch_std: Of the interpolated natural log of F0 in Hz.
        energy: (frames,), float32, L2 norm of the magnitude STFT frame.
        phonemes: (phonemes,), uint8, indices into the symbols.
        durations: (phonemes,), int32, frames; they sum to the number of frames.
        waveform: (frames * hop_length,), int16; None in a compact file.
    """

    id: str
    split: str
    text: str
    mel: np.ndarray
    f0: np.ndarray
    pitch_contour: np.ndarray
    pitch_spectrogram: np.ndarray
    pitch_mean: float
    pitch_std: float
    energy: np.ndarray
    phonemes: np.ndarray
    durations: np.ndarray
    waveform: np.ndarray | None


class FeatureStore:
    """Reader of a features file; opens it on first use.

    Every member raises FS2Error if the file is missing, of another version, or incomplete.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._opened: h5py.File | None = None
        self._read: dict[str, Any] = {}

    def __enter__(self) -> "FeatureStore":
        self._file  # noqa: B018 - a missing file is noticed here
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.frame_offsets) - 1

    @property
    def ids(self) -> list[str]:
        """Name of each clip."""
        return self._strings("id")

    @property
    def splits(self) -> list[str]:
        """Split of each clip: `train`, `validation` or `test`."""
        return self._strings("split")

    @property
    def texts(self) -> list[str]:
        """Normalised text of each clip."""
        return self._strings("text")

    @property
    def frame_offsets(self) -> np.ndarray:
        """(clips + 1,), int64: clip i has the rows [i]:[i + 1] of the frame columns."""
        return self._kept("frame_offsets")

    @property
    def phoneme_offsets(self) -> np.ndarray:
        """(clips + 1,), int64: clip i has the rows [i]:[i + 1] of the phoneme columns."""
        return self._kept("phoneme_offsets")

    @property
    def audio(self) -> AudioSettings:
        """The audio settings of every clip."""
        return AudioSettings(**self.attribute("audio"))

    @property
    def symbols(self) -> list[str]:
        """The symbols that `phonemes` indexes."""
        return self.attribute("symbols")

    @property
    def statistics(self) -> dict[str, float]:
        """Statistics of the training split, named as in docs/architecture.md."""
        return self.attribute("statistics")

    @property
    def compact(self) -> bool:
        """Whether the file is without the waveform (see `export_compact`)."""
        return "waveform" not in self._file

    def attribute(self, name: str) -> Any:
        """One attribute of the file, parsed: `audio`, `features`, `versions`, `inputs`, ..."""
        if name not in self._read:
            self._read[name] = json.loads(self._file.attrs[name])
        return self._read[name]

    def column(self, name: str) -> h5py.Dataset:
        """One column of all clips, as the file holds it; slice it to read. See docs."""
        if name not in self._file:
            raise FS2Error(f"{self.path}: has no '{name}'; take the file that the features made")
        return self._file[name]

    def clips(self, split: str | None = None) -> list[int]:
        """Indices of the clips of one split, or of all."""
        return [i for i, own in enumerate(self.splits) if split in (None, own)]

    def clip(self, index: int) -> ClipFeatures:
        """One clip, read from the file. Raises IndexError."""
        if not 0 <= index < len(self):
            raise IndexError(f"{self.path}: no clip {index}, there are {len(self)}")
        frames = slice(*(int(row) for row in self.frame_offsets[index : index + 2]))
        phonemes = slice(*(int(row) for row in self.phoneme_offsets[index : index + 2]))
        hop = self.audio.hop_length
        samples = slice(frames.start * hop, frames.stop * hop)
        values: dict[str, Any] = {}
        for name, kind in FRAME_COLUMNS.items():
            values[name] = self.column(name)[frames].astype(kind, copy=False)
        for name in PHONEME_COLUMNS:
            values[name] = self.column(name)[phonemes]
        for name in CLIP_COLUMNS:
            values[name] = float(self.column(name)[index])
        return ClipFeatures(
            id=self.ids[index],
            split=self.splits[index],
            text=self.texts[index],
            waveform=None if self.compact else self.column("waveform")[samples],
            **values,
        )

    @property
    def _file(self) -> h5py.File:
        if self._opened is None:
            try:
                file = h5py.File(self.path, "r")
            except OSError as error:
                raise FS2Error(
                    f"{self.path}: cannot be read as a features file ({error}); "
                    "run the stage features"
                ) from error
            try:
                _check(self.path, file)
            except FS2Error:
                file.close()
                raise
            self._opened = file
        return self._opened

    def _kept(self, name: str) -> np.ndarray:
        if name not in self._read:
            self._read[name] = self._file[name][:]
        return self._read[name]

    def _strings(self, name: str) -> list[str]:
        if name not in self._read:
            self._read[name] = self._file[name].asstr()[:].tolist()
        return self._read[name]


class FeatureWriter:
    """Appends clips to a new features file; `finish` makes it complete.

    Args:
        path: The file, replaced if there is one; use `fs2.files.atomic_path`.
        audio: Settings of every clip.
        scales: Components of the pitch spectrogram.
    """

    def __init__(self, path: Path, audio: AudioSettings, scales: int) -> None:
        self._file = h5py.File(path, "w")
        self._clips: dict[str, list[str]] = {name: [] for name in STRINGS}
        self._frames = [0]
        self._phonemes = [0]
        widths = {"mel": audio.n_mels, "pitch_spectrogram": scales}
        for name, kind in COLUMNS.items():
            width = widths.get(name)
            row = () if width is None else (width,)
            rows = CHUNK_BYTES // (np.dtype(kind).itemsize * (width or 1))
            self._file.create_dataset(
                name, (0, *row), kind, maxshape=(None, *row), chunks=(rows, *row)
            )

    def append(
        self,
        clips: Sequence[tuple[str, str, str]],
        frames: Sequence[int],
        phonemes: Sequence[int],
        columns: Mapping[str, np.ndarray],
    ) -> None:
        """Append clips: their (id, split, text), their lengths, and their rows of every column."""
        for clip in clips:
            for name, string in zip(STRINGS, clip, strict=True):
                self._clips[name].append(string)
        self._frames.extend(frames)
        self._phonemes.extend(phonemes)
        for name, values in columns.items():
            column = self._file[name]
            rows = len(column)
            column.resize(rows + len(values), axis=0)
            column[rows:] = values

    def finish(self, attributes: Mapping[str, Any]) -> None:
        """Write strings, offsets and attributes (JSON values), and close the file."""
        for name, strings in self._clips.items():
            self._file.create_dataset(name, data=strings, dtype=h5py.string_dtype())
        for name, lengths in zip(OFFSETS, (self._frames, self._phonemes), strict=True):
            self._file[name] = np.cumsum(lengths, dtype=np.int64)
        for name in ATTRIBUTES:
            self._file.attrs[name] = json.dumps(attributes[name], ensure_ascii=False)
        self._file.attrs["format"] = FORMAT
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def export_compact(source: Path, target: Path) -> None:
    """Copy a features file without the waveform, with the mel as float16, compressed.

    For the transfer to a machine that only trains: about a sixth of the size. `FeatureStore`
    reads it like any other. Raises FS2Error if `source` is no features file.
    """
    with FeatureStore(source) as store, atomic_path(target) as temporary:
        original = store.column("id").file
        with h5py.File(temporary, "w") as file:
            for name in (*STRINGS, *OFFSETS):
                original.copy(name, file)
            for name in COLUMNS:
                if name not in SAMPLE_COLUMNS:
                    kind = np.float16 if name == "mel" else original[name].dtype
                    _copy_compressed(original[name], file, name, kind)
            for name, value in original.attrs.items():
                file.attrs[name] = value


def _copy_compressed(column: h5py.Dataset, file: h5py.File, name: str, kind: Any) -> None:
    target = file.create_dataset(
        name,
        column.shape,
        kind,
        maxshape=column.maxshape,
        chunks=column.chunks,
        compression="gzip",
        shuffle=True,
    )
    step = column.chunks[0] * 64
    for start in range(0, len(column), step):
        target[start : start + step] = column[start : start + step]


def _check(path: Path, file: h5py.File) -> None:
    """Raise FS2Error unless `file` has this version's format and is complete."""
    found = file.attrs.get("format")
    if found is None:
        raise FS2Error(f"{path}: not a features file; run the stage features")
    if found != FORMAT:
        raise FS2Error(
            f"{path}: features file of format {found}, this version reads {FORMAT}; "
            "run the stage features again"
        )
    wanted = [name for name in (*STRINGS, *OFFSETS, *COLUMNS) if name not in SAMPLE_COLUMNS]
    missing = [name for name in wanted if name not in file]
    missing += [name for name in ATTRIBUTES if name not in file.attrs]
    if missing:
        raise FS2Error(f"{path}: lacks {', '.join(missing)}; run the stage features again")
