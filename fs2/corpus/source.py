"""What a corpus source is: the interface that asterisk, ljspeech, kathleen and folder share."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fs2.archives import UnpackingLimits, extract
from fs2.audio import read_audio, sound_seconds
from fs2.errors import FS2Error

FETCH_ADVICE = "Or fetch it by other means and name the archive or its folder as corpus.path."
"""What to do if a download fails."""


@dataclass(frozen=True)
class CorpusRecording:
    """One recording of a source, before any check.

    `raw` is the text as published, `text` the text to be read. A recording that the source itself
    does not want (a tone, an older take) says why in `excluded`.
    """

    id: str
    raw: str
    text: str
    audio: Path
    excluded: str = ""


class CorpusSource(ABC):
    """A source of recordings. A new one overrides `fetch` and `recordings`, more only if it must.

    `licence` and `attribution` go into the corpus report and from there into everything published.
    """

    name = ""
    licence = ""
    attribution = ""

    @abstractmethod
    def fetch(self, downloads: Path) -> Path:
        """Bring the material into the folder `downloads` and return the folder that holds it.

        Nothing is fetched twice. Raises FS2Error if it cannot be reached or is not what it was.
        """

    @abstractmethod
    def recordings(self, folder: Path) -> list[CorpusRecording]:
        """All recordings in `folder`, in any order. Raises FS2Error if it holds no such corpus."""

    def split(self, clip_id: str) -> str | None:
        """The split that the source itself puts a clip into; None if it has no split of its own."""
        return None

    @staticmethod
    def seconds(path: Path) -> float:
        """Length in seconds without decoding, however long it is; FS2Error if unreadable."""
        return sound_seconds(path)

    @staticmethod
    def read(path: Path) -> tuple[np.ndarray, int]:
        """Samples, full scale 1, shape (samples,), and rate in Hz; FS2Error if unreadable."""
        return read_audio(path)


def local_folder(path: Path, downloads: Path, limits: UnpackingLimits) -> Path:
    """The folder of a local corpus: `path` itself, or what the archive `path` holds, unpacked.

    An archive is unpacked once, into `downloads`, under a name that changes with its contents.
    Raises FS2Error if there is nothing, or an archive that is damaged or beyond the limits.
    """
    if path.is_dir():
        return path
    if not path.is_file():
        raise FS2Error(f"corpus.path: {path} does not exist")
    status = path.stat()
    version = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"
    folder = downloads / f"local-{hashlib.sha256(version.encode()).hexdigest()[:12]}"
    return folder if folder.is_dir() else extract(path, folder, limits)


def folder_with(file: str, folder: Path, source: str) -> Path:
    """`folder`, or the folder within it, that holds `file`; FS2Error says what is expected."""
    for candidate in (folder, *sorted(path for path in folder.glob("*") if path.is_dir())):
        if (candidate / file).exists():
            return candidate
    raise FS2Error(f"{folder}: holds no {file}, which source: {source} reads; check corpus.path")


def read_text_file(path: Path) -> str:
    """A UTF-8 text file; FS2Error names it if it is missing or of another encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"{path}: cannot be read as UTF-8 text ({error})") from error
