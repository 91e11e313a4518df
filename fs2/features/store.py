"""The features file: ragged columns in HDF5, written once, read by every later stage.

Training needs no more than this module's imports: numpy and h5py.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np

from fs2.audio import AudioSettings
from fs2.errors import FS2Error
from fs2.features.checks import check_column, check_contents, check_format, naming
from fs2.features.columns import (
    CHECKSUMS,
    CLIP_COLUMNS,
    FRAME_COLUMNS,
    PHONEME_COLUMNS,
)


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


class Column:
    """One column of all clips; slice it to read rows.

    Attributes:
        dataset: As HDF5 has it.
        path: The file, which every error names.
    """

    def __init__(self, path: Path, dataset: h5py.Dataset) -> None:
        self.path = path
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, rows: slice | int) -> np.ndarray:
        with naming(self.path):
            return np.asarray(self.dataset[rows])

    @property
    def dtype(self) -> np.dtype:
        """Type of the values."""
        return self.dataset.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and values in each."""
        return self.dataset.shape


class FeatureStore:
    """Reader of a features file; opens it on first use.

    Every member raises FS2Error, which names the file, if it is missing, of another version,
    incomplete, or if its parts do not fit together. A column is compared with its checksum when it
    is first used.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._opened: h5py.File | None = None
        self._read: dict[str, Any] = {}
        self._columns: dict[str, Column] = {}
        self._intact: set[str] = set()

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
            self._columns.clear()

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
        with naming(self.path):
            return "waveform" not in self._file

    def attribute(self, name: str) -> Any:
        """One attribute of the file, parsed: `audio`, `features`, `versions`, `inputs`, ..."""
        if name not in self._read:
            with naming(self.path):
                self._read[name] = json.loads(self._file.attrs[name])
        return self._read[name]

    def column(self, name: str) -> Column:
        """One column of all clips, as the file holds it."""
        if name not in self._columns:
            with naming(self.path):
                dataset = self._file.get(name)
            if dataset is None:
                raise FS2Error(
                    f"{self.path}: has no '{name}'; take the file that the features made"
                )
            if name not in self._intact:
                check_column(self.path, dataset, self.attribute(CHECKSUMS))
                self._intact.add(name)
            self._columns[name] = Column(self.path, dataset)
        return self._columns[name]

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
            except (OSError, ValueError) as error:
                raise FS2Error(
                    f"{self.path}: cannot be read as a features file ({error}); "
                    "run the stage features"
                ) from error
            try:
                check_format(self.path, file)
                check_contents(self.path, file)
            except FS2Error:
                file.close()
                raise
            self._opened = file
        return self._opened

    def _kept(self, name: str) -> np.ndarray:
        if name not in self._read:
            with naming(self.path):
                self._read[name] = self._file[name][:]
        return self._read[name]

    def _strings(self, name: str) -> list[str]:
        if name not in self._read:
            with naming(self.path):
                self._read[name] = self._file[name].asstr()[:].tolist()
        return self._read[name]
