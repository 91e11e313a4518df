"""Records of stages in MLflow: the only module that imports it, and only once a stage runs.

Each stage of each system is one run, nested under one parent run for each configuration of the
workflow. No record is worth a result: what fails here is said once in the log, the stage goes on.
"""

import logging
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fs2.config import Config
from fs2.errors import FS2Error

logger = logging.getLogger(__name__)

FOLDER = Path("results") / "mlflow"
BATCH_METRICS = 1000
BATCH_PARAMETERS = 100
FLUSH_SECONDS = 10.0
LOCK_SECONDS = 300.0
SERVER_SECONDS = 3.0
PARAMETER_LENGTH = 500

ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}
"""A server that hangs must cost seconds, not the half hour of MLflow's own values."""


class Run:
    """The record of one stage. Without a client (tracking off or broken) every call does nothing.

    Metrics are named `<stage>/<name>`.
    """

    def __init__(
        self, client: Any = None, run_id: str = "", parent_id: str = "", stage: str = ""
    ) -> None:
        self.run_id = run_id
        self._client = client
        self._parent_id = parent_id
        self._stage = stage
        self._waiting: list[Any] = []
        self._flushed = time.monotonic()

    @property
    def active(self) -> bool:
        """Whether anything is recorded."""
        return self._client is not None

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Record settings; those of nested mappings as `outer.inner`."""
        if not self.active:
            return
        from mlflow.entities import Param

        items = [Param(key, str(value)[:PARAMETER_LENGTH]) for key, value in flatten(values, ".")]
        for start in range(0, len(items), BATCH_PARAMETERS):
            batch = items[start : start + BATCH_PARAMETERS]
            self._call("log_batch", params=batch)

    def metrics(self, values: Mapping[str, Any], step: int | None = None) -> None:
        """Record numbers, those of nested mappings as `outer/inner`; what is no number is skipped.

        They are sent a thousand at a time or every ten seconds, and the last when the stage ends.
        """
        if not self.active:
            return
        from mlflow.entities import Metric

        now, prefix = int(time.time() * 1000), f"{self._stage}/"
        self._waiting += [
            Metric(prefix + key.removeprefix(prefix), float(value), now, step or 0)
            for key, value in flatten(values, "/")
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        overdue = time.monotonic() - self._flushed > FLUSH_SECONDS
        if overdue or len(self._waiting) >= BATCH_METRICS:
            self.flush()

    def artifact(self, path: str | Path, folder: str | None = None) -> None:
        """Keep a copy of a file, or of a folder's files, under `folder` of the record."""
        if Path(path).exists():
            method = "log_artifacts" if Path(path).is_dir() else "log_artifact"
            self._call(method, str(path), folder)

    def flush(self) -> None:
        """Send the metrics that wait."""
        while self.active and self._waiting:
            batch, self._waiting = self._waiting[:BATCH_METRICS], self._waiting[BATCH_METRICS:]
            self._call("log_batch", metrics=batch)
        self._flushed = time.monotonic()

    def end(self, status: str) -> None:
        """Close the record with `FINISHED` or `FAILED`, which is the parent's state then too."""
        self.flush()
        self._call("set_terminated", status)
        if self.active:
            _attempt(lambda: self._client.set_terminated(self._parent_id, status))
        self._client = None

    def _call(self, method: str, *arguments: Any, **named: Any) -> None:
        """Call the client for this run; the first failure ends the recording."""
        if not self.active:
            return
        action = getattr(self._client, method)
        if not _attempt(lambda: action(self.run_id, *arguments, **named)):
            self._client = None


@contextmanager
def stage(config: Config, name: str, system: str | None = None) -> Iterator[Run]:
    """Record a stage of the workflow's configuration `config`; yields its record.

    An exception passes through and marks the record as failed.
    """
    run = _begin(config, name, system) if config.tracking.enabled else Run()
    if not run.active:
        logger.info("%s is not recorded in MLflow", name)
    try:
        yield run
    except BaseException:
        run.end("FAILED")
        raise
    run.end("FINISHED")


@dataclass(frozen=True)
class EvaluationRecord:
    """The newest finished evaluation of a system under one configuration.

    `metrics` are named as in `metrics.json`, the ends of intervals `<name>_low` and `<name>_high`.
    """

    corpus: str
    configuration: str
    system: str
    metrics: dict[str, float]


def read_evaluations(
    uri: str | None = None, experiment: str = "fastspeech2"
) -> list[EvaluationRecord]:
    """Every `EvaluationRecord` of a store, the newest configuration first.

    Args:
        uri: Tracking URI; None: the default store under the working directory's results.
        experiment: Name of the experiment.

    Raises FS2Error if the store or the experiment is not there.
    """
    if uri is None and not (FOLDER / "mlflow.db").is_file():
        raise FS2Error(
            f"{FOLDER / 'mlflow.db'}: no tracking store here; run the workflow, or name one: --uri"
        )
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    newest: dict[tuple[str, str, str], EvaluationRecord] = {}
    try:
        client = MlflowClient(uri or store_uri())
        found = client.get_experiment_by_name(experiment)
        if found is None:
            raise FS2Error(f"{uri or store_uri()}: has no experiment '{experiment}'")
        for run in _all_runs(client, found.experiment_id):
            tags = run.data.tags
            whose = tags.get("corpus", ""), tags.get("configuration", ""), tags.get("system", "")
            metrics = {
                name.removeprefix("evaluation/"): value for name, value in run.data.metrics.items()
            }
            newest.setdefault(whose, EvaluationRecord(*whose, metrics))
    except MlflowException as error:
        raise FS2Error(f"{uri or store_uri()}: cannot be read ({error})") from error
    return list(newest.values())


