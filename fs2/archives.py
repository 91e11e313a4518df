"""Archives unpacked: every name checked, sizes bounded, checksums read to their end."""

import bz2
import gzip
import logging
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from fs2.errors import FS2Error
from fs2.files import LONGEST_NAME, atomic_path

CHUNK = 1 << 20
LONGEST_HEADER = 1 << 20
"""Bytes of one entry's extended header, which is read into memory."""
HIGHEST_RATIO = 200
"""An archive that grows by more is no recordings and no TextGrids, but made to fill a disk."""
UNSUSPICIOUS = 100 * 10**6
"""Bytes that an archive may unpack to whatever its own size."""

_OPENERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
_OTHERS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"\x28\xb5\x2f\xfd": "zst",
}
_TAR_MAGIC = 257, b"ustar"
"""Place and bytes by which a plain tar archive is known."""
_EXTENDED = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_DAMAGE = (OSError, EOFError, ValueError, tarfile.TarError, lzma.LZMAError, zlib.error)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class UnpackingLimits:
    """How much an archive may unpack to: gigabytes (10^9 bytes) and number of files and folders.

    `section` is that of the configuration whose keys `maximum_unpacked_gb` and `maximum_files` set
    them; it is empty if nothing does.
    """

    gigabytes: float = 50.0
    files: int = 1_000_000
    section: str = ""

    def refusal(self, archive: Path, limit: str, key: str) -> FS2Error:
        """The error for an archive that is beyond one of the limits, which `key` sets."""
        raised = f"raise {self.section}.{key}, or " if self.section else ""
        return FS2Error(
            f"{archive}: refused, it unpacks to more than {limit}. If you trust it, {raised}"
            "unpack it yourself and name the folder instead"
        )


DEFAULT_LIMITS = UnpackingLimits()


def extract(archive: Path, folder: Path, limits: UnpackingLimits = DEFAULT_LIMITS) -> Path:
    """Unpack a tar archive as the new folder `folder`; whole or not at all. Returns `folder`.

    As `read_archive`. Raises FS2Error also if a file cannot be written.
    """
    from tqdm import tqdm  # the limits stand in the configuration, which is read without it

    logger.info("unpacking %s", archive)
    with atomic_path(folder) as temporary:
        temporary.mkdir()
        label = f"unpacking {Path(archive).name}"
        entries = read_archive(archive, limits)
        for name, content in tqdm(entries, label, unit=" files", disable=None):
            _write(temporary / name, content, f"{archive}: its entry {str(name)!r}")
    return folder


def read_archive(
    archive: Path, limits: UnpackingLimits = DEFAULT_LIMITS
) -> Iterator[tuple[PurePosixPath, Iterator[bytes] | None]]:
    """The entries of a tar archive (plain, gz, bz2 or xz) in turn: name, and contents in blocks.

    A folder's contents are None. Contents can be read until the next entry is asked for. After
    the last entry the rest is read too, so that the checksums of the compression are compared; a
    plain tar archive has none of its files' contents. Only regular files and folders are
    accepted.

    Raises FS2Error, wherever it is noticed, for an archive that is damaged or ends early, a name
    that leads out or cannot be a file's, a link or a device, and what is beyond `limits`.
    """
    with _damage_told(archive), _decompressed(archive) as file:
        stream: Any = _Bounded(file, archive, limits)
        with tarfile.open(fileobj=stream, mode="r|", bufsize=CHUNK, tarinfo=_StrictTarInfo) as tar:
            for number, member in enumerate(iter(tar.next, None), 1):
                if number > limits.files:
                    raise limits.refusal(archive, f"{limits.files:,} files", "maximum_files")
                name = _checked_name(archive, member)
                yield name, None if member.isdir() else _blocks(archive, tar.extractfile(member))
                tar.members.clear()  # type: ignore[attr-defined]  # or they grow with the archive
        while stream.read(CHUNK):
            pass


