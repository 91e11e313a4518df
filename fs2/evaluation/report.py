"""The report: one self-contained page with tables, players, plots and protocols."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from fs2 import paper
from fs2.config.run_name import system_of
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.evaluation import comparison, plots, worst_sentences
from fs2.evaluation.attention import attention_sections
from fs2.evaluation.clips import Recordings
from fs2.evaluation.downloads import clip_downloads
from fs2.evaluation.extremes import extreme_clips, extremes
from fs2.evaluation.metrics import METRICS, Metric
from fs2.evaluation.players import choose, show_clip
from fs2.evaluation.rows import row_of
from fs2.evaluation.tables import Measured
from fs2.evaluation.tables.measured import NOT_MEASURED
from fs2.evaluation.tables.table import Cell, Estimate, show_number
from fs2.features.store import FeatureStore
from fs2.files import read_json, read_table, write_text
from fs2.machine import load_words, provenance, versions
from fs2.references import RECORDINGS, VOCODED, is_reference
from fs2.synthesis.synthesise import without_pauses
from fs2.systems.catalogue import Catalogue
from fs2.templates import template

EXTREMES = 3
"""Clips at either end of a metric."""
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
    best_and_worst = _best_and_worst(per_clip, measured)
    with FeatureStore(results / "features" / "features.h5") as store:
        recordings = Recordings(store)
        clips = choose(per_clip, config.evaluation.report_clips)
        further = choose(
            per_clip,
            config.evaluation.report_players,
            first=extreme_clips(each for system in best_and_worst for each in system["metrics"]),
            but=clips,
        )
        page = template(Path(__file__).with_name("report.html"), number=show_number).render(
            config=config,
            configuration=yaml.safe_dump(
                config.model_dump(mode="json", exclude={"tracking"}), sort_keys=False
            ),
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
            robustness=worst_sentences.robustness(measured),
            metrics=METRICS,
            clips=[
                show_clip(clip, heard, per_clip, recordings, measured, plot=True) for clip in clips
            ],
            further_clips=[
                show_clip(clip, heard, per_clip, recordings, measured, plot=False)
                for clip in further
            ],
            best_and_worst=best_and_worst,
            shown_clips={*clips, *further},
            clip_downloads=clip_downloads(
                results, [(run, measured.title(system_of(run))) for run in heard]
            ),
            alignment=_alignment(clips[0], recordings) if clips else None,
            attentions=attention_sections(
                results,
                {run: measured.title(system_of(run)) for run in heard},
                {clip: without_pauses(recordings[clip].timing.phonemes) for clip in clips},
                recordings.audio,
            ),
            training=_training(config, measured, run_names),
            corpus=_optional_json(results / "corpus" / "report.json"),
            aligned=_optional_json(results / "alignment" / "report.json"),
            excluded=_excluded(results, store),
            unknown_words=_unknown_words(results),
            listed=LISTED,
            made={
                **provenance(),
                "versions": versions(),
            },
        )
    write_text(output, page)


def _per_clip(results: Path, run: str) -> dict[str, dict[str, str]]:
    rows = read_table(results / "evaluation" / run / "per_clip.csv", ("id", "text"))
    return {row["id"]: row for row in rows}


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
    summary = description.get("training") or {}
    return {
        "title": title,
        "plot": plots.loss_curves(curves) if curves else None,
        "parameters": description.get("parameters"),
        "summary": summary,
        "load": load_words(summary["load"]) if "load" in summary else None,
    }


def _excluded(results: Path, store: FeatureStore) -> list[dict[str, str]]:
    """The clips that any stage left out, once each, in the order of the stages."""
    lists = {
        stage: _optional_json(results / stage / "report.json").get("excluded", [])
        for stage in ("corpus", "text", "alignment")
    }
    lists["features"] = store.attribute("excluded")
    found: dict[str, dict[str, str]] = {}
    for stage, clips in lists.items():
        for clip in clips:
            found.setdefault(clip["id"], {"stage": stage, **clip})
    return list(found.values())


def _best_and_worst(per_clip: Mapping[str, Any], measured: Measured) -> list[dict[str, Any]]:
    """By trained system: the clips at either end of each metric."""
    return [
        {"title": measured.title(system_of(run)), "metrics": found}
        for run, rows in per_clip.items()
        if not is_reference(run) and (found := extremes(rows, EXTREMES))
    ]


def _unknown_words(results: Path) -> list[dict[str, str]]:
    path = results / "text" / "unknown_words.csv"
    return read_table(path, ("word", "phonemes", "clips")) if path.is_file() else []


def _optional_json(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}
