"""The MLflow store: where it is, how it is opened, and what may fail without harm."""

import logging
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

FOLDER = Path("results") / "mlflow"
SERVER_SECONDS = 3.0
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""A server that hangs must cost seconds, not the half hour of MLflow's own values; quiet logs."""


def store_uri() -> str:
    """The default tracking URI: sqlite under the working directory's results."""
    return f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def open_store(uri: str) -> Any:
    """An `MlflowClient` of the store. A local one that is new gets its tables, by one process."""
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    from mlflow import MlflowClient

    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return MlflowClient(uri)


def experiment_id(client: Any, name: str) -> str:
    """Id of the experiment; a new one of a local store keeps its files under results/."""
    found = client.get_experiment_by_name(name)
    if found:
        return str(found.experiment_id)
    local = client.tracking_uri.startswith("sqlite:")
    location = (FOLDER / "artifacts").resolve().as_uri() if local else None
    return str(client.create_experiment(name, artifact_location=location))


def find_runs(
    client: Any, experiment: str, tags: Mapping[str, str], status: str | None = None
) -> Iterator[Any]:
    """Runs with these tags and this status, the newest first, page by page."""
    wanted = [f"tags.{key} = '{value}'" for key, value in tags.items()]
    if status:
        wanted.append(f"attributes.status = '{status}'")
    token = None
    while True:
        page = client.search_runs(
            [experiment],
            " and ".join(wanted),
            order_by=["attributes.start_time DESC"],
            page_token=token,
        )
        yield from page
        token = page.token
        if not token:
            return


def flatten(values: Mapping[str, Any], separator: str) -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings, their keys joined by `separator`."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            for inner, leaf in flatten(value, separator):
                yield f"{key}{separator}{inner}", leaf
        else:
            yield str(key), value


def attempt(action: Callable[[], Any]) -> bool:
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


def knock(uri: str) -> None:
    """Raise OSError within seconds if the store has a server, and it does not answer at all."""
    if not uri.startswith(("http://", "https://")):
        return
    with suppress(urllib.error.HTTPError):  # that is an answer too
        urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=SERVER_SECONDS).close()