def _blocks(archive: Path, content: IO[bytes] | None) -> Iterator[bytes]:
    assert content is not None  # it is a regular file
    with _damage_told(archive), content:
        while block := content.read(CHUNK):
            yield block


class _StrictTarInfo(tarfile.TarInfo):
    """A header of a tar archive: a damaged one is an error, and so is an end without its mark.

    tarfile takes both for the end of the archive.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_StrictTarInfo":
        try:
            member = super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from error
        if member.type in _EXTENDED and member.size > LONGEST_HEADER:
            raise tarfile.ReadError(f"a header of {member.size} bytes")
        return member


class _Bounded:
    """Reads a stream up to a number of bytes; FS2Error beyond."""

    def __init__(self, file: IO[bytes], archive: Path, limits: UnpackingLimits) -> None:
        self.file, self.archive, self.limits = file, archive, limits
        self.size = archive.stat().st_size
        self.bytes = 0

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        block = self.file.read(size)
        self.bytes += len(block)
        if self.bytes > self.limits.gigabytes * 1e9:
            limit = f"{self.limits.gigabytes:g} GB"
            raise self.limits.refusal(self.archive, limit, "maximum_unpacked_gb")
        if self.bytes > max(HIGHEST_RATIO * self.size, UNSUSPICIOUS):
            raise FS2Error(
                f"{self.archive}: refused, it unpacks to more than {HIGHEST_RATIO} times its own "
                "size. If you trust it, unpack it yourself and name the folder instead"
            )
        return block


@contextmanager
def _damage_told(archive: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise FS2Error(
            f"{archive}: cannot be unpacked, it is damaged or no tar archive ({error}); "
            "fetch it anew"
        ) from error


@contextmanager
def _decompressed(archive: Path) -> Iterator[IO[bytes]]:
    """The bytes of the tar archive itself, whichever compression its first bytes tell."""
    with open(archive, "rb") as file:
        opener = _opener(archive, file.read(tarfile.BLOCKSIZE))
        file.seek(0)
        if opener is None:
            yield file
            return
        with opener(file) as decompressed:
            yield decompressed


def _opener(archive: Path, start: bytes) -> Any:
    """What decompresses a file that begins with `start`; None for a plain tar archive.

    A plain one begins with the name of its first entry, which may be the sign of another kind.
    """
    place, magic = _TAR_MAGIC
    if start.startswith(magic, place):
        return None
    for magic, kind in _OTHERS.items():
        if start.startswith(magic):
            raise FS2Error(
                f"{archive}: is a {kind} file; tar archives are read, plain or as gz, bz2 or xz. "
                "Unpack it yourself and name the folder instead"
            )
    return next((opener for magic, opener in _OPENERS.items() if start.startswith(magic)), None)


def _checked_name(archive: Path, member: tarfile.TarInfo) -> PurePosixPath:
    name = PurePosixPath(member.name)
    refused = f"{archive}: refused, its entry {member.name[:80]!r}"
    if name.is_absolute() or ".." in name.parts:
        raise FS2Error(f"{refused} leads out of the folder")
    if not (member.isdir() or member.isreg()) or member.issparse():
        raise FS2Error(f"{refused} is a link or a device")
    if "\0" in member.name or any(_bytes(part) > LONGEST_NAME for part in name.parts):
        raise FS2Error(f"{refused} has a name that no file can have")
    return name


def _bytes(name: str) -> int:
    return len(name.encode("utf-8", "surrogateescape"))


def _write(path: Path, content: Iterator[bytes] | None, entry: str) -> None:
    """Make the folder `path`, or the file with this content and the folders above it."""
    try:
        if content is None:
            path.mkdir(parents=True, exist_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as file:
            file.writelines(content)
    except FileExistsError as error:
        raise FS2Error(f"{entry} is there twice, or is both a file and a folder") from error
    except OSError as error:
        raise FS2Error(f"{entry} cannot be written ({error.strerror})") from error
