"""Are two results equal? `python benchmarks/equality.py results/a results/b`.

Compares two folders of one corpus number by number and prints a table. The exit code is 0 if all is
equal, 1 if anything differs or nothing could be compared. A file that only one side has is a
difference; with `--common` such files are listed, but do not count. `--all` prints every value that
differs. `--renamed OLD=NEW` maps a name of the first folder: a key, a column, a name in a history,
a data set, a part of a tensor's name.

Waveforms and texts are compared as bytes; data sets and tensors bit for bit, tensors under other
names by what they hold; numbers of CSV and JSON exactly, in any order of rows and keys.

Not compared: wall times (rates of histories; speed.json but for its clips and their lengths; times
of table 2), versions and hashes; settings, model.json, vocoder.json, tables.md, report/, logs/ and
benchmarks/. In a report.json a text with a space is a reason and no id; its words do not count.
"""

import argparse
import csv
import filecmp
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import soundfile
from safetensors import SafetensorError
from safetensors.numpy import load_file

Values = dict[str, Any]
RATES = ("frames_per_second", "samples_per_second", "seconds")
FACTOR = ("real_time_factor", "seconds")
MACHINE = ("device", "load", "made", "vocoder")
TABLE = [a + b for a in ("real_time_factor", "times_real_time") for b in ("", "_low", "_high")]
TABLE += ["training_hours", "training_load", "speed_load"]
ORIGIN = ("version", "model_sha256", "textgrids_sha256", "source_sha256")
SIDES = ("first", "second")


class Names(dict[str, str]):
    """Old names to new ones; every other name stays as it is."""

    def __missing__(self, name: str) -> str:
        return name


class ReportNames(Names):
    """The same, but a name with a space is a reason."""

    def __missing__(self, name: str) -> str:
        return "(reason)" if " " in name else name


@dataclass(frozen=True)
class Finding:
    """What the comparison of one file found; its differences as texts, the largest first."""

    file: Path
    compared: str
    differences: tuple[str, ...] = ()
    note: str = ""
    counts: bool = True

    @property
    def result(self) -> str:
        """Equal, or the largest difference."""
        many = len(self.differences)
        most = f"{many} differ, most: " if many > 1 else ""
        return (most + self.differences[0] if many else "equal") + self.note


def keep(values: Values, name: str, value: object) -> None:
    """Add a value; a name that comes again gets a number, so that it hides nothing."""
    key, count = name, 1
    while key in values:
        count += 1
        key = f"{name} #{count}"
    values[key] = value


def number(text: str) -> float | str:
    """The number that a cell holds, or its text."""
    try:
        return float(text)
    except ValueError:
        return text


def read_text(path: Path, names: Names) -> Values:
    """Every line, with its end."""
    lines = path.read_bytes().split(b"\n")
    return {f"line {row}": repr(line) for row, line in enumerate(lines, 1)}


def read_sound(path: Path, names: Names) -> Values:
    """The samples, and the whole file."""
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    return {"samples": soundfile.read(path, dtype="int16")[0], "bytes": whole}


def read_csv(path: Path, names: Names, ignored: Collection[str] = FACTOR, keys: int = 1) -> Values:
    """The columns, and all cells by the first cells of their row; a history's keys are three."""
    values: Values = {}
    with path.open(newline="", encoding="utf-8") as file:
        columns, *rows = csv.reader(file)
    for column in set(columns).difference(ignored):
        keep(values, f"column {names[column]}", "")
    for row in rows:
        label = ", ".join(names[cell] for cell in row[:keys])
        for column, cell in zip(columns[keys:], row[keys:], strict=True):
            if column not in ignored and row[keys - 1] not in ignored:
                keep(values, f"{label}, {names[column]}", number(cell))
    return values


def keep_leaves(
    values: Values, node: object, names: Names, ignored: Collection[str] = (), at: str = ""
) -> None:
    """Add every leaf of a JSON tree by its path; an empty list or object is a leaf."""
    if isinstance(node, list) and node:
        node = {str(index): item for index, item in enumerate(node)}
    if not isinstance(node, dict) or not node:
        keep(values, at, str(node) if isinstance(node, dict | list) else node)
        return
    for key in node:
        if key not in ignored:
            path = f"{at}.{names[key]}" if at else names[key]
            keep_leaves(values, node[key], names, ignored, path)


