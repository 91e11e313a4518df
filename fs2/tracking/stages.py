"""A stage of the workflow, recorded: its run, under the runs of its system and configuration."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fs2.config.schema import Config
from fs2.files import read_json
from fs2.machine import git_commit
from fs2.systems.catalogue import Catalogue
from fs2.tracking.address import tracking_uri
from fs2.tracking.parents import system_run, workflow_run
from fs2.tracking.run import Run
from fs2.tracking.start import is_off
from fs2.tracking.store import attempt, experiment_id, find_runs, locked, open_store

logger = logging.getLogger(__name__)


@contextmanager
def stage(
    catalogue: Catalogue, name: str, subject: str | None = None, system_config: Config | None = None
) -> Iterator[Run]:
    """Record a stage of the workflow's configuration; yields its record.

    An exception passes through and marks the record as failed.

    Args:
        catalogue: The systems of the workflow's configuration.
        name: The stage's.
        subject: What it is about, a system or a vocoder; None for a stage of the whole corpus.
        system_config: The configuration of the system, if it is about one: its record is then
            nested under the system's. The references have the workflow's.
    """
    records: list[Run] = []
    if not is_off(catalogue.base.tracking):
        attempt(lambda: records.append(_begin(catalogue, name, subject, system_config)))
    run = records[0] if records else Run()
    if not run.active:
        logger.info("%s is not recorded in MLflow", name)
    try:
        yield run
    except BaseException:
        run.end("FAILED")
        raise
    run.end("FINISHED")


def record_afterwards(
    catalogue: Catalogue, name: str, parameters: Mapping[str, Any], report: Path
) -> None:
    """Record a stage of the whole corpus that ran where there is no MLflow, if it is not recorded.

    Args:
        catalogue: The systems of the workflow's configuration.
        name: The stage's.
        parameters: Its parameters.
        report: Its JSON report: the metrics, and a file of the record.
    """
    if not is_off(catalogue.base.tracking):
        attempt(lambda: _record_afterwards(catalogue, name, parameters, report))


def _record_afterwards(
    catalogue: Catalogue, name: str, parameters: Mapping[str, Any], report: Path
) -> None:
    config = catalogue.base
    uri = tracking_uri(config.tracking)
    with locked(uri):
        client = open_store(uri)
        experiment = experiment_id(client, config.tracking.experiment)
    tags = {"stage": name, "configuration": config.hash()}
    if next(find_runs(client, experiment, tags, "FINISHED"), None) is None:
        with stage(catalogue, name) as run:
            run.parameters(parameters)
            run.metrics(read_json(report))
            run.artifact(report)


def _begin(
    catalogue: Catalogue, name: str, subject: str | None, system_config: Config | None
) -> Run:
    """Create the stage's run and, the first time, the store, the experiment and the runs above."""
    config = catalogue.base
    uri = tracking_uri(config.tracking)
    common = _common_tags(config)
    above = []
    with locked(uri):
        client = open_store(uri)
        experiment = experiment_id(client, config.tracking.experiment)
        above.append(workflow_run(client, experiment, config, common))
        if system_config is not None and subject:
            above.append(
                system_run(client, experiment, catalogue, subject, system_config, common, above[0])
            )
    tags = {**common, "stage": name, "mlflow.parentRunId": above[-1]}
    if subject:
        tags["system"] = subject
    _close_abandoned(client, experiment, tags)
    title = f"{name}: {subject}" if subject else name
    run = client.create_run(experiment, tags=tags, run_name=title)
    return Run(client, run.info.run_id, name, *above)


def _close_abandoned(client: Any, experiment: str, tags: dict[str, str]) -> None:
    """Mark earlier runs of the same job that still seem to run: they were killed."""
    same = ("stage", "configuration", "system")
    wanted = {key: value for key, value in tags.items() if key in same}
    for run in find_runs(client, experiment, wanted, "RUNNING"):
        client.set_terminated(run.info.run_id, "KILLED")


def _common_tags(config: Config) -> dict[str, str]:
    commit = git_commit()
    return {
        "corpus": config.corpus.name,
        "configuration": config.hash(),
        "commit": commit,
        "mlflow.source.git.commit": commit.removesuffix("-dirty"),
    }
