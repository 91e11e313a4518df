"""Two systems on the same clips: mean difference, its interval, and a paired test.

Stands in for the paper's CMOS (tables 1, 6 and 7), in which listeners compared pairs of clips.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.stats

from fs2.evaluation.bootstrap import estimate, ratio


@dataclass(frozen=True)
class PairedDifference:
    """The first system minus the second, over the clips that have a value of both.

    Attributes:
        value, low, high: Mean difference and its percentile bootstrap interval over clips.
        p: Wilcoxon's signed-rank test, two-sided; 1 if no clip differs.
        clips: Clips compared.
        undefined: Clips that only one of the systems has a value of.
    """

    value: float
    low: float
    high: float
    p: float
    clips: int
    undefined: tuple[str, ...]


def paired_difference(
    first: Mapping[str, float], second: Mapping[str, float], samples: int, confidence: float
) -> PairedDifference | None:
    """Compare values by clip; None if no clip has both. `samples`: bootstrap resamples."""
    common = sorted(set(first) & set(second))
    if not common:
        return None
    differences = np.array([first[clip] - second[clip] for clip in common])
    sums = np.stack([differences, np.ones(len(common))], axis=1)
    value, low, high = estimate(sums, ratio, samples, confidence)
    p = float(scipy.stats.wilcoxon(differences).pvalue) if np.any(differences) else 1.0
    undefined = tuple(sorted(set(first) ^ set(second)))
    return PairedDifference(value, low, high, p, len(common), undefined)
