"""Praat TextGrids with the tiers `words` and `phones`: reading, writing, finding."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath

from fs2.alignment.praat import (
    LARGEST_FILE,
    TIME_STEP,
    ClipError,
    Interval,
    Tier,
    read_interval_tiers,
)
from fs2.archives import CHUNK, read_archive
from fs2.errors import FS2Error
from fs2.files import sha256

SILENCE_LABELS = frozenset(("", "sil", "sp"))
"""What aligners write where nobody speaks; read as the empty label."""
UNKNOWN_PHONE = "spn"
"""What aligners write for a word that has no pronunciation."""
SUFFIX = ".TextGrid"
"""As it is written; capitals do not matter where it is read."""


class UnknownWordError(ClipError):
    """The clip holds a word that the aligner had no pronunciation of."""

    def __init__(self, word: str) -> None:
        super().__init__(f"unknown word '{word}'")
        self.word = word


@dataclass(frozen=True)
class TextGrid:
    """What is said when in one clip of `end` seconds; both tiers cover it without gaps."""

    words: tuple[Interval, ...]
    phones: tuple[Interval, ...]
    end: float


def read_textgrid(path: Path) -> TextGrid:
    """Read a long or short TextGrid; every silence label and every gap becomes one empty label.

    Raises ClipError that names the file if it is no TextGrid, if a tier is missing or has no
    label, if times are not in order, or if a label has no length.
    """
    tiers = {tier.name: tier for tier in reversed(read_interval_tiers(path))}
    for name in ("words", "phones"):
        if name not in tiers:
            found = ", ".join(reversed(tiers)) or "none"
            raise ClipError(f"{path}: no interval tier '{name}' (interval tiers: {found})")
    words, phones = (_spoken(tiers[name], path) for name in ("words", "phones"))
    # One published file has a silence that ends after its clip: the other tier is right.
    end = max(min(tiers["words"].end, tiers["phones"].end), words[-1].end, phones[-1].end)
    return TextGrid(complete(words, end), complete(phones, end), end)


def _spoken(tier: Tier, path: Path) -> list[Interval]:
    """The intervals in which somebody speaks; ClipError if there is none or one has no length."""
    spoken = [interval for interval in tier.intervals if interval.label not in SILENCE_LABELS]
    if not spoken:
        raise ClipError(f"{path}: tier '{tier.name}' holds nothing but silence")
    for start, end, label in spoken:
        if end <= start:
            raise ClipError(f"{path}: '{label}' at {start} s in tier '{tier.name}' has no length")
    return spoken


def complete(spoken: Sequence[Interval], end: float) -> tuple[Interval, ...]:
    """Empty labels between what is spoken, so that the tier covers 0 to `end`."""
    tier: list[Interval] = []
    now = 0.0
    for start, stop, label in spoken:
        begin = now
        if start > now + TIME_STEP:
            tier.append(Interval(now, start, ""))
            begin = start
        tier.append(Interval(begin, stop, label))
        now = stop
    if end > now + TIME_STEP:
        tier.append(Interval(now, end, ""))
    return tuple(tier)


def write_textgrid(path: Path, grid: TextGrid) -> None:
    """Write the long format, silence as the empty label."""
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


def is_textgrid(path: PurePath) -> bool:
    """Whether a file is a TextGrid by its name, in any capitals; a hidden one is none."""
    return path.suffix.lower() == SUFFIX.lower() and not path.name.startswith(".")


def textgrid_files(folder: Path) -> list[Path]:
    """Every TextGrid below `folder`, however deep, in order of the paths."""
    return sorted(path for path in folder.rglob("*") if is_textgrid(path) and path.is_file())


def find_textgrids(folder: Path) -> dict[str, Path]:
    """Every TextGrid below `folder`, however deep: id -> file.

    Raises FS2Error if there is none, or if two files have the same name.
    """
    files: dict[str, Path] = {}
    for path in textgrid_files(folder):
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
    names = _unpack(source, unpacked)
    if not names:
        raise FS2Error(f"{source}: holds no {SUFFIX} file")
    return names


def _unpack(source: Path, folder: Path) -> dict[str, Path]:
    """Write each TextGrid of an archive as folder/<name>, whichever folder it lies in there."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for path, blocks in read_archive(source):
        if blocks is None or not is_textgrid(path):
            continue
        if path.stem in files:
            raise FS2Error(f"{source}: two TextGrids of the name {path.name}")
        files[path.stem] = folder / path.name
        _write_blocks(files[path.stem], blocks)
    return files


def _write_blocks(path: Path, blocks: Iterable[bytes]) -> None:
    """Write a file; of one that is larger than a TextGrid may be, enough to be refused for it."""
    with open(path, "wb") as file:
        file.writelines(islice(blocks, LARGEST_FILE // CHUNK + 1))
