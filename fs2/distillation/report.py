"""The report of the stage distillation: how well the teacher found its way."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from fs2.distillation.lessons import GOOD, MEASURES
from fs2.exclusion import count_kinds


def distillation_report(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Means over the rows of clips.csv, and why the teacher failed.

    `aligned` is of all clips on their recordings, `generated` of those that the teacher spoke.
    """
    return {"aligned": _summary(rows, ""), "generated": _summary(rows, "generated_")}


def _summary(rows: Sequence[Mapping[str, Any]], prefix: str) -> dict[str, Any]:
    own = [row for row in rows if f"{prefix}outcome" in row]
    means = {
        name: round(fmean(row[prefix + name] for row in own), 4) for name in ("frames", *MEASURES)
    }
    failures = [row[f"{prefix}outcome"] for row in own if row[f"{prefix}outcome"] != GOOD]
    kinds = count_kinds(failures).items()
    return {
        "clips": len(own),
        **means,
        "failed_share": round(len(failures) / len(own), 4),
        "failed_by_reason": [{"reason": kind, "clips": clips} for kind, clips in kinds],
    }
