"""Boundary difference between two alignments of the same clips."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fs2.alignment.praat import ClipError
from fs2.alignment.textgrid import TextGrid, collect_textgrids, read_textgrid
from fs2.errors import FS2Error

WITHIN_MS = (10, 20, 50)
"""Tolerances of the table, in milliseconds."""


@dataclass(frozen=True)
class BoundaryDifferences:
    """Phone boundaries of two alignments of the same clips.

    Attributes:
        by_clip: Clip -> second minus first in milliseconds, (boundaries,).
        only_first, only_second: Clips that one of them lacks.
        other_phones: Clips whose phones differ.
        unreadable: Clip -> what is wrong with its TextGrids.
    """

    by_clip: dict[str, np.ndarray]
    only_first: list[str]
    only_second: list[str]
    other_phones: list[str]
    unreadable: dict[str, str]


def boundary_differences(first: Path, second: Path) -> BoundaryDifferences:
    """Boundaries of two folders or tar archives of TextGrids, clip by clip.

    A boundary is a phone's start, and its end before a pause or the end of the clip. Clips count
    whose phones are the same in both, degrees of stress aside; the others are listed.

    Raises FS2Error if a source is missing or broken, or if no clip can be compared.
    """
    unreadable: dict[str, str] = {}
    other_phones: list[str] = []
    by_clip: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as folder:
        ours = collect_textgrids(Path(first), Path(folder) / "first")
        theirs = collect_textgrids(Path(second), Path(folder) / "second")
        for clip in sorted(set(ours) & set(theirs)):
            try:
                grids = read_textgrid(ours[clip]), read_textgrid(theirs[clip])
            except ClipError as error:
                unreadable[clip] = str(error)
                continue
            if _phones(grids[0]) != _phones(grids[1]):
                other_phones.append(clip)
                continue
            by_clip[clip] = _differences(*grids)
    if not by_clip:
        raise FS2Error(
            f"{first} and {second}: no clip has the same phones in both "
            f"({len(ours)} and {len(theirs)} TextGrids, "
            f"{len(set(ours) & set(theirs))} names in common)"
        )
    return BoundaryDifferences(
        by_clip,
        sorted(set(ours) - set(theirs)),
        sorted(set(theirs) - set(ours)),
        other_phones,
        unreadable,
    )


def compare_alignments(first: Path, second: Path) -> dict[str, Any]:
    """How far the phone boundaries of two alignments lie apart (see `boundary_differences`).

    Differences are absolute, in milliseconds; `bias_ms` is the mean of second minus first.
    """
    found = boundary_differences(first, second)
    signed = np.concatenate(list(found.by_clip.values()))
    absolute = np.abs(signed)
    clip_means = {clip: float(np.abs(values).mean()) for clip, values in found.by_clip.items()}
    worst = sorted(clip_means, key=lambda clip: -clip_means[clip])[:10]
    return {
        "first": str(first),
        "second": str(second),
        "clips": len(found.by_clip),
        "clips_only_in_first": len(found.only_first),
        "clips_only_in_second": len(found.only_second),
        "clips_with_other_phones": len(found.other_phones),
        "clips_unreadable": len(found.unreadable),
        "boundaries": len(absolute),
        "mean_ms": round(float(absolute.mean()), 2),
        "median_ms": round(float(np.median(absolute)), 2),
        "bias_ms": round(float(signed.mean()), 2),
        "share_within": {
            f"{limit} ms": round(float((absolute <= limit + 1e-6).mean()), 4) for limit in WITHIN_MS
        },
        "worst_clips": [{"id": clip, "mean_ms": round(clip_means[clip], 1)} for clip in worst],
        "other_phones": found.other_phones,
        "unreadable": found.unreadable,
    }


def _phones(grid: TextGrid) -> list[str]:
    """The phones without degrees of stress and without silences."""
    return [phone.label.rstrip("012") for phone in grid.phones if phone.label]


def _differences(first: TextGrid, second: TextGrid) -> np.ndarray:
    """Second minus first in milliseconds, for each phone's start and each end before silence."""
    ours, theirs = ([phone for phone in grid.phones if phone.label] for grid in (first, second))
    differences = []
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        differences.append(b.start - a.start)
        last = i + 1 == len(ours)
        if last or ours[i + 1].start > a.end + 1e-4 or theirs[i + 1].start > b.end + 1e-4:
            differences.append(b.end - a.end)
    return 1000 * np.asarray(differences)


def format_comparison(comparison: dict[str, Any]) -> str:
    """The result of `compare_alignments` as a table to be read."""
    rows = [
        ("first", comparison["first"]),
        ("second", comparison["second"]),
        ("clips compared", comparison["clips"]),
        ("  only in the first", comparison["clips_only_in_first"]),
        ("  only in the second", comparison["clips_only_in_second"]),
        ("  with other phones", comparison["clips_with_other_phones"]),
        ("  unreadable", comparison["clips_unreadable"]),
        ("boundaries", comparison["boundaries"]),
        ("mean difference", f"{comparison['mean_ms']:.1f} ms"),
        ("median difference", f"{comparison['median_ms']:.1f} ms"),
        ("second minus first", f"{comparison['bias_ms']:+.1f} ms"),
        *(
            (f"within {limit}", f"{100 * share:.1f} %")
            for limit, share in comparison["share_within"].items()
        ),
        (
            "farthest apart",
            ", ".join(f"{w['id']} ({w['mean_ms']:.0f} ms)" for w in comparison["worst_clips"][:3]),
        ),
    ]
    return "\n".join(f"{name:<22}{value}" for name, value in rows)
