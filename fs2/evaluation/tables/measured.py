"""What the tables are made of: the results of each system that was run, or why there is none."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fs2.config import Config
from fs2.evaluation import paper
from fs2.evaluation.paired import PairedDifference, paired_difference
from fs2.evaluation.tables.table import DASH, Cell, Estimate
from fs2.files import read_json, read_table

NOT_RUN = "not run"
NOT_ASKED = "run, but not among these systems"
NOT_BUILT = "not built here"
NOT_MEASURED = "not measured"
UNDEFINED = "undefined"

NOT_OURS = ("tacotron2", "transformer_tts", "fastspeech")
"""Systems of the paper's tables that this project does not have."""


class Measured:
    """Results of `systems` under `results/<corpus>/`.

    Every cell that cannot be a number is the words that say why.
    """

    def __init__(self, config: Config, results: Path, systems: Sequence[str]) -> None:
        self.config = config
        self.results = results
        self.systems = tuple(systems)
        self.metrics = cache(self._metrics)
        self.per_clip = cache(self._per_clip)

    def missing(self, system: str) -> str | None:
        """Why a system has no numbers of ours; None if it has."""
        if system in NOT_OURS:
            return NOT_BUILT
        there = (self.results / "evaluation" / system / "metrics.json").is_file()
        if system in self.systems and there:
            return None
        return NOT_ASKED if there else NOT_RUN

    def others(self, *known: Iterable[str]) -> list[str]:
        """Systems of ours that stand in none of the lists."""
        listed = {name for names in known for name in names}
        return [system for system in self.systems if system not in listed]

    def estimate(self, system: str, metric: str) -> Cell:
        """A metric with its interval."""
        missing = self.missing(system)
        if missing:
            return missing
        found = self.metrics(system).get(metric)
        if found is None:
            return NOT_MEASURED
        if found["value"] is None:
            return f"{UNDEFINED} on all {len(found['undefined'])} clips"
        return Estimate(
            found["value"],
            found["low"],
            found["high"],
            found["clips"],
            tuple(found["undefined"]),
        )

    def difference(self, system: str, baseline: str, metric: str) -> tuple[Cell, Cell]:
        """Paired difference of a metric by clip, system minus baseline; and its p-value."""
        if system == baseline and self.missing(system) is None:
            return "baseline", "baseline"
        for name in (system, baseline):
            missing = self.missing(name)
            if missing:
                words = missing if name == system else f"{paper.title(baseline)} {missing}"
                return words, words
        found = self.paired(system, baseline, metric)
        if found is None:
            on = metric in self.metrics(system) and metric in self.metrics(baseline)
            words = f"{UNDEFINED} on all clips" if on else NOT_MEASURED
            return words, words
        return Estimate(found.value, found.low, found.high, found.clips, found.undefined), found.p

    def paired(self, system: str, baseline: str, metric: str) -> PairedDifference | None:
        """The paired difference itself; None if no clip has a value of both."""
        evaluation = self.config.evaluation
        return paired_difference(
            self.per_clip(system, metric),
            self.per_clip(baseline, metric),
            evaluation.bootstrap_samples,
            evaluation.confidence,
        )

    def description(self, system: str) -> dict[str, Any] | str:
        """`model.json` of a trained system."""
        return self.missing(system) or self._file(self.results / "training" / system / "model.json")

    def parameters(self, system: str) -> Cell:
        """Millions of trained values; the references have none."""
        if system in ("recordings", "vocoded"):
            return DASH
        found = self.description(system)
        return found if isinstance(found, str) else found["parameters"] / 1e6

    def speed(self, system: str) -> dict[str, Any] | str:
        """`speed.json` of a trained system."""
        return self.missing(system) or self._file(
            self.results / "evaluation" / system / "speed.json"
        )

    @property
    def clips(self) -> int:
        """Test clips that were evaluated."""
        for system in self.systems:
            if self.missing(system) is None:
                found = next(iter(self.metrics(system).values()))
                return found["clips"] + len(found["undefined"])
        return 0

    @property
    def setting(self) -> str:
        """The sentence that every protocol begins with."""
        return (
            f"{self.clips} clips of the test split of {self.config.corpus.name}; the paper's "
            f"column is of {paper.CORPUS}."
        )

    @property
    def intervals(self) -> str:
        """The sentence on intervals."""
        evaluation = self.config.evaluation
        return (
            f"In brackets the {100 * evaluation.confidence:g} % interval of "
            f"{evaluation.bootstrap_samples:,} bootstrap resamples of the clips."
        )

    def _metrics(self, system: str) -> dict[str, dict[str, Any]]:
        return read_json(self.results / "evaluation" / system / "metrics.json")

    def _per_clip(self, system: str, metric: str) -> dict[str, float]:
        rows = read_table(self.results / "evaluation" / system / "per_clip.csv", ("id",))
        return {row["id"]: float(row[metric]) for row in rows if row.get(metric)}

    def _file(self, path: Path) -> dict[str, Any] | str:
        return read_json(path) if path.is_file() else NOT_MEASURED


def published(system: str, name: str) -> Cell:
    """The paper's number, or a dash where it has none."""
    found = paper.value(system, name)
    return DASH if found is None else found