def read_json(path: Path, names: Names, ignored: Collection[str] = ()) -> Values:
    """All leaves of a JSON file, every number as a float."""
    values: Values = {}
    keep_leaves(values, json.loads(path.read_bytes(), parse_int=float), names, ignored)
    return values


def read_report(path: Path, names: Names) -> Values:
    """All leaves of a stage's report but the words of reasons."""
    values = read_json(path, ReportNames(names), ORIGIN)
    reasons = {name for name, value in values.items() if isinstance(value, str) and " " in value}
    return values | dict.fromkeys(reasons, "(words)")


def read_h5(path: Path, names: Names) -> Values:
    """All data sets (they keep the file open), and the attributes that hold results."""
    values: Values = {}
    file = h5py.File(path)

    def add(name: str, node: object) -> None:
        if isinstance(node, h5py.Dataset):
            keep(values, "/".join(names[part] for part in name.split("/")), node)

    file.visititems(add)
    for name in {"symbols", "statistics"} & set(file.attrs):
        keep_leaves(values, json.loads(file.attrs[name], parse_int=float), names, at=name)
    return values


def read_tensors(path: Path, names: Names) -> Values:
    """All tensors."""
    values: Values = {}
    for name, tensor in load_file(path).items():
        keep(values, ".".join(names[part] for part in name.split(".")), tensor)
    return values


Reader = Callable[[Path, Names], Values]
READERS: dict[str, Reader] = {
    "*/report.json": read_report,
    "corpus/*.csv text/*.csv text/lexicon.dict text/symbols.txt": read_text,
    "alignment/durations.csv alignment/textgrids/*": read_text,
    "corpus/clips/*.wav synthesis/*/*.wav synthesis/*/*/*.wav": read_sound,
    "evaluation/*/robustness/*/*.flac": read_sound,
    "features/features.h5 synthesis/*/variances.h5": read_h5,
    "features/statistics.json evaluation/*/pitch.json": read_json,
    "training/*/model.safetensors vocoder/*/*.safetensors": read_tensors,
    "training/*/history.csv vocoder/*/history.csv": partial(read_csv, ignored=RATES, keys=3),
    "evaluation/*/metrics.json": partial(read_json, ignored=FACTOR),
    "evaluation/*/per_clip.csv": read_csv,
    "evaluation/*/speed.json": partial(read_json, ignored=(*FACTOR, *MACHINE)),
    "evaluation/*/robustness.json": partial(read_json, ignored=("settings",)),
    "evaluation/*/robustness.csv tables/robustness.csv": partial(read_csv, ignored=(), keys=2),
    "tables/table*.csv": partial(read_csv, ignored=TABLE),
}
"""Patterns of files, and what reads them."""


def as_array(value: Any) -> np.ndarray:
    """Any value as an array of numbers or texts."""
    if isinstance(value, h5py.Dataset):
        value = value.asstr()[()] if h5py.check_string_dtype(value.dtype) else value[()]
    array = np.asarray(value)
    return np.ascontiguousarray(array.astype(str) if array.dtype == object else array)


def shown(array: np.ndarray) -> str:
    """One value as it is, an array by its shape."""
    return repr(array.item()) if array.size == 1 else f"{array.dtype} {array.shape}"


def differ(one: Any, other: Any) -> tuple[float, str] | None:
    """By how much and how two values differ, if they do; numbers differ in their bits."""
    a, b = as_array(one), as_array(other)
    texts = a.dtype.kind == b.dtype.kind == "U"
    if a.shape != b.shape or (a.dtype != b.dtype and not texts):
        return np.inf, f"{shown(a)} and {shown(b)}"
    bits = f"u{a.dtype.itemsize}"
    changed = a != b if texts else a.view(bits) != b.view(bits)
    if not changed.any():
        return None
    text = f"{changed.sum()} of {a.size} values" if a.size > 1 else f"{shown(a)} and {shown(b)}"
    if texts:
        return 0.0, text
    size = np.abs(a[changed].astype(float) - b[changed].astype(float)).max().item()
    return np.inf if np.isnan(size) else size, f"{text}, by up to {size:.3g}"


