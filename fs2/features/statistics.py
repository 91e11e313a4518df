"""Statistics of the training split, by which the networks scale pitch and energy."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

LEAST_STD = 1e-6
"""A standard deviation that is divided by is raised to this: a corpus may have one clip."""


@dataclass(frozen=True)
class Statistics:
    """Of the training split; F0 is that of the interpolated contour, its log the natural one.

    Attributes:
        f0_minimum, f0_maximum: Hz.
        pitch_mean_mean, pitch_mean_std: Of the clips' means of log F0.
        pitch_std_mean, pitch_std_std: Of the clips' standard deviations of log F0.
        energy_minimum, energy_maximum, energy_mean, energy_std: Of the L2 norm of STFT frames.
    """

    f0_minimum: float
    f0_maximum: float
    pitch_mean_mean: float
    pitch_mean_std: float
    pitch_std_mean: float
    pitch_std_std: float
    energy_minimum: float
    energy_maximum: float
    energy_mean: float
    energy_std: float

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Self:
        """Those of a mapping that has them, and perhaps more; KeyError names one that it lacks."""
        return cls(**{field.name: float(values[field.name]) for field in fields(cls)})

    def with_least_std(self) -> Self:
        """The same, no standard deviation of which is too small to divide by."""
        values = vars(self).items()
        return type(self)(**{k: max(v, LEAST_STD) if "_std" in k else v for k, v in values})
