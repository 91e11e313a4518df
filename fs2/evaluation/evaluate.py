"""Evaluation of one system on the test clips (paper sections 3.2 and 3.3)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from fs2.config.evaluation import Evaluation
from fs2.device import torch_threads
from fs2.errors import FS2Error
from fs2.evaluation.bootstrap import estimate
from fs2.evaluation.clips import (
    Recordings,
    SpokenUtterance,
    read_in_recorded_time,
    read_spoken,
    read_timings,
    recorded_time_folder,
)
from fs2.evaluation.energy import SCALES
from fs2.evaluation.measure import Instruments, Measurements, measure
from fs2.evaluation.metrics import METRICS, SUM_COLUMN, Metric
from fs2.evaluation.mos import load_distillmos, load_dnsmos
from fs2.evaluation.words import load_recogniser
from fs2.features.store import FeatureStore
from fs2.files import write_json, write_table
from fs2.progress import progress


def evaluate(
    evaluation: Evaluation,
    features: Path,
    synthesis: Path,
    system: str,
    output: Path,
    workers: int = 1,
) -> dict[str, dict[str, Any]]:
    """Measure every clip of a system; write `per_clip.csv` and `metrics.json`.

    Args:
        evaluation: What is measured, and the confidence intervals.
        features: `features.h5`, which holds the recordings.
        synthesis: Folder of the system: `<id>.wav` for each clip, and `variances.h5`.
        system: Its name, for messages.
        output: Folder that receives both files.
        workers: Threads.

    Returns:
        Metric -> `value`, `low`, `high`, `clips`, `unit`, and `undefined`: clips without a value,
        e.g. for pitch those without a voiced frame. `fs2.evaluation.metrics` says what is measured.
        A second run gives the same numbers.

    Raises FS2Error if a file, a package, or the recording of a clip is missing.
    """
    clips = sorted(path.stem for path in synthesis.glob("*.wav"))
    if not clips:
        raise FS2Error(f"{synthesis}: no wav file; synthesise '{system}' first")
    with FeatureStore(features) as store:
        recordings = Recordings(store)
        timings = read_timings(synthesis / "variances.h5")
        in_time = recorded_time_folder(synthesis, system)
        instruments = _instruments(evaluation, recordings, workers)

        def measure_clip(clip: str) -> tuple[str, Measurements]:
            recording = recordings[clip]
            if clip not in timings:
                raise FS2Error(
                    f"{synthesis / 'variances.h5'}: has no clip '{clip}'; synthesise again"
                )
            audio = recordings.audio
            spoken = SpokenUtterance(
                read_spoken(synthesis, clip, audio),
                timings[clip],
                read_in_recorded_time(in_time, clip, recording, audio) if in_time else None,
            )
            return recording.text, measure(recording, spoken, instruments)

        with torch_threads(1), ThreadPoolExecutor(max_workers=workers) as pool:
            results = pool.map(measure_clip, clips)
            found = list(progress(results, len(clips), f"evaluation of {system}"))
    texts, measurements = zip(*found, strict=True)
    has_durations = any(timing.phonemes for timing in timings.values())
    off = _switched_off(evaluation, recorded_durations=bool(in_time) or not has_durations)
    summary = {
        metric.name: _summarise(metric, clips, measurements, evaluation)
        for metric in METRICS
        if metric.name not in off
    }
    _write_per_clip(output / "per_clip.csv", clips, texts, measurements, list(summary))
    write_json(output / "metrics.json", summary)
    return summary


def _instruments(evaluation: Evaluation, recordings: Recordings, workers: int) -> Instruments:
    recogniser = None
    if evaluation.word_error_rate:
        recogniser = load_recogniser(evaluation.whisper_model, workers)
    return Instruments(
        audio=recordings.audio,
        track_f0=recordings.track_f0,
        distillmos=load_distillmos() if evaluation.mos else None,
        dnsmos=load_dnsmos() if evaluation.mos else None,
        recogniser=recogniser,
    )


def _switched_off(evaluation: Evaluation, recorded_durations: bool) -> set[str]:
    """Metrics that were not asked for, of which nothing is said, not even that they are undefined.

    `recorded_durations`: whether the system spoke with them, or cannot, since it has none.
    """
    off = set()
    if not evaluation.mos:
        off |= {"distillmos", "dnsmos"}
    if not evaluation.word_error_rate:
        off.add("word_error_rate")
    if not recorded_durations:
        off |= {f"energy_mae_{scale}_recorded_durations" for scale in SCALES}
    return off


def _summarise(
    metric: Metric,
    clips: Sequence[str],
    measurements: Sequence[Measurements],
    evaluation: Evaluation,
) -> dict[str, Any]:
    defined = [found.sums[metric.sums] for found in measurements if metric.sums in found.sums]
    value, low, high = None, None, None
    if defined:
        estimates = estimate(
            np.stack(defined),
            metric.statistic,
            evaluation.bootstrap_samples,
            evaluation.confidence,
        )
        value, low, high = (number if np.isfinite(number) else None for number in estimates)
    return {
        "value": value,
        "low": low,
        "high": high,
        "clips": len(defined),
        "unit": metric.unit,
        "undefined": [
            clip
            for clip, found in zip(clips, measurements, strict=True)
            if metric.sums not in found.sums
        ],
    }


def _write_per_clip(
    path: Path,
    clips: Sequence[str],
    texts: Sequence[str],
    measurements: Sequence[Measurements],
    names: Sequence[str],
) -> None:
    metrics = [metric for metric in METRICS if metric.name in names]
    rows = []
    for clip, text, found in zip(clips, texts, measurements, strict=True):
        row: dict[str, Any] = {"id": clip, "text": text, "transcript": found.transcript}
        for metric in metrics:
            if metric.sums in found.sums:
                with np.errstate(divide="ignore", invalid="ignore"):
                    value = float(metric.statistic(found.sums[metric.sums]))
                row[metric.name] = f"{value:.6g}" if np.isfinite(value) else ""
                row |= {column: repr(term) for column, term in _sums(metric, found)}
        rows.append(row)
    sums = dict.fromkeys(
        column
        for metric in metrics
        for found in measurements
        if metric.sums in found.sums
        for column, _ in _sums(metric, found)
    )
    write_table(path, ["id", *names, "text", "transcript", *sums], rows)


def _sums(metric: Metric, found: Measurements) -> list[tuple[str, float]]:
    """The sums of a clip that a metric is pooled from, as columns."""
    return [
        (f"{metric.sums}{SUM_COLUMN}{place}", float(term))
        for place, term in enumerate(found.sums[metric.sums], 1)
    ]
