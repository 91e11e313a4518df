"""Where the MLflow store is: its URI, its files, its server, and how it is shown."""

import os
import re
import socket
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from fs2.config.tracking import Tracking

FOLDER = Path("results") / "mlflow"
SERVER_SECONDS = 3.0
URI_VARIABLE = "MLFLOW_TRACKING_URI"
PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}
"""Databases that MLflow can keep its records in, besides SQLite; the ports that they listen at."""

_USER = re.compile(r"(\b[\w+.-]+://)([^\s/]\S*)@")
_USER_OF_WHOLE = re.compile(r"([\w+.-]+://)([^/].*)@")
"""In a text that is a URI and nothing else a password may have blanks."""
_SECRET = re.compile(r"(?i)\b(\w*(?:password|passwd|pwd|token|secret)\w*=)[^&\s]+")
_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)")


def store_uri() -> str:
    """The default tracking URI: sqlite under the working directory's results."""
    return f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def tracking_uri(settings: Tracking) -> str:
    """The URI of the configuration, or else of MLFLOW_TRACKING_URI, or else the default one."""
    return settings.uri or os.environ.get(URI_VARIABLE) or store_uri()


def masked(text: str, uri: str = "") -> str:
    """A text in which no URI has a user, a password or a token, nor has it those of `uri` alone."""
    text = _SECRET.sub(r"\1***", _USER_OF_WHOLE.sub(r"\1***@", text, 1) if _is_uri(text) else text)
    text = _USER.sub(r"\1***@", text)
    found = _USER_OF_WHOLE.match(uri)
    password = found[2].partition(":")[2] if found else ""
    for piece in re.split("[:/@ ]", password):
        if len(piece) > 1:  # a password that was not encoded comes in pieces
            text = text.replace(piece, "***")
    return text


def _is_uri(text: str) -> bool:
    return re.match(r"[\w+.-]+://", text) is not None and "\n" not in text


def sqlite_file(uri: str) -> Path | None:
    """The file of an SQLite store; None for every other store."""
    found = _SQLITE.match(uri)
    return Path(found[1]) if found else None


def dialect(uri: str) -> str:
    """What comes before `://`, without the driver: `postgresql`, `https`."""
    return uri.partition("://")[0].partition("+")[0]


def is_server(uri: str) -> bool:
    """Whether the store is an MLflow server."""
    return dialect(uri) in ("http", "https")


def lock_file(uri: str) -> Path:
    """The lock of those who begin with a store: beside an SQLite file, so that all folders share
    it.
    """
    file = sqlite_file(uri)
    return FOLDER / "store.lock" if file is None else file.with_name(f"{file.name}.lock")


def artifact_folder(uri: str) -> str | None:
    """URI of the folder for the files of a new experiment; None where a server decides."""
    file = sqlite_file(uri)
    if file is not None:
        return (file.parent / "artifacts").resolve().as_uri()
    return (FOLDER / "artifacts").resolve().as_uri() if dialect(uri) in PORTS else None


def knock(uri: str) -> None:
    """Raise OSError within seconds if the store has a server, and it does not answer at all."""
    if is_server(uri):
        server = _USER_OF_WHOLE.sub(r"\1", uri).rstrip("/")
        with suppress(urllib.error.HTTPError):  # that is an answer too
            urllib.request.urlopen(f"{server}/health", timeout=SERVER_SECONDS).close()
    elif dialect(uri) in PORTS:
        from sqlalchemy import make_url

        url = make_url(uri)
        if url.host:
            address = url.host, url.port or PORTS[dialect(uri)]
            socket.create_connection(address, timeout=SERVER_SECONDS).close()
