"""The report: one self-contained page with tables, players, plots and protocols."""

import base64
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import soundfile
import yaml

from fs2 import paper
from fs2.config.run_name import system_of
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.evaluation import comparison, plots
from fs2.evaluation.clips import Recordings, read_spoken
from fs2.evaluation.metrics import METRICS, Metric
from fs2.evaluation.rows import row_of
from fs2.evaluation.tables import Measured
from fs2.evaluation.tables.measured import NOT_MEASURED
from fs2.evaluation.tables.table import Cell, Estimate, show_number
from fs2.features.mel import mel_spectrogram
from fs2.features.store import FeatureStore
from fs2.files import read_json, read_table, write_text
from fs2.references import RECORDINGS, VOCODED, is_reference
from fs2.systems.catalogue import Catalogue

LISTED = 200
"""At most so many rows of a list are printed; the files have all of them."""


def write_report(
    catalogue: Catalogue, results: Path, run_names: Sequence[str], output: Path
) -> None:
    """Write the report of a corpus as one HTML file that needs no other file and no network.

    Args:
        catalogue: The systems of the workflow's configuration.
        results: `results/<corpus>/`: evaluation, synthesis and features are needed; histories,
            reports of excluded clips and unknown words are shown where they exist.
        run_names: Systems (`fs2.config.run_name`: each with its seeds) in the order of the tables;
            `recordings` and `vocoded` come first wherever they are evaluated, named or not. Of a
            system with several seeds the numbers are over all, what is heard is of the first.
        output: The file, by convention `results/<corpus>/report/index.html`.

    Raises FS2Error if a system has no metrics or no audio.
    """
    first = [name for name in (RECORDINGS, VOCODED) if (results / "evaluation" / name).is_dir()]
    run_names = [*first, *(run for run in run_names if run not in first)]
    if not run_names:
        raise FS2Error(f"{results}: no system to report; evaluate one first")
    for run in run_names:
        read_json(results / "evaluation" / run / "metrics.json")  # or the error that names it
    measured, config = Measured(catalogue, results, run_names), catalogue.base
    heard = [measured.runs(system)[0] for system in measured.systems]
    per_clip = {run: _per_clip(results, run) for run in heard}
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["number"] = show_number
    with FeatureStore(results / "features" / "features.h5") as store:
        recordings = Recordings(store)
        clips = _choose(per_clip, config.evaluation.report_clips)
        further = _choose(per_clip, config.evaluation.report_players, but=clips)
        page = environment.get_template("report.html").render(
            config=config,
            configuration=yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False),
            systems=[
                {"name": name, "title": measured.title(name), "seeds": len(measured.runs(name))}
                for name in measured.systems
            ],
            seed_words=measured.seed_words,
            table=_results_table(measured),
            confidence=f"{100 * config.evaluation.confidence:g} %",
            paper=paper,
            paper_tables=comparison.paper_tables(measured),
            ablations=comparison.ablations(measured),
            pitch=comparison.pitch(measured),
            metrics=METRICS,
            clips=[_clip(clip, heard, per_clip, recordings, measured, plot=True) for clip in clips],
            further_clips=[
                _clip(clip, heard, per_clip, recordings, measured, plot=False) for clip in further
            ],
            alignment=_alignment(clips[0], recordings) if clips else None,
            training=_training(config, measured, run_names),
            corpus=_optional_json(results / "corpus" / "report.json"),
            aligned=_optional_json(results / "alignment" / "report.json"),
            excluded=_excluded(results, store),
            unknown_words=_unknown_words(results),
            listed=LISTED,
        )
    write_text(output, page)


def _per_clip(results: Path, run: str) -> dict[str, dict[str, str]]:
    rows = read_table(results / "evaluation" / run / "per_clip.csv", ("id", "text"))
    return {row["id"]: row for row in rows}


def _choose(
    per_clip: Mapping[str, Mapping[str, Any]], count: int, but: Sequence[str] = ()
) -> list[str]:
    """At most `count` further clips that all systems have, spread evenly over the names."""
    common = sorted(set.intersection(*(set(rows) for rows in per_clip.values())) - set(but))
    if len(common) <= count:
        return common
    return [common[place] for place in np.linspace(0, len(common) - 1, count).round().astype(int)]


def _results_table(measured: Measured) -> list[dict[str, Any]]:
    """A row a metric: the metric, and for each system our estimate and the paper's value."""
    rows = []
    for metric in METRICS:
        found = {system: measured.estimate(system, metric.name) for system in measured.systems}
        if all(cell == NOT_MEASURED for cell in found.values()):
            continue
        best = _best(metric, found)
        cells = [
            {
                "ours": ours,
                "is_word": isinstance(ours, str),
                "paper": paper.value(row_of(measured.catalogue, system), metric.name),
                "best": system == best,
            }
            for system, ours in found.items()
        ]
        rows.append({"metric": metric, "cells": cells})
    return rows


