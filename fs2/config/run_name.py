"""The name of a trained system with its seed: of its folders, its jobs, its runs in MLflow.

It is `<system>` for the seed `training.seed` of the configuration, and `<system>-seed<N>` for every
other seed N, so that another seed is another training and leaves those alone that are finished.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

SEED_SUFFIX = r"-seed(?:0|[1-9][0-9]*)"
"""What a run's name has after the system, as a regular expression."""


@dataclass(frozen=True)
class RunName:
    """A system and the seed that it is trained with.

    Attributes:
        system: Name of the system: of its file in `config/systems/`.
        seed: None if it is `training.seed` of the configuration, which is not named.
    """

    system: str
    seed: int | None = None

    def __str__(self) -> str:
        return self.system if self.seed is None else f"{self.system}-seed{self.seed}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """The system and the seed that a name says."""
        found = re.fullmatch(f"(.+)({SEED_SUFFIX})", name)
        if found is None:
            return cls(name)
        return cls(found[1], int(found[2].removeprefix("-seed")))

    @classmethod
    def of(cls, system: str, seed: int, first: int) -> Self:
        """The run of a system with a seed; `first` is `training.seed`."""
        return cls(system, None if seed == first else seed)

    def of_system(self, system: str) -> Self:
        """The run of another system with the same seed."""
        return replace(self, system=system)


def run_names(systems: Iterable[str], seeds: Iterable[int], first: int) -> list[str]:
    """The names of each system with each seed, system by system; `first` is `training.seed`."""
    seeds = tuple(seeds)
    return [str(RunName.of(system, seed, first)) for system in systems for seed in seeds]


def system_of(name: str) -> str:
    """The system of a run's name."""
    return RunName.parse(name).system
