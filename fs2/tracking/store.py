"""The MLflow store: how it is made and opened, and how what fails there is told."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from fs2.errors import FS2Error
from fs2.files import atomic_path
from fs2.tracking.address import (
    PORTS,
    artifact_folder,
    dialect,
    knock,
    lock_file,
    masked,
    sqlite_file,
)

logger = logging.getLogger(__name__)

LOCK_SECONDS = 300.0
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""A server that hangs must cost seconds, not the half hour of MLflow's own values; quiet logs."""
DRIVERS = {"psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}
"""Packages whose modules have another name."""


@contextmanager
def locked(uri: str) -> Iterator[None]:
    """Keep others from making the same store, experiment or run at the same time."""
    from filelock import FileLock

    lock = lock_file(uri)
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock, timeout=LOCK_SECONDS):
        yield


def open_store(uri: str, create: bool = True) -> Any:
    """An `MlflowClient` of the store.

    Args:
        uri: Tracking URI.
        create: Whether an SQLite file that is not there is made, which one process at a time may
            do: see `locked`.

    Raises FS2Error, without the password of the URI, if it cannot be opened.
    """
    for key, value in ENVIRONMENT.items():
        os.environ.setdefault(key, value)
    with told(uri):
        return _open(uri, create)


@contextmanager
def told(uri: str) -> Iterator[None]:
    """Turn whatever a store raises into an FS2Error: one line, with advice, without passwords."""
    try:
        yield
    except FS2Error:
        raise
    except Exception as error:  # MLflow and the drivers of databases may raise anything
        raise FS2Error(f"{masked(uri)}: {masked(_advice(error, uri), uri)}") from error


def _open(uri: str, create: bool) -> Any:
    file = sqlite_file(uri)
    if file is not None:
        if not create and not file.is_file():
            raise FS2Error(f"{file}: no such file")
        if not _has_tables(file):
            if not create:
                raise FS2Error(f"{file}: no store of MLflow")
            _make(file)
    knock(uri)
    if dialect(uri) in PORTS:
        _connect(uri)
    _quieten()
    from mlflow import MlflowClient

    return MlflowClient(uri)


def _quieten() -> None:
    """Keep what MLflow does out of the log, and its tracebacks: what fails is told in a line."""
    import mlflow  # noqa: F401  (it sets its own levels)

    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)


def _connect(uri: str) -> None:
    """Raise what the database says to this user at once: MLflow asks ten times in a minute."""
    from sqlalchemy import create_engine

    engine = create_engine(uri)
    engine.connect().close()
    engine.dispose()


def _has_tables(file: Path) -> bool:
    """Whether an SQLite file is a store; False if it is not there or empty.

    Raises FS2Error if it is the database of another program.
    """
    if not file.is_file() or not file.stat().st_size:
        return False
    address = f"{file.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if tables and "experiments" not in tables:
        raise FS2Error(f"{file}: the database of another program, no store of MLflow")
    return bool(tables)


def _make(file: Path) -> None:
    """Make an SQLite store, whole or not at all: MLflow's own way of doing so is many steps."""
    _quieten()
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with atomic_path(file) as new:
        SqlAlchemyStore(f"sqlite:///{new}", artifact_folder(f"sqlite:///{file}")).engine.dispose()


def _advice(error: Exception, uri: str) -> str:
    """What is wrong with a store that cannot be opened, and what to do, in one line."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = DRIVERS.get(error.name, error.name)
        return f"needs {error.name}, which is not installed; pip install {package}"
    if isinstance(error, OSError) and sqlite_file(uri) is None:
        return f"does not answer ({one_line(error)})"
    if "db upgrade" in str(error):
        return "made by another version of MLflow; back it up, then: mlflow db upgrade <its URI>"
    if sqlite_file(uri) is not None and not _is_passing(error):
        return (
            f"the store is broken ({one_line(error)}); move this file away, and a new store is made"
        )
    return f"cannot be opened ({one_line(error)})"


def _is_passing(error: Exception) -> bool:
    """Whether an error tells of the disk or of other processes, not of the store itself."""
    signs = ("disk is full", "locked", "readonly", "unable to open", "disk I/O", "Errno")
    return any(sign in str(error) for sign in signs)


def one_line(error: BaseException) -> str:
    """The kind of an error and the first line of what it says, without passwords."""
    lines = masked(str(error)).strip().splitlines() or [""]
    if isinstance(error, FS2Error):
        return lines[0]
    return f"{type(error).__name__}: {lines[0][:300]}"


def experiment_id(client: Any, name: str) -> str:
    """Id of the experiment. A new one of a database keeps its files under a folder that is told.

    Without one MLflow would put them into `./mlruns`, wherever that is.
    """
    found = client.get_experiment_by_name(name)
    if found:
        return str(found.experiment_id)
    location = artifact_folder(client.tracking_uri)
    tags = {"mlflow.experimentKind": "custom_model_development"}
    return str(client.create_experiment(name, artifact_location=location, tags=tags))


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


def attempt(action: Callable[[], Any]) -> None:
    """Do it; if it fails, the log says so. MLflow may raise anything."""
    try:
        action()
    except Exception as error:
        logger.warning("MLflow fails (%s): the stage goes on without it", one_line(error))
