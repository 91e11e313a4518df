"""Any folder with `metadata.csv` in LJSpeech's format and sound files."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from fs2.corpus.metadata import read_metadata
from fs2.corpus.source import CorpusRecording, CorpusSource, folder_with
from fs2.errors import FS2Error

CLIP_FOLDERS = ("wavs", "wav", "flac", "clips", ".")
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".au")
"""Of sound files that can be read, the preferred ones first; capitals do not matter."""


class Folder(CorpusSource):
    """`metadata.csv` (`id|raw|normalised`, the last optional) and `wavs/<id>.wav` or alike."""

    name = "folder"
    licence = "unknown: the owner of the recordings decides"
    attribution = "local recordings"

    def fetch(self, downloads: Path) -> Path:
        """Not available: a folder is always local."""
        raise FS2Error("corpus.path: source: folder needs the folder that holds metadata.csv")

    def recordings(self, folder: Path) -> list[CorpusRecording]:
        """One recording a line of `metadata.csv`; a clip that is not there stays to be reported."""
        return read_ljspeech_format(folder_with("metadata.csv", folder, self.name))


def read_ljspeech_format(root: Path) -> list[CorpusRecording]:
    """Recordings of `root/metadata.csv`: `id|raw` or `id|raw|normalised` a line.

    An id may be written as the name of its sound file, in one of the usual folders. Raises
    FS2Error, naming the line or column, as `read_metadata`.
    """
    sounds = sound_files(root)
    recordings = []
    for line in read_metadata(root / "metadata.csv"):
        clip_id = plain_id(line.id)
        sound = sounds.get(clip_id, root / CLIP_FOLDERS[0] / f"{clip_id}{SUFFIXES[0]}")
        recordings.append(CorpusRecording(clip_id, line.raw, line.text, sound))
    return recordings


def plain_id(name: str) -> str:
    """An id without the suffix of a sound file and without a usual folder: ./wavs/a.wav is a."""
    path = PurePosixPath(name)
    if len(path.parts) == 2 and path.parts[0] in CLIP_FOLDERS:
        path = PurePosixPath(path.name)
    plain = str(path)
    return plain[: -len(path.suffix)] if path.suffix.lower() in SUFFIXES else plain


def sound_files(root: Path) -> Mapping[str, Path]:
    """The sound file of each id in the usual folders below `root`, the preferred one of several."""
    found: dict[str, Path] = {}
    for folder in (root / name for name in CLIP_FOLDERS):
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        sounds = [path for path in files if path.suffix.lower() in SUFFIXES]
        for path in sorted(sounds, key=lambda path: SUFFIXES.index(path.suffix.lower())):
            found.setdefault(path.stem, path)
    return found
