"""What the tables are made of: the results of each system that was run, or why there is none."""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from fs2 import paper
from fs2.config.run_name import RunName, system_of
from fs2.evaluation.bootstrap import estimate_over_seeds
from fs2.evaluation.metrics import METRICS, SUM_COLUMN
from fs2.evaluation.paired import PairedDifference, paired_difference
from fs2.evaluation.rows import row_of, table_rows, title_of
from fs2.evaluation.tables.listeners import Listeners, listeners_of
from fs2.evaluation.tables.table import DASH, UNDEFINED, Cell, Estimate
from fs2.files import read_json, read_table
from fs2.references import is_reference
from fs2.systems.catalogue import Catalogue

NOT_RUN = "not run"
NOT_ASKED = "run, but with other settings"
NO_SYSTEM = (NOT_RUN, NOT_ASKED)
"""Why a system has no numbers at all."""
NOT_MEASURED = "not measured"
NO_SUMS = "measured without sums by clip, which several seeds need: evaluate again"
BASELINE_ROW = "fastspeech2"
"""The row of the paper's tables that CMOS are against."""


class Measured:
    """Results under `results/<corpus>/`: one number a system, over all seeds that were run of it.

    `run_names` (`fs2.config.run_name`) are those whose results count; `systems` are their systems,
    each once, and the names that the methods take. Every cell that cannot be a number is the words
    that say why.
    """

    def __init__(self, catalogue: Catalogue, results: Path, run_names: Sequence[str]) -> None:
        self.catalogue = catalogue
        self.config = catalogue.base
        self.results = results
        self.run_names = tuple(run_names)
        self.systems = tuple(dict.fromkeys(map(system_of, run_names)))
        self._metrics = cache(self._read_metrics)
        self._rows = cache(self._read_rows)

    def runs(self, system: str) -> list[str]:
        """The runs of a system that were evaluated, one a seed; of a reference itself."""
        return [
            run for run in self.run_names if system_of(run) == system and self._is_evaluated(run)
        ]

    def first_run(self, system: str) -> str:
        """The first seed's run of a system, evaluated or not: what is heard of it."""
        return next(run for run in self.run_names if system_of(run) == system)

    @cached_property
    def listeners(self) -> Listeners | None:
        """What listeners made of the systems; None if none has answered."""
        return listeners_of(self)

    def seed(self, run: str) -> int:
        """The seed of a run."""
        seed = RunName.parse(run).seed
        return self.config.training.seed if seed is None else seed

    def missing(self, system: str) -> str | None:
        """Why a system has no numbers of ours; None if it has."""
        if self.runs(system):
            return None
        there = (folder.name for folder in (self.results / "evaluation").glob(f"{system}*"))
        other = any(system_of(run) == system and self._is_evaluated(run) for run in there)
        return NOT_ASKED if other else NOT_RUN

    def seeds(self, system: str) -> Cell:
        """How many seeds of a system the numbers are of, and of how many that were asked for."""
        if is_reference(system):
            return DASH
        missing = self.missing(system)
        if missing:
            return missing
        run = len(self.runs(system))
        absent = len(self._seeds_not_run(system))
        return f"{run} of {run + absent}" if absent else str(run)

    def rows(self, number: int) -> list[str]:
        """The rows of one of the paper's tables: systems, references and rows that none is."""
        return table_rows(self.catalogue, number)

    def others(self, number: int) -> list[str]:
        """Systems and references without a row of the paper's, which a table has at its end."""
        rows = self.rows(number)
        found = [system for system in self.systems if row_of(self.catalogue, system) is None]
        return [system for system in found if system not in rows]

    def title(self, system: str) -> str:
        """The name of a system or row for readers."""
        return title_of(self.catalogue, system)

    def published(self, system: str, name: str) -> Cell:
        """The paper's number of a system or row, or a dash where it has none."""
        found = paper.value(row_of(self.catalogue, system) or system, name)
        return DASH if found is None else found

    def full(self, system: str) -> str:
        """The full system that an ablation is compared with; the references: FastSpeech 2."""
        return self.catalogue.full(system) if system in self.catalogue.names else self.baseline

    @property
    def baseline(self) -> str:
        """The system that all others of table 1 are compared with: FastSpeech 2."""
        return next(iter(self.catalogue.of_row(BASELINE_ROW)), BASELINE_ROW)

    def estimate(self, system: str, metric: str) -> Cell:
        """A metric with its interval."""
        missing = self.missing(system)
        if missing:
            return missing
        found = {run: self._metrics(run).get(metric) for run in self.runs(system)}
        measured = {run: value for run, value in found.items() if value is not None}
        if not measured:
            return NOT_MEASURED
        clips = len({clip for value in measured.values() for clip in value["undefined"]})
        defined = [run for run, value in measured.items() if value["value"] is not None]
        undefined = self._named({run: value["undefined"] for run, value in measured.items()})
        if not defined:
            return f"{UNDEFINED} on all {clips} clips"
        if len(defined) > 1:
            return self._over_seeds(defined, metric, undefined)
        value = measured[defined[0]]
        return Estimate(value["value"], value["low"], value["high"], value["clips"], undefined)

    def _over_seeds(
        self, run_names: Sequence[str], metric: str, undefined: tuple[str, ...]
    ) -> Cell:
        """The mean of a metric over seeds, its interval over seeds and clips."""
        by_seed = [self._sums(run, metric) for run in run_names]
        if not all(by_seed):
            return NO_SUMS
        clips = sorted({clip for sums in by_seed for clip in sums})
        nothing = np.zeros_like(next(iter(by_seed[0].values())))
        sums = np.array([[found.get(clip, nothing) for clip in clips] for found in by_seed])
        statistic = next(known.statistic for known in METRICS if known.name == metric)
        value, low, high = estimate_over_seeds(sums, statistic, *self._resampling)
        return Estimate(value, low, high, len(clips), undefined)

    def difference(self, system: str, baseline: str, metric: str) -> tuple[Cell, Cell]:
        """Paired difference of a metric by clip, system minus baseline; and its p-value."""
        if system == baseline and self.missing(system) is None:
            return "baseline", "baseline"
        for name in (system, baseline):
            missing = self.missing(name)
            if missing:
                words = missing if name == system else f"{self.title(baseline)} {missing}"
                return words, words
        pairs = self._pairs(system, baseline)
        if not pairs:
            words = f"no seed in common with {self.title(baseline)}"
            return words, words
        found = self._paired(pairs, metric)
        if found is None:
            on = all(metric in self._metrics(run) for pair in pairs for run in pair)
            words = f"{UNDEFINED} on all clips" if on else NOT_MEASURED
            return words, words
        undefined = self._named(
            {second: clips for (_, second), clips in zip(pairs, found.undefined, strict=True)}
        )
        return Estimate(found.value, found.low, found.high, found.clips, undefined), found.p

    def _pairs(self, system: str, baseline: str) -> list[tuple[str, str]]:
        """Labels of both with the same seed; a reference goes with each."""
        first = {self.seed(run): run for run in self.runs(system)}
        second = {self.seed(run): run for run in self.runs(baseline)}
        if is_reference(system):
            return [(system, run) for run in second.values()]
        return [(run, second[seed]) for seed, run in first.items() if seed in second]

    def _paired(self, pairs: Sequence[tuple[str, str]], metric: str) -> PairedDifference | None:
        """The paired difference itself; None if no clip has a value of both."""
        values = [(self._per_clip(a, metric), self._per_clip(b, metric)) for a, b in pairs]
        return paired_difference(values, *self._resampling)

    def descriptions(self, system: str) -> list[dict[str, Any]] | str:
        """`model.json` of each seed of a trained system."""
        return self._files(system, "training/{}/model.json")

    def speeds(self, system: str) -> list[dict[str, Any]] | str:
        """`speed.json` of each seed of a trained system."""
        return self._files(system, "evaluation/{}/speed.json")

    def parameters(self, system: str) -> Cell:
        """Millions of trained values; the references have none."""
        if is_reference(system):
            return DASH
        found = self.descriptions(system)
        return found if isinstance(found, str) else found[0]["parameters"] / 1e6

    @property
    def clips(self) -> int:
        """Test clips that were evaluated."""
        for run in self.run_names:
            if self._is_evaluated(run):
                found = next(iter(self._metrics(run).values()))
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
    def clip_intervals(self) -> str:
        """The sentence on intervals over clips."""
        evaluation = self.config.evaluation
        return (
            f"In brackets the {100 * evaluation.confidence:g} % interval of "
            f"{evaluation.bootstrap_samples:,} bootstrap resamples of the clips."
        )

    @property
    def intervals(self) -> str:
        """The sentences on intervals over clips and seeds."""
        return " ".join([self.clip_intervals, *self.seed_words])

    @property
    def seed_words(self) -> list[str]:
        """How several seeds make one number, if there are several, and which were not run."""
        words = (
            "Where a system has several seeds, a number is the mean over them, and a resample "
            "draws seeds, and within them clips, the same ones for all: of few seeds such an "
            "interval is rather too narrow. Differences are between trainings of the same "
            "seed, and tested on each clip's mean over seeds."
        )
        several = any(len(self.runs(system)) > 1 for system in self.systems)
        return [*([words] if several else []), *self.seeds_not_run]

    @property
    def seeds_not_run(self) -> list[str]:
        """A sentence for each system that has other seeds, but not all that are asked for."""
        absent = {system: self._seeds_not_run(system) for system in self.systems}
        return [
            f"Not run: {self.title(system)} with seed {', '.join(map(str, seeds))}."
            for system, seeds in absent.items()
            if seeds
        ]

    def _seeds_not_run(self, system: str) -> list[int]:
        """Seeds that the configuration asks for and that a system lacks, which has others."""
        runs, first = self.runs(system), self.config.training.seed
        if not runs or is_reference(system):
            return []
        named = {seed: str(RunName.of(system, seed, first)) for seed in self.config.all_seeds}
        return [seed for seed, name in named.items() if name not in runs]

    @property
    def _resampling(self) -> tuple[int, float]:
        evaluation = self.config.evaluation
        return evaluation.bootstrap_samples, evaluation.confidence

    def _named(self, clips: dict[str, Iterable[str]]) -> tuple[str, ...]:
        """Clips of each run, with the seed if there are several."""
        return tuple(
            f"{clip} (seed {self.seed(run)})" if len(clips) > 1 else clip
            for run, names in clips.items()
            for clip in names
        )

    def _is_evaluated(self, run: str) -> bool:
        return (self.results / "evaluation" / run / "metrics.json").is_file()

    def _read_metrics(self, run: str) -> dict[str, dict[str, Any]]:
        return read_json(self.results / "evaluation" / run / "metrics.json")

    def _read_rows(self, run: str) -> list[dict[str, str]]:
        return read_table(self.results / "evaluation" / run / "per_clip.csv", ("id",))

    def _per_clip(self, run: str, metric: str) -> dict[str, float]:
        return {row["id"]: float(row[metric]) for row in self._rows(run) if row.get(metric)}

    def _sums(self, run: str, metric: str) -> dict[str, np.ndarray]:
        """Clip -> the sums that a metric is pooled from; empty if they were not kept."""
        rows = self._rows(run)
        name = next(known.sums for known in METRICS if known.name == metric)
        columns = [column for column in rows[0] if column.startswith(f"{name}{SUM_COLUMN}")]
        return {
            row["id"]: np.array([float(row[column]) for column in columns])
            for row in rows
            if columns and row[columns[0]]
        }

    def _files(self, system: str, pattern: str) -> list[dict[str, Any]] | str:
        missing = self.missing(system)
        if missing:
            return missing
        paths = [self.results / pattern.format(run) for run in self.runs(system)]
        return [read_json(path) for path in paths if path.is_file()] or NOT_MEASURED
