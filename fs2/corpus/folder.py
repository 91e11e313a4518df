"""Any folder with `metadata.csv` in LJSpeech's format and wav or flac clips."""

from pathlib import Path

from fs2.corpus.source import CorpusRecording, CorpusSource, folder_with, read_text_file
from fs2.errors import FS2Error

CLIP_FOLDERS = ("wavs", "wav", "flac", "clips", ".")
CLIP_SUFFIXES = (".wav", ".flac")


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
    """Recordings of `root/metadata.csv`: `id|raw` or `id|raw|normalised` a line, no header.

    Raises FS2Error, naming the line, where a line has another number of columns.
    """
    path = root / "metadata.csv"
    recordings = []
    for number, line in enumerate(read_text_file(path).split("\n"), 1):
        if not line.strip():
            continue
        columns = [column.strip() for column in line.split("|")]
        if len(columns) not in (2, 3):
            raise FS2Error(
                f"{path}, line {number}: expected id|text or id|text|normalised text, "
                f"found {len(columns)} columns"
            )
        clip_id, raw, text = columns[0], columns[1], columns[-1] or columns[1]
        recordings.append(CorpusRecording(clip_id, raw, text, find_clip(root, clip_id)))
    return recordings


def find_clip(root: Path, clip_id: str) -> Path:
    """The clip's sound file; where there is none, the path at which it was expected first."""
    names = [root / folder / f"{clip_id}{end}" for folder in CLIP_FOLDERS for end in CLIP_SUFFIXES]
    return next((path for path in names if path.is_file()), names[0])
