"""The record of one stage, and what it hands on to the runs above it."""

import logging
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fs2.tracking.address import knock
from fs2.tracking.batches import BATCH_METRICS, log_metrics, log_parameters
from fs2.tracking.names import Names
from fs2.tracking.store import flatten, one_line
from fs2.tracking.voice import current_voice, log_voice

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 10.0


class Run:
    """The record of one stage. Without a client (tracking off or broken) every call does nothing.

    Metrics are named `<stage>/<name>`, with names that MLflow takes (`names.py`). When the stage
    ends well, the last value of each is copied to the run of its system, if it has one, and to the
    system's voice. What fails is said once and costs no more than itself; only a store that does
    not answer any more ends the recording.

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
        self._gone = False
        self._stage = stage
        self._workflow_id = workflow_id
        self._system_id = system_id
        self._names = Names()
        self._waiting: list[Any] = []
        self._last: dict[str, Any] = {}
        self._said: set[str] = set()
        self._flushed = time.monotonic()

    @property
    def active(self) -> bool:
        """Whether anything is recorded."""
        return self._client is not None and not self._gone

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Record settings; those of nested mappings as `outer.inner`."""
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
            Metric(self._names.safe(prefix + key.removeprefix(prefix)), number, now, step or 0)
            for key, value in flatten(values, "/")
            if (number := _number(value)) is not None
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
        self._attempt(lambda: self._replace(Path(path), folder))

    def voice(self, training: Path, vocoder: Path | None) -> None:
        """Keep the system as a model that `mlflow.pyfunc.load_model` loads; see `voice.py`."""
        if self._system_id:
            self._attempt(lambda: log_voice(self._client, self._system_id, training, vocoder))

    def flush(self) -> None:
        """Send the metrics that wait."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._attempt(lambda: log_metrics(self._client, self.run_id, waiting))
        self._flushed = time.monotonic()

    def end(self, status: str) -> None:
        """Close the record with `FINISHED` or `FAILED`, which is then the state above it too."""
        if self._client is None:
            return
        self.flush()
        if status == "FINISHED" and self._system_id:
            self._attempt(self._hand_on)
        self._gone = False  # once more, lest the record seems to run for ever
        for run_id in filter(None, (self.run_id, self._system_id, self._workflow_id)):
            self._attempt(partial(self._client.set_terminated, run_id, status))
        self._client = None

    def _hand_on(self) -> None:
        """Copy the last value of each metric to the system's run and voice, all as step 0."""
        from mlflow.entities import Metric

        voice = current_voice(self._client, self._system_id)
        now, model = int(time.time() * 1000), voice.model_id if voice else None
        values = [
            Metric(last.key, last.value, now, 0, model_id=model) for last in self._last.values()
        ]
        log_metrics(self._client, self._system_id, values)

    def _replace(self, path: Path, folder: str) -> None:
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        root = self._client.get_run(self._workflow_id).info.artifact_uri
        with suppress(Exception):  # a store that cannot delete writes over what has the same name
            get_artifact_repository(root, self._client.tracking_uri).delete_artifacts(folder)
        method = "log_artifacts" if path.is_dir() else "log_artifact"
        getattr(self._client, method)(self._workflow_id, str(path), folder)

    def _attempt(self, action: Callable[[], Any]) -> None:
        """Do it, if anything is recorded; a failure is said once."""
        if not self.active:
            return
        try:
            action()
        except Exception as error:  # MLflow and what it uses may raise anything
            self._say(one_line(error))
            self._go_on_if_it_answers()

    def _say(self, reason: str) -> None:
        if reason not in self._said:
            self._said.add(reason)
            logger.warning("MLflow fails (%s): the stage goes on without it", reason)

    def _go_on_if_it_answers(self) -> None:
        """End the recording if the store is gone, lest every call waits for it."""
        try:
            knock(self._client.tracking_uri)
            self._client.get_run(self.run_id)
        except Exception:
            self._gone = True


def _number(value: Any) -> float | None:
    """A value as a float, infinite if it is too large for one; None if it is no number."""
    number = value.item() if isinstance(value, np.generic) else value
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
