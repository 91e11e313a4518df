"""The stage's report: counts, totals, outliers, and who is excluded and why."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from fs2.alignment.aligner import Aligned
from fs2.alignment.checking import CheckedClip
from fs2.alignment.durations import ClipDurations
from fs2.alignment.quality import (
    duration_summary,
    likelihood_summary,
    long_phones,
    phone_fit_summary,
)
from fs2.alignment.text_fit import text_fit_summary
from fs2.audio import AudioSettings
from fs2.config.alignment import Alignment
from fs2.exclusion import Exclusion, count_kinds


def alignment_report(
    checked: Sequence[CheckedClip],
    usable: Mapping[str, ClipDurations],
    aligned: Aligned,
    fits: Mapping[str, float],
    alignment: Alignment,
    audio: AudioSettings,
    excluded: Sequence[Exclusion],
) -> dict[str, Any]:
    """The report as docs/architecture.md describes it, but for the list `excluded` itself.

    Its keys are the same for every corpus: words and reasons are values, in lists.
    """
    lengths: dict[str, list[float]] = defaultdict(list)
    outliers = []
    for item in checked:
        if item.name not in usable:
            continue
        for phone, seconds in item.phones:
            lengths[phone].append(seconds)
        outliers += [
            {"id": item.name, "phone": phone, "seconds": round(seconds, 3)}
            for phone, seconds in long_phones(item.phones, alignment.maximum_phone_seconds)
        ]
    known = {item.name for item in checked if item.durations}
    frames = sum(clip.frames for clip in usable.values())
    silence = sum(clip.silence_share * clip.frames for clip in usable.values())
    unknown = Counter(item.unknown_word for item in checked if item.unknown_word)
    return {
        "aligner": alignment.aligner,
        "clips": len(usable),
        "clips_excluded": len(excluded),
        "clips_aligned": len(aligned.textgrids),
        "frames": frames,
        "hours": round(frames * audio.frame_seconds / 3600, 4),
        "silence_share": round(silence / frames, 4),
        "text_fit": text_fit_summary(fits),
        "phone_fit": phone_fit_summary(
            {item.name: item.phone_fit for item in checked if item.phone_fit is not None}
        ),
        "phone_durations": duration_summary(lengths),
        "likelihood": likelihood_summary(
            {clip: value for clip, value in aligned.likelihoods.items() if clip in known}
        ),
        "clips_with_unknown_word": unknown.total(),
        "unknown_words": [{"word": word, "clips": clips} for word, clips in unknown.most_common()],
        "long_phones": sorted(outliers, key=lambda item: -item["seconds"]),
        "excluded_by_reason": [
            {"reason": kind, "clips": clips}
            for kind, clips in count_kinds(clip.reason for clip in excluded).items()
        ],
        "details": dict(aligned.details),
    }
