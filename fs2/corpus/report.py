"""The corpus report: how much there is, whose it is, what was not selected or excluded, and why."""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from fs2.corpus.clips import CorpusClip
from fs2.exclusion import SPLITS

NAMED = 5
"""Clips that a warning names in the log."""
BEYOND_FULL_SCALE = 1.001


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


def sound_warnings(clips: Sequence[CorpusClip], sample_rate: int) -> list[dict[str, Any]]:
    """What is doubtful about the sound of usable clips: a list of `{warning, clips}`, the ids.

    Args:
        clips: The usable ones.
        sample_rate: `audio.sample_rate`, Hz.
    """
    rates = Counter(clip.sample_rate for clip in clips)
    common = rates.most_common(1)[0][0]
    found = {
        f"recorded below audio.sample_rate = {sample_rate}: above half of its own rate the sound "
        "is empty, and a voice learns that": [c.id for c in clips if c.sample_rate < sample_rate],
        f"of another sample rate than the most, {common} Hz: the voice may sound unlike from clip "
        "to clip": [clip.id for clip in clips if clip.sample_rate != common],
        "beyond full scale, where other programs would clip it": [
            clip.id for clip in clips if clip.peak > BEYOND_FULL_SCALE
        ],
    }
    return [{"warning": text, "clips": ids} for text, ids in found.items() if ids]


def warning_line(warning: dict[str, Any]) -> str:
    """A warning with the number of its clips and some of their names."""
    ids = warning["clips"]
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    count = f"{len(ids)} clip{'s are' if len(ids) > 1 else ' is'}"
    return f"{count} {warning['warning']}: {', '.join(ids[:NAMED])}{more}"


def _size(clips: Sequence[CorpusClip]) -> dict[str, Any]:
    return {"clips": len(clips), "hours": round(sum(clip.seconds for clip in clips) / 3600, 4)}
