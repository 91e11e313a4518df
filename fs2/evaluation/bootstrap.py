"""Confidence intervals by resampling clips, and seeds where there are several."""

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
    return estimate_over_seeds(sums[np.newaxis], statistic, samples, confidence)


def estimate_over_seeds(
    sums: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    samples: int,
    confidence: float,
) -> tuple[float, float, float]:
    """The mean over seeds of a statistic of pooled clips, and its interval over seeds and clips.

    `sums` (seeds, clips, terms) is as in `estimate`; a clip that is undefined for a seed has the
    sums 0. A resample draws as many seeds as there are, and within them as many clips as there are,
    with replacement. All seeds have the same clips, so all of a resample get the same draw: what
    makes a clip hard must not average out over seeds. Returns value, low and high.
    """
    seeds, clips, _ = sums.shape
    if seeds == 0 or clips == 0:
        raise ValueError("no clip to estimate from")
    random = np.random.default_rng(SEED)
    clip_draws = random.multinomial(clips, np.full(clips, 1 / clips), size=samples)
    seed_draws = random.multinomial(seeds, np.full(seeds, 1 / seeds), size=samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(np.mean(statistic(sums.sum(axis=1))))
        by_seed = statistic(clip_draws @ sums).T  # (samples, seeds)
    drawn = np.where(seed_draws > 0, seed_draws * by_seed, 0)
    resampled = drawn.sum(axis=1) / seeds
    resampled = resampled[np.isfinite(resampled)]
    if len(resampled) == 0:
        return value, value, value
    tail = 50 * (1 - confidence)
    low, high = np.percentile(resampled, [tail, 100 - tail])
    return value, float(low), float(high)


def ratio(totals: np.ndarray) -> np.ndarray:
    """The pooled mean: total of the first term by total of the second, (..., 2) -> (...)."""
    return totals[..., 0] / totals[..., 1]