def _all_runs(client: Any, experiment: str) -> Iterator[Any]:
    """Finished evaluations, the newest first, page by page."""
    query = "tags.stage = 'evaluation' and attributes.status = 'FINISHED'"
    token = None
    while True:
        page = client.search_runs(
            [experiment], query, order_by=["attributes.start_time DESC"], page_token=token
        )
        yield from page
        token = page.token
        if not token:
            return


def store_uri() -> str:
    """The default tracking URI: sqlite under the working directory's results."""
    return f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def flatten(values: Mapping[str, Any], separator: str) -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings, their keys joined by `separator`."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            for inner, leaf in flatten(value, separator):
                yield f"{key}{separator}{inner}", leaf
        else:
            yield str(key), value


def _begin(config: Config, name: str, system: str | None) -> Run:
    records: list[Run] = []
    _attempt(lambda: records.append(_create(config, name, system)))
    return records[0] if records else Run()


def _create(config: Config, name: str, system: str | None) -> Run:
    """Create the stage's run and, the first time, the store, the experiment and the parent."""
    uri = config.tracking.uri or store_uri()
    if uri.startswith(("http://", "https://")):
        _knock(uri)
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    from filelock import FileLock
    from mlflow import MlflowClient

    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with FileLock(FOLDER / "store.lock", timeout=LOCK_SECONDS):
        client = MlflowClient(uri)
        experiment = _experiment(client, config.tracking.experiment, uri)
        parent = _parent(client, experiment, config)
    tags = {**_tags(config, name), "mlflow.parentRunId": parent}
    if system:
        tags["system"] = system
    _close_abandoned(client, experiment, tags)
    title = f"{name}: {system}" if system else name
    run = client.create_run(experiment, tags=tags, run_name=title)
    return Run(client, run.info.run_id, parent, name)


def _experiment(client: Any, name: str, uri: str) -> str:
    """Id of the experiment; a new one of a local store keeps its files under results/."""
    found = client.get_experiment_by_name(name)
    if found:
        return str(found.experiment_id)
    local = uri.startswith("sqlite:")
    location = (FOLDER / "artifacts").resolve().as_uri() if local else None
    return str(client.create_experiment(name, artifact_location=location))


def _parent(client: Any, experiment: str, config: Config) -> str:
    """Id of the run of this configuration, under which its stages are nested."""
    tags = _tags(config, "workflow")
    wanted = " and ".join(f"tags.{key} = '{tags[key]}'" for key in ("stage", "configuration"))
    found = client.search_runs([experiment], wanted, max_results=1)
    if found:
        return str(found[0].info.run_id)
    values = config.model_dump(mode="json", exclude={"tracking", "systems", "seeds"})
    tags["mlflow.note.content"] = (
        f"All stages of configuration {config.hash()}: corpus {config.corpus.name}, "
        f"aligner {config.alignment.aligner}, model size {config.model.size}, "
        f"{config.training.steps} steps, vocoder {config.vocoder.name}. See config.yaml."
    )
    run = client.create_run(experiment, tags=tags, run_name=f"{config.corpus.name} {config.hash()}")
    client.log_text(run.info.run_id, yaml.safe_dump(values, sort_keys=False), "config.yaml")
    return str(run.info.run_id)


def _close_abandoned(client: Any, experiment: str, tags: dict[str, str]) -> None:
    """Mark earlier runs of the same job that still seem to run: they were killed."""
    same = ("stage", "configuration", "system")
    wanted = [f"tags.{key} = '{tags[key]}'" for key in same if key in tags]
    query = " and ".join([*wanted, "attributes.status = 'RUNNING'"])
    for run in client.search_runs([experiment], query):
        client.set_terminated(run.info.run_id, "KILLED")


def _tags(config: Config, name: str) -> dict[str, str]:
    commit = git_commit()
    return {
        "stage": name,
        "corpus": config.corpus.name,
        "configuration": config.hash(),
        "commit": commit,
        "mlflow.source.git.commit": commit.removesuffix("-dirty"),
    }


def git_commit() -> str:
    """The checkout's commit, with `-dirty` if files differ from it; `unknown` outside of git."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    folder = Path(__file__).resolve().parent
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip() or "unknown"


def _knock(uri: str) -> None:
    """Raise OSError within seconds if no server answers at all."""
    with suppress(urllib.error.HTTPError):  # that is an answer too
        urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=SERVER_SECONDS).close()


def _attempt(action: Callable[[], Any]) -> bool:
    """Whether `action` went well; if not, the log says so. MLflow may raise anything."""
    try:
        action()
    except Exception as error:
        reason = str(error).strip().splitlines() or [""]
        logger.warning(
            "MLflow fails (%s: %s): the stage goes on without it", type(error).__name__, reason[0]
        )
        return False
    return True