def _best(metric: Metric, cells: Mapping[str, Cell]) -> str | None:
    """The best of the trained systems, if there are several to compare."""
    values = {system: cell.value for system, cell in cells.items() if isinstance(cell, Estimate)}
    target = values.get(RECORDINGS)
    trained = {system: value for system, value in values.items() if not is_reference(system)}
    if len(trained) < 2:
        return None
    if metric.better == "recordings":
        if target is None:
            return None
        return min(trained, key=lambda system: abs(trained[system] - target))
    return (max if metric.better == "higher" else min)(trained, key=trained.__getitem__)


def _clip(
    clip: str,
    run_names: Sequence[str],
    per_clip: Mapping[str, Mapping[str, dict[str, str]]],
    recordings: Recordings,
    measured: Measured,
    plot: bool,
) -> dict[str, Any]:
    audio = recordings.audio
    voices, panels = [], []
    for run in run_names:
        samples = read_spoken(measured.results / "synthesis" / run, clip, audio)
        row, title = per_clip[run][clip], measured.title(system_of(run))
        if plot:
            f0 = recordings.track_f0(samples)
            panels.append((title, mel_spectrogram(samples, audio), f0))
        voices.append(
            {
                "title": title,
                "sound": _sound(samples, audio.sample_rate),
                "seconds": len(samples) / audio.sample_rate,
                "transcript": row.get("transcript") or "",
                "word_error_rate": row.get("word_error_rate") or "",
                "distillmos": row.get("distillmos") or "",
            }
        )
    return {
        "id": clip,
        "text": per_clip[run_names[0]][clip]["text"],
        "voices": voices,
        "plot": plots.mel_and_pitch(panels, audio) if plot else None,
    }


def _sound(samples: np.ndarray, sample_rate: int) -> str:
    """Samples as an MP3 in a `data:` address: every browser plays it, and it is small."""
    stream = io.BytesIO()
    soundfile.write(stream, samples, sample_rate, format="MP3", compression_level=0.6)
    return f"data:audio/mpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _alignment(clip: str, recordings: Recordings) -> dict[str, str]:
    found = recordings[clip]
    plot = plots.alignment(found.mel, found.timing, recordings.audio)
    return {"id": clip, "text": found.text, "plot": plot}


def _training(config: Config, measured: Measured, run_names: Sequence[str]) -> list[dict[str, Any]]:
    """The curves of each trained network: those of the systems, and the vocoder's."""
    trained = []
    for run in run_names:
        system = system_of(run)
        title = measured.title(system)
        if len(measured.runs(system)) > 1:
            title = f"{title}, seed {measured.seed(run)}"
        trained.append((title, measured.results / "training" / run, "model.json"))
    title = f"Vocoder ({config.vocoder.entry.title})"
    trained.append((title, measured.results / "vocoder" / config.vocoder.name, "vocoder.json"))
    return [
        _curves(title, folder / "history.csv", _optional_json(folder / description))
        for title, folder, description in trained
        if (folder / "history.csv").is_file()
    ]


def _curves(title: str, history: Path, description: Mapping[str, Any]) -> dict[str, Any]:
    points: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for row in read_table(history, ("step", "split", "name", "value")):
        splits = points.setdefault(row["name"], {})
        splits.setdefault(row["split"], []).append((float(row["step"]), float(row["value"])))
    curves = {
        name: {split: tuple(np.array(values).T) for split, values in splits.items()}
        for name, splits in points.items()
    }
    return {
        "title": title,
        "plot": plots.loss_curves(curves) if curves else None,
        "parameters": description.get("parameters"),
        "summary": description.get("training") or {},
    }


def _excluded(results: Path, store: FeatureStore) -> list[dict[str, Any]]:
    """By stage: what was excluded, and how many for each reason."""
    stages = []
    reports = {
        stage: _optional_json(results / stage / "report.json").get("excluded")
        for stage in ("corpus", "text", "alignment")
    }
    reports["features"] = store.attribute("excluded")
    for stage, clips in reports.items():
        if clips is not None:
            reasons = Counter(re.split(r"[:(]", clip["reason"])[0].strip() for clip in clips)
            stages.append({"stage": stage, "clips": clips, "reasons": reasons.most_common()})
    return stages


def _unknown_words(results: Path) -> list[dict[str, str]]:
    path = results / "text" / "unknown_words.csv"
    return read_table(path, ("word", "phonemes", "clips")) if path.is_file() else []


def _optional_json(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}