def match_contents(first: Values, second: Values) -> int:
    """Give tensors of the second side the names of equal ones of the first; returns how many."""

    def content(tensor: np.ndarray) -> tuple:
        return tensor.dtype, tensor.shape, hashlib.sha256(tensor.tobytes()).digest()

    free, moved = defaultdict(list), 0
    for name in second.keys() - first.keys():
        free[content(second[name])].append(name)
    for name in first.keys() - second.keys():
        if same := free[content(first[name])]:
            second[name] = second.pop(same.pop())
            moved += 1
    return moved


def compare_file(file: Path, folders: list[Path], read: Reader, names: Names) -> Finding:
    """Compare a file that both sides have."""
    paths = [folder / file for folder in folders]
    if read in (read_text, read_sound) and filecmp.cmp(paths[0], paths[1], shallow=False):
        return Finding(file, "bytes")
    try:
        first, second = read(paths[0], names), read(paths[1], Names())
    except (OSError, ValueError, SafetensorError) as error:
        return Finding(file, "nothing", (f"cannot be read: {error}",))
    moved = match_contents(first, second) if read is read_tensors else 0
    found = [
        (np.inf, f"{name}: only on the {side} side")
        for side, here, there in zip(SIDES, (first, second), (second, first), strict=True)
        for name in sorted(here.keys() - there.keys())
    ]
    for name in first:
        if name in second and (difference := differ(first[name], second[name])):
            found.append((difference[0], f"{name}: {difference[1]}"))
    found.sort(key=lambda item: -item[0])
    unit = "tensors" if read is read_tensors else "values"
    note = f", {moved} names differ" if moved else ""
    return Finding(file, f"{len(first)} {unit}", tuple(text for _, text in found), note)


def compare(folders: list[Path], names: Names, common: bool = False) -> list[Finding]:
    """Compare all files; a stage that one side lacks as a whole is one finding."""
    findings: dict[Path, Finding] = {}
    for pattern, read in ((one, read) for many, read in READERS.items() for one in many.split()):
        first, second = ({path.relative_to(a) for path in a.glob(pattern)} for a in folders)
        for file in sorted(path for path in first | second if not path.name.startswith(".")):
            if file in first and file in second:
                findings[file] = compare_file(file, folders, read, names)
                continue
            stage = Path(file.parts[0])
            entry = file if all((folder / stage).is_dir() for folder in folders) else stage
            text = f"only on the {SIDES[file in second]} side"
            findings[entry] = Finding(entry, "nothing", (text,), counts=not common)
    order = sorted(findings, key=lambda file: (file.parent, file.suffix, file))
    return [findings[file] for file in order]


def rows(findings: list[Finding]) -> Iterator[str]:
    """The rows of the table; equal files of one kind in one folder share a row."""

    def kind(item: Finding) -> Path:
        alike = item.compared == "bytes" and not item.differences
        return item.file.with_name(f"*{item.file.suffix}") if alike else item.file

    for name, group in groupby(findings, kind):
        one, *more = group
        file, many = (name, f"{len(more) + 1} files, ") if more else (one.file, "")
        yield f"| {file} | {many}{one.compared} | {one.result} |"


def main(words: list[str] | None = None) -> int:
    """Compare and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs=2, type=Path, help="two folders results/<corpus>")
    parser.add_argument("--renamed", action="append", default=[], metavar="OLD=NEW")
    parser.add_argument("--common", action="store_true", help="only the files that both have")
    parser.add_argument("--all", action="store_true", help="print every value that differs")
    arguments = parser.parse_args(words)
    if missing := [str(folder) for folder in arguments.folders if not folder.is_dir()]:
        parser.error(f"no folder {', '.join(missing)}")
    if wrong := [pair for pair in arguments.renamed if pair.count("=") != 1]:
        parser.error(f"--renamed needs OLD=NEW, not {', '.join(wrong)}")
    names = Names(pair.split("=") for pair in arguments.renamed)
    findings = compare(arguments.folders, names, arguments.common)
    print("| file | compared | result |", "|---|---|---|", *rows(findings), "", sep="\n")
    for item in findings if arguments.all else ():
        print(*(f"{item.file}: {text}\n" for text in item.differences), sep="", end="")
    compared = sum(item.compared != "nothing" for item in findings)
    differing = sum(item.counts and bool(item.differences) for item in findings)
    print(f"{compared} files compared, differences: {differing}")
    return int(differing > 0 or compared == 0)


if __name__ == "__main__":
    sys.exit(main())
