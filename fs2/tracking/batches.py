"""Metrics and parameters in batches: what a store refuses costs that value alone."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fs2.tracking.names import Names, safe_value
from fs2.tracking.store import flatten, one_line

logger = logging.getLogger(__name__)

BATCH_METRICS = 1000
BATCH_PARAMETERS = 100


def log_metrics(client: Any, run_id: str, metrics: Sequence[Any]) -> None:
    """Write `mlflow.entities.Metric`s of a run."""
    _in_batches(lambda batch: client.log_batch(run_id, metrics=batch), metrics, BATCH_METRICS)


def log_parameters(client: Any, run_id: str, values: Mapping[str, Any]) -> None:
    """Write the parameters of a run, those of nested mappings as `outer.inner`."""
    from mlflow.entities import Param

    names = Names()
    items = [Param(names.safe(key), safe_value(value)) for key, value in flatten(values, ".")]
    _in_batches(lambda batch: client.log_batch(run_id, params=batch), items, BATCH_PARAMETERS)


def _in_batches(send: Callable[[Sequence[Any]], None], items: Sequence[Any], size: int) -> None:
    for start in range(0, len(items), size):
        _send(send, items[start : start + size])


def _send(send: Callable[[Sequence[Any]], None], items: Sequence[Any]) -> None:
    """Send items; of those that the store refuses each half anew, down to the one at fault."""
    from mlflow.exceptions import MlflowException

    try:
        send(items)
    except MlflowException as error:
        if error.error_code != "INVALID_PARAMETER_VALUE":
            raise
        if len(items) == 1:
            logger.warning("MLflow leaves out %s: %s", items[0].key, one_line(error))
            return
        middle = len(items) // 2
        _send(send, items[:middle])
        _send(send, items[middle:])
