"""Mean opinion scores with intervals over listeners and sentences."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import pandas as pd
import scipy.stats


@dataclass(frozen=True)
class Score:
    """A mean, its interval (nan where it is undefined), and what it is of."""

    value: float
    low: float
    high: float
    answers: int
    listeners: int
    sentences: int


def score(answers: pd.DataFrame, confidence: float) -> Score:
    """The mean of answers and its t interval, for new listeners and new sentences.

    Answers of one listener are alike, and so are those to one sentence. So the variance of the mean
    is the two-way cluster-robust one (Cameron, Gelbach and Miller 2011, equation 2.11): that over
    listeners, plus that over sentences, minus that over answers, which both contain; at least the
    larger of the two. Student's t has as many degrees of freedom as the fewer of listeners and
    sentences have, less one. With a single listener, or sentence, the interval is undefined.

    `answers` has the columns `value`, `listener` and `sentence`, and at least one row.
    """
    values = answers["value"].to_numpy(np.float64)
    mean = float(values.mean())
    residual = values - mean
    groups = [
        np.bincount(pd.factorize(answers[name])[0], residual) for name in ("listener", "sentence")
    ]
    fewer = min(map(len, groups))
    counts = (len(answers), len(groups[0]), len(groups[1]))
    if fewer < 2:
        return Score(mean, nan, nan, *counts)
    by_listener, by_sentence, by_answer = (
        len(sums) / (len(sums) - 1) * float(np.square(sums).sum()) / len(answers) ** 2
        for sums in (*groups, residual)
    )
    variance = max(by_listener + by_sentence - by_answer, by_listener, by_sentence)
    reach = float(scipy.stats.t.ppf((1 + confidence) / 2, fewer - 1)) * sqrt(variance)
    return Score(mean, mean - reach, mean + reach, *counts)


def opinion(ratings: pd.DataFrame, system: str, confidence: float) -> Score | None:
    """MOS of a system; None if nobody rated it. `ratings` is that of `Answers`."""
    own = ratings[ratings["system"] == system]
    return None if own.empty else score(own, confidence)


def preference(
    comparisons: pd.DataFrame, system: str, other: str, confidence: float
) -> Score | None:
    """CMOS of a system against another, positive if it is better; None if nobody compared them.

    `comparisons` is that of `Answers`.
    """
    later = (comparisons["first"] == other) & (comparisons["second"] == system)
    earlier = (comparisons["first"] == system) & (comparisons["second"] == other)
    own = comparisons[later | earlier]
    if own.empty:
        return None
    values = np.where(later[own.index], own["value"], -own["value"])
    return score(own.assign(value=values), confidence)
