"""The best and the worst clips of a system by each metric that has a better and a worse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fs2.evaluation.metrics import METRICS, Metric


@dataclass(frozen=True)
class Extremes:
    """Clips as (id, value), `best` the best first and `worst` the worst first.

    No clip is in both: of few clips each half has as many as there are.
    """

    metric: Metric
    best: list[tuple[str, float]]
    worst: list[tuple[str, float]]


def extremes(rows: Mapping[str, Mapping[str, str]], count: int) -> list[Extremes]:
    """Up to `count` clips at either end, for each metric by which clips differ.

    Args:
        rows: Clip -> its row of `per_clip.csv`; a clip whose cell is empty is left out.
        count: How many at either end.
    """
    found = []
    for metric in METRICS:
        if metric.better == "recordings":
            continue
        values = {
            clip: float(row[metric.name]) for clip, row in rows.items() if row.get(metric.name)
        }
        if len(set(values.values())) < 2:
            continue
        sign = -1 if metric.better == "higher" else 1
        ranked = sorted(values.items(), key=lambda item: (sign * item[1], item[0]))
        few = min(count, len(ranked) // 2)
        found.append(Extremes(metric, ranked[:few], ranked[-few:][::-1]))
    return found


def extreme_clips(found: Iterable[Extremes]) -> list[str]:
    """The first of each end, each clip once."""
    ends = (clip for each in found for end in (each.worst, each.best) for clip, _ in end[:1])
    return list(dict.fromkeys(ends))
