"""What the benchmarks of networks share: the statistics of an invented voice, and the clock."""

import statistics
import time
from collections.abc import Callable

STATISTICS = {
    "f0_minimum": 80.0,
    "f0_maximum": 400.0,
    "pitch_mean_mean": 5.3,
    "pitch_mean_deviation": 0.1,
    "pitch_deviation_mean": 0.2,
    "pitch_deviation_deviation": 0.05,
    "energy_minimum": 0.0,
    "energy_maximum": 150.0,
    "energy_mean": 40.0,
    "energy_deviation": 30.0,
}


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median wall time of `work`, after a call that does not count."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)
