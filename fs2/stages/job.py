"""One job of a stage: made from Snakemake's, or from the command line for a debugger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fs2.config.files import read_yaml
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.plugins import load_plugins
from fs2.registry import VOCODERS
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan
from fs2.systems.catalogue import Catalogue

LOGS = "logs"
"""Folder of the logs, below that of the results."""


@dataclass(frozen=True)
class Job:
    """A stage's job.

    Attributes:
        stage: Name of the stage.
        plan: The workflow's.
        run: The system with its seed, or the reference, that it is about; empty if about none.
        vocoder: The vocoder that it is about; empty if about none.
        threads: Cores.
        downloads: Folder of downloads.
        log: File that messages go to, besides standard error; None: no file.
        parameters: What is recorded of its settings.
        shown: Runs that tables and report show.
        recorded: Whether it is recorded in MLflow.
    """

    stage: str
    plan: Plan
    run: str = ""
    vocoder: str = ""
    threads: int = 1
    downloads: Path = Path("resources")
    log: Path | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    shown: Sequence[str] = ()
    recorded: bool = True

    @property
    def layout(self) -> Layout:
        """Where results lie."""
        return self.plan.layout

    @property
    def config(self) -> Config:
        """The configuration of what it is about."""
        if self.vocoder:
            return self.plan.with_vocoder(self.vocoder)
        return self.plan.configuration(self.run) if self.run else self.plan.config

    @property
    def vocoder_folder(self) -> Path | None:
        """The vocoder that its run is spoken with, if it needs one."""
        name = self.plan.vocoder_of(self.run)
        return self.layout.vocoder(name) if name else None

    @classmethod
    def of_snakemake(cls, snakemake: Any) -> "Job":
        """The job that a script of Snakemake is to do.

        The log's path, `<root>/logs/<stage>.log` or `<root>/logs/<stage>/<subject>.log`, says which
        stage it is and where results lie: as a module of another workflow the rules have names of
        their own (`use rule * from fs2 as fs2_*`), and a `prefix` moves all files.

        Raises FS2Error if the rule was given a log that says nothing of this.
        """
        log = Path(snakemake.log[0])
        logs = next((folder for folder in log.parents if folder.name == LOGS), None)
        if logs is None:
            raise FS2Error(
                f"rule {snakemake.rule}: log {log}: a stage is known by its log, which must be "
                f"<results>/{LOGS}/<stage>.log or <results>/{LOGS}/<stage>/<name>.log"
            )
        load_plugins(snakemake.config)
        parameters = dict(snakemake.params.items())
        shown = parameters.pop("systems", ())
        for name in ("rows", "answers"):  # files of their own, too long for a record
            parameters.pop(name, None)
        settings = parameters.pop("settings", {})
        return cls(
            stage=Path(log.relative_to(logs).parts[0]).stem,
            plan=Plan(Catalogue(snakemake.config), Layout(logs.parent)),
            run=snakemake.wildcards.get("system", ""),
            vocoder=snakemake.wildcards.get("vocoder", ""),
            threads=snakemake.threads,
            downloads=Path(parameters.pop("downloads", "resources")),
            log=log,
            parameters={**settings, **parameters, "threads": snakemake.threads},
            shown=tuple(shown),
        )

    @classmethod
    def of_config(
        cls,
        stage: str,
        config: Path,
        run: str = "",
        vocoder: str = "",
        results: Path = Path("results"),
        threads: int = 1,
    ) -> "Job":
        """The same job without Snakemake, unrecorded; what it needs must be there."""
        values = read_yaml(config)
        load_plugins(values)
        catalogue = Catalogue(values)
        plan = Plan(catalogue, Layout(results / catalogue.base.corpus.name))
        if vocoder and vocoder not in VOCODERS:
            raise FS2Error(f"--vocoder: {VOCODERS.unknown(vocoder)}")
        shown = tuple(plan.shown(plan.runs))
        return cls(stage, plan, run, vocoder, threads, shown=shown, recorded=False)
