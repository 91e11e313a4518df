"""Two systems on the same clips: mean difference, its interval, and a paired test.

Stands in for the paper's CMOS (tables 1, 6 and 7), in which listeners compared pairs of clips.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.stats

from fs2.evaluation.bootstrap import estimate_over_seeds, ratio


@dataclass(frozen=True)
class PairedDifference:
    """The first system minus the second, over the clips that have a value of both.

    Attributes:
        value, low, high: Mean difference and its percentile bootstrap interval, over clips, and
            over seeds if there are several.
        p: Wilcoxon's signed-rank test over clips, each with its mean over seeds; two-sided; 1 if no
            clip differs.
        clips: Clips compared.
        undefined: For each seed the clips that only one of the systems has a value of.
    """

    value: float
    low: float
    high: float
    p: float
    clips: int
    undefined: tuple[tuple[str, ...], ...]


def paired_difference(
    pairs: Sequence[tuple[Mapping[str, float], Mapping[str, float]]],
    samples: int,
    confidence: float,
) -> PairedDifference | None:
    """Compare values by clip; None if no clip has both.

    `pairs` has for each seed the values of the first and of the second system, clip -> value;
    `samples` is the number of bootstrap resamples. A seed without a clip in common is left out.
    """
    undefined = tuple(tuple(sorted(set(first) ^ set(second))) for first, second in pairs)
    by_seed = [
        {clip: first[clip] - second[clip] for clip in set(first) & set(second)}
        for first, second in pairs
    ]
    by_seed = [differences for differences in by_seed if differences]
    clips = sorted({clip for differences in by_seed for clip in differences})
    if not clips:
        return None
    sums = np.array(
        [
            [(differences.get(clip, 0.0), float(clip in differences)) for clip in clips]
            for differences in by_seed
        ]
    )
    value, low, high = estimate_over_seeds(sums, ratio, samples, confidence)
    means = ratio(sums.sum(axis=0))
    p = float(scipy.stats.wilcoxon(means).pvalue) if np.any(means) else 1.0
    return PairedDifference(value, low, high, p, len(clips), undefined)
