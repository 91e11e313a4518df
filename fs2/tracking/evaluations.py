"""Evaluations read back from the store, for `fs2 compare`."""

from dataclasses import dataclass

from fs2.errors import FS2Error
from fs2.tracking.store import FOLDER, find_runs, open_store, store_uri


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
    uri = uri or store_uri()
    newest: dict[tuple[str, str, str], EvaluationRecord] = {}
    from mlflow.exceptions import MlflowException

    try:
        client = open_store(uri)
        found = client.get_experiment_by_name(experiment)
        if found is None:
            raise FS2Error(f"{uri}: has no experiment '{experiment}'")
        evaluated = find_runs(client, found.experiment_id, {"stage": "evaluation"}, "FINISHED")
        for run in evaluated:
            tags = run.data.tags
            whose = tags.get("corpus", ""), tags.get("configuration", ""), tags.get("system", "")
            metrics = {
                name.removeprefix("evaluation/"): value for name, value in run.data.metrics.items()
            }
            newest.setdefault(whose, EvaluationRecord(*whose, metrics))
    except MlflowException as error:
        raise FS2Error(f"{uri}: cannot be read ({error})") from error
    return list(newest.values())
