"""The report of the stage distillation: how well the teacher found its way."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from fs2.distillation.lessons import GOOD, MEASURES
from fs2.exclusion import Exclusion, count_kinds


def distillation_report(
    rows: Sequence[Mapping[str, Any]], excluded: Sequence[Exclusion]
) -> dict[str, Any]:
    """Counts and means of the rows of clips.csv, and why the teacher failed.

    Focus rate, coverage and monotony are means over the clips: `aligned` of all of them on their
    recordings, `generated` of those that the teacher spoke.
    """
    failures = [row["outcome"] for row in rows if row["outcome"] != GOOD]
    return {
        "clips": len(rows) - len(excluded),
        "clips_excluded": len(excluded),
        "failed_share": round(len(failures) / len(rows), 4),
        "failed_by_reason": [
            {"reason": kind, "clips": clips} for kind, clips in count_kinds(failures).items()
        ],
        "aligned": _means(rows, ""),
        "generated": _means(rows, "generated_"),
    }


def _means(rows: Sequence[Mapping[str, Any]], prefix: str) -> dict[str, float]:
    names = ("frames", *MEASURES)
    values = {name: [row[prefix + name] for row in rows if prefix + name in row] for name in names}
    return {name: round(fmean(found), 4) for name, found in values.items() if found}
