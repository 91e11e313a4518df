"""Whether a features file is whole: what its parts say of each other, and its checksums."""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from fs2.audio import AudioSettings
from fs2.errors import FS2Error
from fs2.exclusion import SPLITS
from fs2.features.columns import (
    ATTRIBUTES,
    CHECKSUMS,
    CLIP_COLUMNS,
    COLUMNS,
    ESSENTIAL,
    FORMAT,
    FRAME_COLUMNS,
    OFFSETS,
    PHONEME_COLUMNS,
    SAMPLE_COLUMNS,
    STRINGS,
)
from fs2.features.statistics import Statistics

BLOCK_BYTES = 1 << 26
"""How much of a column is in memory while its checksum is computed."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """What HDF5 or a parser finds wrong with the file at `path` is an FS2Error that names it."""
    try:
        yield
    except (OSError, RuntimeError, LookupError, AttributeError, TypeError, ValueError) as error:
        raise FS2Error(
            f"{path}: broken features file ({error}); run the stage features again"
        ) from error


def checksum(values: np.ndarray, before: int = 0) -> int:
    """CRC-32 of the values' bytes, or of more of them after those that gave `before`."""
    return zlib.crc32(np.ascontiguousarray(values).data, before)


def text_checksum(strings: list[str]) -> int:
    """CRC-32 of several strings."""
    return zlib.crc32("\0".join(strings).encode())


def dataset_checksum(dataset: h5py.Dataset) -> int:
    """CRC-32 of what the file holds of one data set."""
    if h5py.check_string_dtype(dataset.dtype):
        return text_checksum(dataset.asstr()[:].tolist())
    width = dataset.dtype.itemsize * int(np.prod(dataset.shape[1:], dtype=int))
    step = max(1, BLOCK_BYTES // max(1, width))
    total = 0
    for start in range(0, len(dataset), step):
        total = checksum(dataset[start : start + step], total)
    return total


def check_format(path: Path, file: h5py.File) -> None:
    """Raise FS2Error unless the file has this version's format and all that belongs to it."""
    with naming(path):
        found = file.attrs.get("format")
    if found is None:
        raise FS2Error(f"{path}: not a features file; run the stage features")
    if found != FORMAT:
        raise FS2Error(
            f"{path}: features file of format {found}, this version reads {FORMAT}; "
            "run the stage features again"
        )
    with naming(path):
        written = dict(json.loads(file.attrs.get(CHECKSUMS, "{}")))
        columns = [name for name in COLUMNS if name in ESSENTIAL or name in written]
        wanted = [n for n in (*STRINGS, *OFFSETS, *columns) if n not in SAMPLE_COLUMNS]
        missing = [name for name in wanted if not isinstance(file.get(name), h5py.Dataset)]
        missing += [name for name in (*ATTRIBUTES, CHECKSUMS) if name not in file.attrs]
    if missing:
        raise FS2Error(f"{path}: lacks {', '.join(missing)}; run the stage features again")


def check_contents(path: Path, file: h5py.File) -> None:
    """Raise FS2Error unless the file's parts fit together. Frames and samples are not read."""
    with naming(path):
        checksums = dict(json.loads(file.attrs[CHECKSUMS]))
        for name in (*STRINGS, *OFFSETS, *CLIP_COLUMNS, *PHONEME_COLUMNS):
            if name in file:
                check_column(path, file[name], checksums)
        for problem in _problems(file):
            raise FS2Error(f"{path}: {problem}; run the stage features again")


def check_column(path: Path, dataset: h5py.Dataset, checksums: Mapping[str, int]) -> None:
    """Raise FS2Error unless the column holds what was written."""
    name = dataset.name.removeprefix("/")
    with naming(path):
        found = dataset_checksum(dataset)
    if found != checksums.get(name):
        raise FS2Error(
            f"{path}: the column '{name}' is damaged or was changed (its checksum is another); "
            "run the stage features again"
        )


def _problems(file: h5py.File) -> Iterator[str]:
    """What does not fit, the most basic first."""
    audio, symbols = json.loads(file.attrs["audio"]), json.loads(file.attrs["symbols"])
    known = {field.name for field in fields(AudioSettings)}
    if set(audio) != known:
        yield f"the attribute 'audio' must have the keys {', '.join(sorted(known))}"
    yield from _wrong_statistics(json.loads(file.attrs["statistics"]))
    ids, splits = (file[name].asstr()[:].tolist() for name in ("id", "split"))
    if len(set(ids)) < len(ids):
        yield "two clips have the same id"
    if foreign := sorted(set(splits) - set(SPLITS)):
        yield f"the split '{foreign[0]}' is none of {', '.join(SPLITS)}"
    yield from _wrong_lengths(file, len(ids), audio)
    yield from _wrong_phonemes(file, len(symbols), ids)


def _wrong_statistics(values: Any) -> Iterator[str]:
    try:
        found = vars(Statistics.of(values))
    except (LookupError, TypeError, ValueError):
        yield "the attribute 'statistics' lacks one, or one is no number"
        return
    for name, value in found.items():
        if not np.isfinite(value) or (name.endswith("_std") and value < 0):
            yield f"the statistic {name} is {value}"


def _wrong_lengths(file: h5py.File, clips: int, audio: Mapping[str, int]) -> Iterator[str]:
    """Columns that are longer or shorter, wider or narrower than the others say."""
    frames, phonemes = (file[name][:] for name in OFFSETS)
    for name, offsets in zip(OFFSETS, (frames, phonemes), strict=True):
        if len(offsets) != clips + 1 or offsets[0] != 0 or (np.diff(offsets) < 1).any():
            yield f"'{name}' does not tell where {clips} clips begin"
            return
    rows = {
        **dict.fromkeys((*STRINGS, *CLIP_COLUMNS), clips),
        **dict.fromkeys(FRAME_COLUMNS, int(frames[-1])),
        **dict.fromkeys(PHONEME_COLUMNS, int(phonemes[-1])),
        "waveform": int(frames[-1]) * audio["hop_length"],
    }
    widths = {"mel": (audio["n_mels"],)}
    if "pitch_spectrogram" in file:  # as wide as features.wavelet_scales once was
        widths["pitch_spectrogram"] = file["pitch_spectrogram"].shape[1:]
    for name, length in rows.items():
        shape = (length, *widths.get(name, ()))
        if name in file and file[name].shape != shape:
            yield f"the column '{name}' has the shape {file[name].shape}, not {shape}"


def _wrong_phonemes(file: h5py.File, symbols: int, ids: list[str]) -> Iterator[str]:
    phonemes, durations = file["phonemes"][:], file["durations"][:]
    if (phonemes >= symbols).any():
        yield f"'phonemes' holds the index {phonemes.max()}, but there are {symbols} symbols"
    if (durations < 0).any():
        yield "'durations' holds a negative number"
    frames, starts = np.diff(file["frame_offsets"][:]), file["phoneme_offsets"][:-1]
    sums = np.add.reduceat(durations.astype(np.int64), starts) if len(starts) else frames
    for clip in np.flatnonzero(sums != frames):
        wanted = f"{frames[clip]} frames"
        yield f"the durations of clip '{ids[clip]}' sum to {sums[clip]}, but it has {wanted}"
