"""Labels of trained systems: which system, and which seed it is trained with.

A label is `<system>` for the seed `training.seed` of the configuration, and `<system>-seed<N>` for
every other seed N. It is what stands in paths under `results/<corpus>/`, so that another seed is
another training and leaves those alone that are finished.
"""

import re
from collections.abc import Iterable

SEED_SUFFIX = r"-seed(?:0|[1-9][0-9]*)"
"""What a label has after the system, as a regular expression."""


def label_of(system: str, seed: int, first: int) -> str:
    """The label of a system with a seed; `first` is `training.seed`."""
    return system if seed == first else f"{system}-seed{seed}"


def labels_of(systems: Iterable[str], seeds: Iterable[int], first: int) -> list[str]:
    """The labels of each system with each seed, system by system."""
    seeds = tuple(seeds)
    return [label_of(system, seed, first) for system in systems for seed in seeds]


def split_label(label: str) -> tuple[str, int | None]:
    """System and seed of a label; the seed is None if it is `training.seed`, which is not named."""
    found = re.fullmatch(f"(.+)({SEED_SUFFIX})", label)
    if found is None:
        return label, None
    return found[1], int(found[2].removeprefix("-seed"))


def system_of(label: str) -> str:
    """The system of a label."""
    return split_label(label)[0]
