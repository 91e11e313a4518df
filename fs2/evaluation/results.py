"""`docs/results.md` out of measured files: `make results`."""

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fs2.config.run_name import system_of
from fs2.errors import FS2Error
from fs2.evaluation.metrics import METRICS
from fs2.evaluation.rows import title_of
from fs2.evaluation.tables.measured import NO_SYSTEM, UNDEFINED
from fs2.evaluation.tables.table import Column, Estimate, show
from fs2.files import read_json, write_text
from fs2.machine import is_overloaded, load_words
from fs2.references import RECORDINGS, VOCODED
from fs2.systems.catalogue import Catalogue
from fs2.templates import template

SHOWN = ("distillmos", "word_error_rate", "pitch_dtw", "energy_mae_mel_dtw")
"""The metrics of the overview, which every system has; the tables have all."""


def results_page(folders: Sequence[Path], benchmarks: Path | None = None) -> str:
    """The page as Markdown.

    Args:
        folders: `results/<corpus>/` of finished runs, one section each.
        benchmarks: What `make bench` kept; its tables are the last section.

    Raises FS2Error if a folder has no evaluation, or a file of it is broken.
    """
    return template(Path(__file__).with_name("results.md.jinja")).render(
        corpora=[_corpus(folder) for folder in folders],
        metrics=[metric for metric in METRICS if metric.name in SHOWN],
        benchmarks=_text(benchmarks) if benchmarks else None,
    )


def _corpus(folder: Path) -> dict[str, Any]:
    runs = _runs(folder)
    return {
        "name": folder.name,
        "clips": max(m["clips"] for run in runs for m in _metrics(folder, run).values()),
        "rows": [_row(folder, run) for run in runs],
        "trainings": [line for run in runs for line in _training(folder, run)],
        "tables": _tables(folder),
        "stages": list(_stages(folder)),
    }


def _runs(folder: Path) -> list[str]:
    """The evaluated runs, references first."""
    found = sorted(path.parent.name for path in (folder / "evaluation").glob("*/metrics.json"))
    if not found:
        raise FS2Error(f"{folder}: no evaluation/<system>/metrics.json; name a finished run")
    first = [run for run in (RECORDINGS, VOCODED) if run in found]
    return [*first, *(run for run in found if run not in first)]


def _metrics(folder: Path, run: str) -> Mapping[str, Any]:
    return read_json(folder / "evaluation" / run / "metrics.json")


def _row(folder: Path, run: str) -> dict[str, Any]:
    """A run's cells, by metric, and its real-time factor."""
    found, speed = _metrics(folder, run), folder / "evaluation" / run / "speed.json"
    factor = read_json(speed)["real_time_factor"]["median"] if speed.is_file() else None
    return {
        "title": _title(run),
        "cells": [_cell(found.get(m.name), m.digits) for m in METRICS if m.name in SHOWN],
        "real_time_factor": "" if factor is None else f"{factor:.3f}",
    }


def _title(run: str) -> str:
    system = system_of(run)
    title = title_of(Catalogue({}), system)
    return title if run == system else f"{title} ({run.removeprefix(system).lstrip('-')})"


def _cell(value: Mapping[str, Any] | None, digits: int) -> str:
    if value is None:
        return ""
    if value["value"] is None:
        return UNDEFINED
    estimate = Estimate(value["value"], value["low"], value["high"], value["clips"])
    return show(estimate, Column("", "", digits))


def _training(folder: Path, run: str) -> Iterator[str]:
    """How a run was trained and timed, one sentence each."""
    model, speed = folder / "training" / run / "model.json", folder / "evaluation" / run
    if model.is_file():
        made = read_json(model)
        training = made["training"]
        yield (
            f"{_title(run)}, {made['parameters'] / 1e6:.2f} M parameters: {training['steps']:,} "
            f"steps in {training['seconds'] / 60:.1f} minutes{_circumstances(training)}"
        )
    if (speed / "speed.json").is_file():
        timed = read_json(speed / "speed.json")
        yield f"{_title(run)}, {timed['clips']} sentences timed{_circumstances(timed)}"


def _circumstances(summary: Mapping[str, Any]) -> str:
    """Device, load, date and commit, as far as they were recorded."""
    made = summary.get("made", {})
    parts = [
        f"on {summary['device']}" if "device" in summary else "",
        _load(summary),
        made.get("date", "date not recorded"),
        f"commit {made['commit'][:12]}" if "commit" in made else "commit not recorded",
        made.get("machine", ""),
    ]
    return "".join(f", {part}" for part in parts if part)


def _load(summary: Mapping[str, Any]) -> str:
    if "load" not in summary:
        return "load not recorded"
    too_long = " (more wanted to run than there were cores: the time is too long)"
    return load_words(summary["load"]) + (too_long if is_overloaded(summary["load"]) else "")


def _tables(folder: Path) -> str:
    """The paper's tables as the workflow wrote them, without the systems that were not run."""
    path = folder / "tables" / "tables.md"
    if not path.is_file():
        return ""
    lines = [
        line
        for line in _text(path).splitlines()
        if not any(f"| {words} |" in line for words in NO_SYSTEM)
    ]
    first = next((place for place, line in enumerate(lines) if line.startswith("## ")), len(lines))
    return "\n".join(f"#{line}" if line.startswith("## ") else line for line in lines[first:])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _stages(folder: Path) -> Iterator[tuple[str, float, float]]:
    """Minutes of wall and of processor time by stage, summed over its jobs."""
    paths = sorted((folder / "benchmarks").rglob("*.tsv"), key=lambda path: path.as_posix())
    sums: dict[str, list[tuple[float, float]]] = {}
    for path in paths:
        stage = path.relative_to(folder / "benchmarks").parts[0].removesuffix(".tsv")
        for row in csv.DictReader(io.StringIO(_text(path)), delimiter="\t"):
            sums.setdefault(stage, []).append((_seconds(row["s"]), _seconds(row["cpu_time"])))
    for stage, jobs in sums.items():
        yield stage, *(sum(times) / 60 for times in zip(*jobs, strict=True))


def _seconds(text: str) -> float:
    """Snakemake writes NA of what was over too soon."""
    return float(text) if _is_number(text) else 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"{path}: cannot be read ({error})") from error


def main(arguments: Iterable[str] | None = None) -> int:
    """Write the page, or print it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fs2.evaluation.results", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="results/<corpus>, finished")
    parser.add_argument("--benchmarks", type=Path, help="what `make bench` kept")
    parser.add_argument("--output", type=Path, help="the page; default: print it")
    options = parser.parse_args(None if arguments is None else list(arguments))
    try:
        page = results_page(options.folders, options.benchmarks)
        if options.output:
            write_text(options.output, page)
        else:
            print(page, end="")
    except FS2Error as error:
        print(f"results: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
