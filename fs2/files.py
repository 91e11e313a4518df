"""Files written whole or not at all, hashes, and small readers and writers."""

import csv
import errno
import fcntl
import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from fs2.errors import FS2Error

OWNER = ".owner"
"""File in a temporary folder: the host of the process that writes there and holds a lock on it."""
LONGEST_NAME = 255
"""Bytes of a file's name, on every usual file system."""
REFUSALS = (
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG),
    *(errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP),
)
"""Why an operating system does not let one write."""
FULL = 1 << 16
"""Bytes: a file system that has less is full."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it takes `path`'s place, else it is removed.

    The temporary path may become a file or a folder. A folder replaces an existing one whole. A
    process that is killed leaves a hidden folder; the next process that writes beside removes it.
    """
    path = Path(path)
    with _holder(path) as holder:
        temporary = holder / path.name
        yield temporary
        if temporary.is_dir() and path.is_dir():
            path.rename(holder / "replaced")
        temporary.replace(path)


@contextmanager
def working_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path`, for files that are of no use afterwards; then remove it.

    As with `atomic_path`, that of a killed process is removed by the next one that writes beside.
    """
    with _holder(Path(path)) as holder:
        folder = holder / "work"
        folder.mkdir()
        yield folder


@contextmanager
def _holder(path: Path) -> Iterator[Path]:
    """A hidden folder beside `path` that this process owns, removed afterwards."""
    try:
        _refuse_device(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path.parent.resolve())
        holder = Path(tempfile.mkdtemp(prefix=_hidden(path.name), dir=path.parent))
    except OSError as error:
        raise FS2Error(f"{path}: cannot be written ({_words(error)})") from error
    try:
        with _naming(path), _owned(holder):
            yield holder
    finally:
        shutil.rmtree(holder, ignore_errors=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """What keeps `path` from being written is an FS2Error that names it; other errors pass.

    On a full file system libraries fail in ways of their own: by whatever exception.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        raise FS2Error(f"{path}: cannot be written ({_words(error)})") from error
    except RuntimeError as error:
        if not is_full(path.parent):
            raise
        raise FS2Error(f"{path}: no space is left; free some, then go on") from error


def _words(error: OSError) -> str:
    """What the operating system refused, and at which file if it says so."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def is_full(folder: Path) -> bool:
    """Whether the file system of an existing folder has no space left."""
    return shutil.disk_usage(folder).free < FULL


def check_writable(path: Path) -> None:
    """Raise FS2Error unless a file could be written at `path`; nothing is left behind.

    Its folder need not be there.
    """
    path = Path(path)
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in path.parts):
        raise FS2Error(f"{path}: a name must not be longer than {LONGEST_NAME} bytes")
    try:
        if path.is_dir():
            raise FS2Error(f"{path}: is a folder; name a file")
        _refuse_device(path)
        folder = next(above for above in path.parents if above.exists())
        tempfile.TemporaryDirectory(prefix=_hidden(path.name), dir=folder).cleanup()
    except OSError as error:
        raise FS2Error(f"{path}: cannot be written ({_words(error)})") from error


def _refuse_device(path: Path) -> None:
    """What is neither a file nor a folder, such as /dev/null, is never replaced."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FS2Error(f"{path}: is a device or alike; name a file")


def _hidden(name: str) -> str:
    """The beginning of a hidden name; the rest, which `tempfile` adds, must have room too."""
    return f".{os.fsdecode(os.fsencode(name)[: LONGEST_NAME - 32])}."


@contextmanager
def _owned(holder: Path) -> Iterator[None]:
    """Keep `holder` from being taken for a leftover, however long this process lives."""
    unlocked = holder / f"{OWNER}.unlocked"
    with open(unlocked, "w", encoding="utf-8") as file:
        # Without a lock, on a file system that has none, there is no owner: it is left alone.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.write(socket.gethostname())
            file.flush()
            unlocked.rename(holder / OWNER)
        yield


@cache  # once a process: a folder of thousands of clips would be listed for each
def _remove_leftovers(folder: Path) -> None:
    """Remove what killed processes left in `folder`: the kernel has released their locks.

    Only those of this host: not every shared file system tells others of a lock.
    """
    for owner in folder.glob(f".*/{OWNER}"):
        try:
            with open(owner, "r+", encoding="utf-8") as file:
                if file.read() != socket.gethostname():
                    continue
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # its process lives, or has just ended well
            continue
        shutil.rmtree(owner.parent, ignore_errors=True)


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read JSON; FS2Error names the file if it is missing or broken."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FS2Error(f"{path}: cannot be read as JSON ({error})") from error


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a comma-separated table with a header line, whole or not at all."""
    with atomic_path(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_table(path: Path, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """Read a comma-separated table as a list of rows; FS2Error if a named column is missing."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise FS2Error(f"{path}: no column {', '.join(missing)} in its first line")
            return list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"{path}: cannot be read ({error})") from error
