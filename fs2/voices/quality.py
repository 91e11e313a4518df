"""What was measured of a system, as its voice tells it."""

import logging
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from fs2.errors import FS2Error
from fs2.files import read_json
from fs2.references import RECORDINGS
from fs2.systems.saving import WEIGHTS

logger = logging.getLogger(__name__)

SHOWN = ("distillmos", "dnsmos", "word_error_rate", "pitch_dtw", "duration_error")
"""The metrics (`fs2.evaluation.metrics`) that tell whoever would use a voice how good it is."""


class Estimate(BaseModel):
    """A metric with its interval, and what the recordings themselves have of it."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    unit: str
    count: int
    """Clips, or sentences."""
    recordings: float | None = None


class Quality(BaseModel):
    """What was measured of a voice.

    Attributes:
        confidence: Of the intervals, which are bootstrapped over clips or sentences.
        test_split: Metric (`fs2.evaluation.metrics`) -> its value on recordings that the training
            did not see.
        sentences: List of sentences without recordings -> metric -> its value.
        real_time_factor: Median of the time from text to waveform by the speech's own.
        device: What it was measured on.
        synthesis: The section synthesis that it was spoken with.
    """

    model_config = ConfigDict(frozen=True)

    confidence: float
    test_split: dict[str, Estimate]
    sentences: dict[str, dict[str, Estimate]] = {}
    real_time_factor: float | None = None
    device: str | None = None
    synthesis: dict[str, Any]


def measured(training: Path, vocoder: str | None) -> Quality | None:
    """What the workflow measured of a trained system, spoken with a vocoder; None if nothing.

    Args:
        training: `results/<corpus>/training/<run>/`. What is older than its weights is passed over.
        vocoder: Name of the vocoder that the voice has; numbers of another one do not count.

    Raises FS2Error if a file of the evaluation is broken.
    """
    run, evaluation = training.name, training.parents[1] / "evaluation"
    folder, weights = evaluation / run, training / WEIGHTS
    settings = _of_now(folder / "settings.json", weights)
    if not settings or not _same_vocoder(settings, vocoder, folder):
        return None
    speed = _of_now(folder / "speed.json", weights)
    try:
        return Quality(
            confidence=settings["evaluation"]["confidence"],
            test_split=_test_split(read_json(folder / "metrics.json"), evaluation / RECORDINGS),
            sentences=_sentences(_of_now(folder / "robustness.json", weights).get("lists", {})),
            real_time_factor=speed["real_time_factor"]["median"] if speed else None,
            device=speed["device"] if speed else None,
            synthesis=settings["synthesis"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FS2Error(
            f"{folder}: not as this version writes it ({error!r}); evaluate {run} again"
        ) from error


def _of_now(path: Path, weights: Path) -> dict[str, Any]:
    """A file of the evaluation; empty if there is none, or the system was trained again since."""
    if not path.is_file():
        return {}
    if path.stat().st_mtime < weights.stat().st_mtime:
        logger.warning("%s: older than %s, so its numbers are left out", path, weights)
        return {}
    values: dict[str, Any] = read_json(path)
    return values


def _same_vocoder(settings: dict[str, Any], vocoder: str | None, folder: Path) -> bool:
    measured_with = (settings["vocoder"] or {}).get("name")
    if measured_with == vocoder:
        return True
    logger.warning(
        "%s: measured with the vocoder %s, so no numbers are told of the voice with %s",
        *(folder, measured_with, vocoder),
    )
    return False


def _test_split(metrics: dict[str, Any], recordings: Path) -> dict[str, Estimate]:
    path = recordings / "metrics.json"
    theirs = read_json(path) if path.is_file() else {}
    return {
        name: Estimate(
            **_ends(metrics[name]),
            count=metrics[name]["clips"],
            recordings=theirs.get(name, {}).get("value"),
        )
        for name in SHOWN
        if metrics.get(name, {}).get("value") is not None
    }


def _sentences(lists: dict[str, Any]) -> dict[str, dict[str, Estimate]]:
    return {
        chosen: {
            name: Estimate(**_ends(measures[name]), count=measures[name]["sentences"])
            for name in SHOWN
            if name in measures
        }
        for chosen, measures in lists.items()
    }


def _ends(measure: dict[str, Any]) -> dict[str, Any]:
    return {name: measure[name] for name in ("value", "low", "high", "unit")}
