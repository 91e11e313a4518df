"""The corpus report: how much there is, whose it is, what was not selected or excluded, and why."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from fs2.corpus.clips import CorpusClip
from fs2.exclusion import SPLITS


def count_clips(clips: Sequence[CorpusClip], splits: dict[str, str]) -> dict[str, Any]:
    """Clips and hours, in all and by split, and the sample rates (Hz) that they came in."""
    by_split = {
        split: _size([clip for clip in clips if splits[clip.id] == split]) for split in SPLITS
    }
    rates = Counter(str(clip.sample_rate) for clip in clips)
    return {**_size(clips), "splits": by_split, "source_sample_rates": dict(rates)}


def describe_loudness(clips: Sequence[CorpusClip], target: float) -> dict[str, Any]:
    """The set loudness, the median before (dB below full scale), and clips kept below it."""
    return {
        "target": target,
        "median_before": round(statistics.median(clip.level for clip in clips), 2),
        "peak_limited": [clip.id for clip in clips if clip.peak_limited],
    }


def _size(clips: Sequence[CorpusClip]) -> dict[str, Any]:
    return {"clips": len(clips), "hours": round(sum(clip.seconds for clip in clips) / 3600, 4)}
