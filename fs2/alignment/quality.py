"""The quality check: which alignments are not to be trained on, and the numbers of the report."""

import logging
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fs2.config.alignment import Alignment

logger = logging.getLogger(__name__)

_DEVIATION_OF_MAD = 1.4826
"""A normal distribution's standard deviation in units of its median absolute deviation."""
LEAST_PHONE_FIT = -5.0
"""A median of phone fits below this tells of a failed alignment."""


def long_phones(
    phones: Sequence[tuple[str, float]], maximum_seconds: float
) -> list[tuple[str, float]]:
    """The pairs (phone, seconds) that last longer than `maximum_seconds`."""
    # Times of a TextGrid have six decimals: 0.600000 s may come out as 0.6000000000000001.
    return [(phone, seconds) for phone, seconds in phones if seconds > maximum_seconds + 1e-6]


def robust_deviations(values: Mapping[str, float]) -> dict[str, float]:
    """How many robust standard deviations each value lies above the median (scaled MAD).

    All zero if more than half of the values are equal.
    """
    if not values:
        return {}
    median = statistics.median(values.values())
    spread = _DEVIATION_OF_MAD * statistics.median(abs(v - median) for v in values.values())
    return {key: (value - median) / spread if spread else 0.0 for key, value in values.items()}


def likelihood_outliers(likelihoods: Mapping[str, float], settings: Alignment) -> dict[str, str]:
    """Clips whose likelihood is far below the median: id -> reason."""
    limit = settings.minimum_likelihood_deviation
    return {
        clip: f"likelihood {deviation:.1f} robust deviations from the median (limit {limit:g})"
        for clip, deviation in robust_deviations(likelihoods).items()
        if deviation < limit
    }


def likelihood_summary(likelihoods: Mapping[str, float]) -> dict[str, Any]:
    """Median and spread of the clips' likelihoods, and the clips with the lowest."""
    if not likelihoods:
        return {}
    deviations = robust_deviations(likelihoods)
    lowest = sorted(likelihoods, key=lambda clip: likelihoods[clip])[:10]
    return {
        "clips": len(likelihoods),
        "median": round(statistics.median(likelihoods.values()), 4),
        "lowest": [
            {
                "id": clip,
                "log_likelihood": round(likelihoods[clip], 4),
                "robust_deviations": round(deviations[clip], 2),
            }
            for clip in lowest
        ],
    }


def phone_fit_summary(fits: Mapping[str, float]) -> dict[str, Any]:
    """Median of the clips' phone fits, and the clips with the lowest; a low median is warned of."""
    if not fits:
        return {}
    median = statistics.median(fits.values())
    if median < LEAST_PHONE_FIT:
        logger.warning(
            "alignment: the phones do not fit the sound: their mean log posterior is %.1f, that of "
            "right alignments about -3 (median of %d clips). The durations are wrong, and speech "
            "learnt from them will be. An aligner that is trained on the corpus alone needs four "
            "minutes of speech or more; with less, bring TextGrids (alignment.aligner: textgrids)",
            median,
            len(fits),
        )
    lowest = sorted(fits, key=lambda clip: fits[clip])[:10]
    return {
        "clips": len(fits),
        "median": round(median, 4),
        "lowest": [{"id": clip, "log_posterior": round(fits[clip], 4)} for clip in lowest],
    }


def duration_summary(lengths: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Numbers of all phones (phone -> lengths in seconds): how many, how long, how many short."""
    if not lengths:
        return {}
    everything = np.concatenate([np.asarray(values) for values in lengths.values()])
    # Aligners count in steps of 10 ms; half a step guards against 0.030000001.
    return {
        "phones": len(everything),
        "mean_seconds": round(float(everything.mean()), 4),
        "median_seconds": round(float(np.median(everything)), 4),
        "longest_seconds": round(float(everything.max()), 3),
        "share_20_ms_or_less": round(float((everything < 0.025).mean()), 4),
        "share_30_ms_or_less": round(float((everything < 0.035).mean()), 4),
        "mean_seconds_by_phone": {
            phone: round(statistics.fmean(values), 4) for phone, values in sorted(lengths.items())
        },
    }
