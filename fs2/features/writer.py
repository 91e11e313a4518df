"""Writers of the features file: clip after clip, and a compact copy."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from fs2.audio import AudioSettings
from fs2.features.checks import checksum, dataset_checksum, text_checksum
from fs2.features.columns import (
    ATTRIBUTES,
    CHECKSUMS,
    COLUMNS,
    FORMAT,
    OFFSETS,
    SAMPLE_COLUMNS,
    STRINGS,
)
from fs2.features.store import FeatureStore
from fs2.files import atomic_path

LARGEST_ATTRIBUTE = 60_000
"""Characters of an attribute that HDF5 keeps beside the others; a longer one goes to a heap."""
CHUNK_BYTES = 1 << 17
"""Size of a chunk of the file, about one clip's mel: what reading a single clip costs at least."""


class FeatureWriter:
    """Appends clips to a new features file; `finish` makes it complete.

    Args:
        path: The file, replaced if there is one; use `fs2.files.atomic_path`.
        audio: Settings of every clip.
        scales: Components of the pitch spectrogram.
        columns: Those that the file has; a clip's rows are given of each.
    """

    def __init__(
        self, path: Path, audio: AudioSettings, scales: int, columns: Collection[str] = (*COLUMNS,)
    ) -> None:
        self._file = h5py.File(path, "w")
        self._clips: dict[str, list[str]] = {name: [] for name in STRINGS}
        self._frames = [0]
        self._phonemes = [0]
        self._checksums = dict.fromkeys(columns, 0)
        widths = {"mel": audio.n_mels, "pitch_spectrogram": scales}
        for name in columns:
            kind, width = COLUMNS[name], widths.get(name)
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
            values = np.asarray(values).astype(column.dtype, copy=False)
            column.resize(rows + len(values), axis=0)
            column[rows:] = values
            self._checksums[name] = checksum(values, self._checksums[name])

    def finish(self, attributes: Mapping[str, Any]) -> None:
        """Write strings, offsets and attributes (JSON values), and close the file."""
        for name, strings in self._clips.items():
            encoded = [string.encode() for string in strings]
            kind = h5py.string_dtype(length=max(map(len, [b"-", *encoded])))
            self._file.create_dataset(name, data=np.array(encoded, dtype=kind), dtype=kind)
            self._checksums[name] = text_checksum(strings)
        for name, lengths in zip(OFFSETS, (self._frames, self._phonemes), strict=True):
            self._file[name] = np.cumsum(lengths, dtype=np.int64)
            self._checksums[name] = dataset_checksum(self._file[name])
        for name in ATTRIBUTES:
            _write_attribute(self._file, name, attributes[name])
        _write_attribute(self._file, CHECKSUMS, self._checksums)
        self._file.attrs["format"] = FORMAT
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def export_compact(source: Path, target: Path) -> None:
    """Copy a features file without the waveform, with the mel as float16, compressed.

    For the transfer to a machine that only trains: about a sixth of the size. `FeatureStore`
    reads it like any other. Raises FS2Error if `source` is no features file, or a broken one.
    """
    with FeatureStore(source) as store, atomic_path(target) as temporary:
        original = store.column("mel").dataset.file
        checksums = store.attribute(CHECKSUMS)
        with h5py.File(temporary, "w") as file:
            for name in (*STRINGS, *OFFSETS):
                original.copy(name, file)
            for name in COLUMNS:
                if name not in SAMPLE_COLUMNS:
                    column = store.column(name).dataset
                    kind = np.float16 if name == "mel" else column.dtype
                    checksums[name] = _copy_compressed(column, file, name, kind)
            for name, value in original.attrs.items():
                file.attrs[name] = value
            _write_attribute(file, CHECKSUMS, checksums)


def _write_attribute(file: h5py.File, name: str, value: Any) -> None:
    """Write a value as JSON, of fixed length: HDF5 loops for ever in a heap that is damaged."""
    text = json.dumps(value)  # ASCII
    file.attrs[name] = np.bytes_(text) if len(text) < LARGEST_ATTRIBUTE else text


def _copy_compressed(column: h5py.Dataset, file: h5py.File, name: str, kind: Any) -> int:
    """Copy a column; returns its checksum."""
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
    total = 0
    for start in range(0, len(column), step):
        values = column[start : start + step].astype(kind, copy=False)
        target[start : start + step] = values
        total = checksum(values, total)
    return total
