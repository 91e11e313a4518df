"""The record of one stage, and what it hands on to the runs above it."""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from fs2.tracking.store import attempt, flatten
from fs2.tracking.voice import log_voice

BATCH_METRICS = 1000
BATCH_PARAMETERS = 100
FLUSH_SECONDS = 10.0
PARAMETER_LENGTH = 500


class Run:
    """The record of one stage. Without a client (tracking off or broken) every call does nothing.

    Metrics are named `<stage>/<name>`. When the stage ends well, the last value of each is copied
    to the run of its system, if it has one.

    Args:
        client: An `MlflowClient`.
        run_id: The stage's run.
        stage: Its name.
        workflow_id: The run of the workflow's configuration.
        system_id: The run of the stage's system; empty for stages that are about no system.
    """

    def __init__(
        self,
        client: Any = None,
        run_id: str = "",
        stage: str = "",
        workflow_id: str = "",
        system_id: str = "",
    ) -> None:
        self.run_id = run_id
        self._client = client
        self._stage = stage
        self._workflow_id = workflow_id
        self._system_id = system_id
        self._waiting: list[Any] = []
        self._last: dict[str, Any] = {}
        self._flushed = time.monotonic()

    @property
    def active(self) -> bool:
        """Whether anything is recorded."""
        return self._client is not None

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Record settings; those of nested mappings as `outer.inner`."""
        if self.active:
            self._attempt(lambda: log_parameters(self._client, self.run_id, values))

    def metrics(
        self, values: Mapping[str, Any], step: int | None = None, detail: bool = False
    ) -> None:
        """Record numbers, those of nested mappings as `outer/inner`; what is no number is skipped.

        They are sent a thousand at a time or every ten seconds, and the last when the stage ends.
        Those that are a `detail` are not copied to the run of the system.
        """
        if not self.active:
            return
        from mlflow.entities import Metric

        now, prefix = int(time.time() * 1000), f"{self._stage}/"
        new = [
            Metric(prefix + key.removeprefix(prefix), float(value), now, step or 0)
            for key, value in flatten(values, "/")
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        self._waiting += new
        if not detail:
            self._last |= {metric.key: metric for metric in new}
        overdue = time.monotonic() - self._flushed > FLUSH_SECONDS
        if overdue or len(self._waiting) >= BATCH_METRICS:
            self.flush()

    def artifact(self, path: str | Path, folder: str | None = None) -> None:
        """Keep a copy of a file, or of a folder's files, under `folder` of the record."""
        if self.active and Path(path).exists():
            method = "log_artifacts" if Path(path).is_dir() else "log_artifact"
            action = getattr(self._client, method)
            self._attempt(lambda: action(self.run_id, str(path), folder))

    def comparison(self, path: str | Path, folder: str) -> None:
        """Keep what compares systems under `folder` of the workflow's run, where it replaces all.

        `path` is a file, or a folder whose files are kept.
        """
        if self.active:
            self._attempt(lambda: self._replace(Path(path), folder))

    def voice(self, training: Path, vocoder: Path | None) -> None:
        """Keep the system as a model that `mlflow.pyfunc.load_model` loads; see `voice.py`."""
        if self.active and self._system_id:
            self._attempt(lambda: log_voice(self._client, self._system_id, training, vocoder))

    def flush(self) -> None:
        """Send the metrics that wait."""
        while self.active and self._waiting:
            batch, self._waiting = self._waiting[:BATCH_METRICS], self._waiting[BATCH_METRICS:]
            self._send(self.run_id, batch)
        self._flushed = time.monotonic()

    def end(self, status: str) -> None:
        """Close the record with `FINISHED` or `FAILED`, which is then the state above it too."""
        self.flush()
        if status == "FINISHED" and self._system_id:
            self._hand_on()
        for run_id in filter(None, (self.run_id, self._system_id, self._workflow_id)):
            if self.active:
                self._attempt(lambda run_id=run_id: self._client.set_terminated(run_id, status))
        self._client = None

    def _hand_on(self) -> None:
        """Copy the last value of each metric to the run of the system, all as step 0."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        values = [Metric(last.key, last.value, now, 0) for last in self._last.values()]
        for start in range(0, len(values), BATCH_METRICS):
            self._send(self._system_id, values[start : start + BATCH_METRICS])

    def _send(self, run_id: str, metrics: list[Any]) -> None:
        if self.active:
            self._attempt(lambda: self._client.log_batch(run_id, metrics=metrics))

    def _replace(self, path: Path, folder: str) -> None:
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        root = self._client.get_run(self._workflow_id).info.artifact_uri
        with suppress(Exception):  # a store that cannot delete writes over what has the same name
            get_artifact_repository(root, self._client.tracking_uri).delete_artifacts(folder)
        method = "log_artifacts" if path.is_dir() else "log_artifact"
        getattr(self._client, method)(self._workflow_id, str(path), folder)

    def _attempt(self, action: Any) -> None:
        """Do it; the first failure ends the recording."""
        if not attempt(action):
            self._client = None


def log_parameters(client: Any, run_id: str, values: Mapping[str, Any]) -> None:
    """Write the parameters of a run, those of nested mappings as `outer.inner`."""
    from mlflow.entities import Param

    items = [Param(key, str(value)[:PARAMETER_LENGTH]) for key, value in flatten(values, ".")]
    for start in range(0, len(items), BATCH_PARAMETERS):
        client.log_batch(run_id, params=items[start : start + BATCH_PARAMETERS])
