"""What is counted of sentences without recordings, and how sentences make one number of a system.

The kinds of failure: words skipped, words repeated and, of every system alike, speech without an
end; each is counted at most once a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fs2.evaluation.bootstrap import estimate, ratio

Row = Mapping[str, Any]
"""A sentence: a line of robustness.csv, read or about to be written."""
Sums = tuple[float, float] | None
"""What a sentence adds to a ratio of sums; None if it is not measured, or does not apply."""


@dataclass(frozen=True)
class Measure:
    """A number by system: `scale` times a ratio of sums over sentences.

    Attributes:
        name: Its key in robustness.json, in MLflow and in the table.
        title: Its name for readers.
        unit: Of the value; empty if it has none.
        sums: What a sentence adds.
        scale: Factor, 100 for percent.
        digits: Decimals that are shown.
        absent: Words in place of a number where no sentence has one.
    """

    name: str
    title: str
    unit: str
    sums: Callable[[Row], Sums]
    scale: float = 100.0
    digits: int = 1
    absent: str = "not measured"

    def value(self, totals: np.ndarray) -> np.ndarray:
        """Totals of the sums, (..., 2) -> (...)."""
        return self.scale * ratio(totals)


def number(row: Row, column: str) -> float | None:
    """A cell as a number; None if it is empty."""
    cell = row.get(column)
    return None if cell is None or cell == "" else float(cell)


def _share(part: str, whole: str) -> Callable[[Row], Sums]:
    def sums(row: Row) -> Sums:
        found = number(row, part), number(row, whole)
        return None if found[0] is None or found[1] is None else (found[0], found[1])

    return sums


def _mean(column: str) -> Callable[[Row], Sums]:
    def sums(row: Row) -> Sums:
        found = number(row, column)
        return None if found is None else (found, 1.0)

    return sums


def _with_any(*columns: str) -> Callable[[Row], Sums]:
    def sums(row: Row) -> Sums:
        found = [number(row, column) for column in columns]
        return None if None in found else (float(any(found)), 1.0)

    return sums


NO_ATTENTION = "no attention"
ENDLESS_SECONDS = 0.25
"""Of speech a phoneme, at pace 1; a sentence that lasts longer has no end. English speech has about
0.08; with its pauses and edges, one short word alone has about 0.12."""
FAILURES = ("skipped_words", "repeated_words", "endless")
"""Columns of which each is 0 for a sentence without that failure."""

MEASURES = (
    Measure("word_error_rate", "word errors", "%", _share("word_errors", "words")),
    Measure("distillmos", "DistillMOS", "", _mean("distillmos"), 1.0, 2),
    Measure("skipped", "skips", "%", _with_any("skipped_words")),
    Measure("repeated", "repeats", "%", _with_any("repeated_words")),
    Measure("endless", "endless", "%", _with_any("endless")),
    Measure("failed", "any failure", "%", _with_any(*FAILURES)),
    Measure(
        "attention_skipped", "attention skips", "%", _with_any("attention_skips"),
        absent=NO_ATTENTION,
    ),
    Measure(
        "attention_repeated", "attention repeats", "%",
        _with_any("attention_repeats"), absent=NO_ATTENTION,
    ),
)  # fmt: skip
"""In the order of the table. The last two are of systems with an attention on the phonemes."""


def summarise(rows: Sequence[Row], samples: int, confidence: float) -> dict[str, dict[str, Any]]:
    """Measure -> `value`, `low` and `high` (bootstrapped over sentences), `sentences`, `unit`.

    A measure that no sentence has is left out. `samples` is the number of resamples.
    """
    found = {}
    for measure in MEASURES:
        sums = np.array([terms for row in rows if (terms := measure.sums(row)) is not None])
        if len(sums):
            value, low, high = estimate(sums, measure.value, samples, confidence)
            ends = {"value": value, "low": low, "high": high}
            found[measure.name] = {**ends, "sentences": len(sums), "unit": measure.unit}
    return found
