"""Pitch: moments of the F0 distribution and distance between contours (paper table 3)."""

import numba
import numpy as np

ORIGIN = 200.0
"""Hz. Powers are summed about this F0, so that no digits are lost between large sums."""


def voiced(f0: np.ndarray) -> np.ndarray:
    """The voiced frames of a contour: F0 in Hz where it is above 0, shape (voiced frames,)."""
    return f0[f0 > 0].astype(np.float64)


def power_sums(values: np.ndarray) -> np.ndarray:
    """Sums of the powers 0 to 4 of F0 values in Hz about ORIGIN, shape (5,).

    Those of several clips add up to those of their pooled frames.
    """
    centred = values - ORIGIN
    return np.array([np.sum(centred**power) for power in range(5)])


def mean(totals: np.ndarray) -> np.ndarray:
    """Mean F0 in Hz from power sums, (..., 5) -> (...)."""
    return totals[..., 1] / totals[..., 0] + ORIGIN


def sigma(totals: np.ndarray) -> np.ndarray:
    """Standard deviation of F0 in Hz from power sums, (..., 5) -> (...)."""
    return np.sqrt(_central_moments(totals)[0])


def gamma(totals: np.ndarray) -> np.ndarray:
    """Skewness of F0 from power sums, (..., 5) -> (...)."""
    second, third, _ = _central_moments(totals)
    return third / second**1.5


def kurtosis(totals: np.ndarray) -> np.ndarray:
    """Excess kurtosis of F0 (0 for a normal distribution) from power sums, (..., 5) -> (...)."""
    second, _, fourth = _central_moments(totals)
    return fourth / second**2 - 3


def _central_moments(totals: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count, first, second, third, fourth = np.moveaxis(totals, -1, 0)
    m1, m2, m3, m4 = first / count, second / count, third / count, fourth / count
    return (
        np.maximum(m2 - m1**2, 0),
        m3 - 3 * m1 * m2 + 2 * m1**3,
        m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4,
    )


@numba.njit(cache=True, nogil=True)
def dtw_distance(contour: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference along the best dynamic-time-warping path of two contours.

    Both are of shape (frames,) and not empty, here voiced F0 in Hz. Steps (1, 1), (1, 0) and
    (0, 1) weigh the same; the cost of the cheapest path is divided by its number of cells.
    """
    cost = np.full(len(other) + 1, np.inf)
    cells = np.zeros(len(other) + 1)
    cost[0] = 0.0
    for value in contour:
        diagonal_cost, diagonal_cells = cost[0], cells[0]
        cost[0] = np.inf
        for column in range(1, len(other) + 1):
            best_cost, best_cells = diagonal_cost, diagonal_cells
            diagonal_cost, diagonal_cells = cost[column], cells[column]
            if cost[column] < best_cost:
                best_cost, best_cells = cost[column], cells[column]
            if cost[column - 1] < best_cost:
                best_cost, best_cells = cost[column - 1], cells[column - 1]
            cost[column] = best_cost + abs(value - other[column - 1])
            cells[column] = best_cells + 1
    return cost[-1] / cells[-1]
