"""Confidence intervals by resampling clips."""

from collections.abc import Callable

import numpy as np

SEED = 0
"""Every interval starts from this seed: a second evaluation gives the same numbers."""


def estimate(
    sums: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    samples: int,
    confidence: float,
) -> tuple[float, float, float]:
    """A statistic of pooled clips, and its percentile bootstrap interval over clips.

    `sums` (clips, terms) holds for each clip the sums that the statistic needs, e.g. errors and
    words; `statistic` maps totals of shape (..., terms) to values of shape (...). A resample
    draws as many clips as there are, with replacement. Returns value, low and high.
    """
    clips = len(sums)
    if clips == 0:
        raise ValueError("no clip to estimate from")
    draws = np.random.default_rng(SEED).multinomial(clips, np.full(clips, 1 / clips), size=samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(sums.sum(axis=0)))
        resampled = statistic(draws @ sums)
    resampled = resampled[np.isfinite(resampled)]
    if len(resampled) == 0:
        return value, value, value
    tail = 50 * (1 - confidence)
    low, high = np.percentile(resampled, [tail, 100 - tail])
    return value, float(low), float(high)


def ratio(totals: np.ndarray) -> np.ndarray:
    """The pooled mean: total of the first term by total of the second, (..., 2) -> (...)."""
    return totals[..., 0] / totals[..., 1]
