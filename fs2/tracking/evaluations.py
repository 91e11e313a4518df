"""Evaluations read back from the store, for `fs2 compare`."""

from dataclasses import dataclass
from typing import Any

from fs2.config.tracking import Tracking
from fs2.errors import FS2Error
from fs2.tracking.address import masked, tracking_uri
from fs2.tracking.store import find_runs, open_store, told


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
        uri: Tracking URI; None: that of MLFLOW_TRACKING_URI, or else the default store under the
            working directory's results.
        experiment: Name of the experiment.

    Raises FS2Error if the store or the experiment is not there. No store is made.
    """
    uri = tracking_uri(Tracking(uri=uri))
    client = open_store(uri, create=False)
    with told(uri):
        return _evaluations(client, experiment)


def _evaluations(client: Any, experiment: str) -> list[EvaluationRecord]:
    found = client.get_experiment_by_name(experiment)
    if found is None:
        raise FS2Error(f"{masked(client.tracking_uri)}: has no experiment '{experiment}'")
    newest: dict[tuple[str, str, str], EvaluationRecord] = {}
    for run in find_runs(client, found.experiment_id, {"stage": "evaluation"}, "FINISHED"):
        tags = run.data.tags
        whose = tags.get("corpus", ""), tags.get("configuration", ""), tags.get("system", "")
        metrics = {
            name.removeprefix("evaluation/"): value for name, value in run.data.metrics.items()
        }
        newest.setdefault(whose, EvaluationRecord(*whose, metrics))
    return list(newest.values())
