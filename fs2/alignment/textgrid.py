"""Praat TextGrids with the tiers `words` and `phones`: reading, writing, finding."""

import hashlib
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import tgt

from fs2.errors import FS2Error
from fs2.files import sha256

SILENCE_LABELS = frozenset(("", "sil", "sp"))
"""What aligners write where nobody speaks; read as the empty label."""
UNKNOWN_PHONE = "spn"
"""What aligners write for a word that has no pronunciation."""
SUFFIX = ".TextGrid"


class ClipError(FS2Error):
    """One clip cannot be used; preparing a corpus sets it aside and goes on."""


class UnknownWordError(ClipError):
    """The clip holds a word that the aligner had no pronunciation of."""

    def __init__(self, word: str) -> None:
        super().__init__(f"unknown word '{word}'")
        self.word = word


class Interval(NamedTuple):
    """A label from `start` to `end`, in seconds; silence is the empty label."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class TextGrid:
    """What is said when in one clip of `end` seconds; both tiers cover it without gaps."""

    words: tuple[Interval, ...]
    phones: tuple[Interval, ...]
    end: float


def read_textgrid(path: Path) -> TextGrid:
    """Read a long or short TextGrid; every silence label and every gap becomes one empty label.

    Raises ClipError that names the file if it is no TextGrid, if a tier is missing or has no
    label, or if times are not in order.
    """
    try:
        # tgt reports a broken file by whatever exception its parsing runs into.
        grid = tgt.io.read_textgrid(path, include_empty_intervals=True)
    except Exception as error:
        raise ClipError(
            f"{path}: not a readable TextGrid ({error or type(error).__name__})"
        ) from error
    spoken: dict[str, list[Interval]] = {}
    ends = []
    for name in ("words", "phones"):
        if not grid.has_tier(name) or grid.get_tier_by_name(name).tier_type() != "IntervalTier":
            found = ", ".join(tier.name for tier in grid.tiers) or "none"
            raise ClipError(f"{path}: no interval tier '{name}' (tiers: {found})")
        tier = grid.get_tier_by_name(name)
        spoken[name] = [
            Interval(float(item.start_time), float(item.end_time), item.text.strip())
            for item in tier.intervals
            if item.text.strip() not in SILENCE_LABELS and item.end_time > item.start_time
        ]
        ends.append(float(tier.end_time))
        if not spoken[name]:
            raise ClipError(f"{path}: tier '{name}' holds nothing but silence")
    # One published file has a silence that ends after its clip: the other tier is right.
    end = max(min(ends), *(tier[-1].end for tier in spoken.values()))
    words, phones = (_complete(spoken[name], end, path) for name in ("words", "phones"))
    return TextGrid(words, phones, end)


def _complete(spoken: Sequence[Interval], end: float, path: Path) -> tuple[Interval, ...]:
    """Empty labels between what is spoken, so that the tier covers 0 to `end`."""
    complete: list[Interval] = []
    now = 0.0
    for start, stop, label in spoken:
        if start < now - 1e-4:
            raise ClipError(f"{path}: '{label}' at {start} s begins before {now} s, out of order")
        if start > now + 1e-4:
            complete.append(Interval(now, start, ""))
            now = start
        complete.append(Interval(now, stop, label))
        now = stop
    if end > now + 1e-4:
        complete.append(Interval(now, end, ""))
    return tuple(complete)


def write_textgrid(path: Path, grid: TextGrid) -> None:
    """Write the long format, silence as the empty label (tgt's writer takes 7 times as long)."""
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {grid.end:.6f}",
        "tiers? <exists>",
        "size = 2",
        "item []:",
    ]
    for number, (name, tier) in enumerate((("words", grid.words), ("phones", grid.phones)), 1):
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f'        name = "{name}"',
            "        xmin = 0",
            f"        xmax = {grid.end:.6f}",
            f"        intervals: size = {len(tier)}",
        ]
        for place, interval in enumerate(tier, 1):
            label = interval.label.replace('"', '""')
            lines += [
                f"        intervals [{place}]:",
                f"            xmin = {interval.start:.6f}",
                f"            xmax = {interval.end:.6f}",
                f'            text = "{label}"',
            ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def find_textgrids(folder: Path) -> dict[str, Path]:
    """Every TextGrid below `folder`, however deep: id -> file.

    Raises FS2Error if there is none, or if two files have the same name.
    """
    files: dict[str, Path] = {}
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        other = files.setdefault(path.stem, path)
        if other != path:
            raise FS2Error(f"{path}: a second TextGrid of that name; the first is {other}")
    if not files:
        raise FS2Error(f"{folder}: holds no {SUFFIX} file, in it or in its folders")
    return files


def textgrids_hash(files: Mapping[str, Path]) -> str:
    """One SHA-256 for all TextGrids (id -> file): it changes if any of them does."""
    digest = hashlib.sha256()
    for clip in sorted(files):
        digest.update(f"{clip} {sha256(files[clip])}\n".encode())
    return digest.hexdigest()


def collect_textgrids(source: Path, unpacked: Path) -> dict[str, Path]:
    """The TextGrids of a folder or of a tar archive: id -> file.

    Of an archive, only the TextGrids are taken out, into the folder `unpacked`. Raises FS2Error if
    there is no such source, if it is not readable, or if it holds none or two of the same name.
    """
    source = Path(source)
    if source.is_dir():
        return find_textgrids(source)
    if not source.is_file():
        raise FS2Error(f"{source}: no such folder or archive of TextGrids")
    try:
        with tarfile.open(source) as archive:
            names = _unpack(archive, source, unpacked)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise FS2Error(f"{source}: not a readable tar archive of TextGrids ({error})") from error
    if not names:
        raise FS2Error(f"{source}: holds no {SUFFIX} file")
    return names


def _unpack(archive: Iterable[tarfile.TarInfo], source: Path, folder: Path) -> dict[str, Path]:
    """Write each regular TextGrid member as folder/<name>: paths and links in it have no effect."""
    assert isinstance(archive, tarfile.TarFile)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for member in archive:
        name = PurePosixPath(member.name).name
        if not (member.isfile() and name.endswith(SUFFIX)) or name.startswith("."):
            continue
        target = folder / name
        if target.stem in files:
            raise FS2Error(f"{source}: two TextGrids of the name {name}")
        content = archive.extractfile(member)
        assert content is not None
        target.write_bytes(content.read())
        files[target.stem] = target
    return files
