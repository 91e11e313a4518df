"""Kathleen: an hour of the CMU ARCTIC prompts, read by one woman at 48 kHz."""

from pathlib import Path

from fs2.archives import extract
from fs2.corpus.folder import read_ljspeech_format
from fs2.corpus.source import (
    FETCH_ADVICE,
    CorpusRecording,
    CorpusSource,
    folder_with,
    read_text_file,
)
from fs2.downloads import download

COMMIT = "c51cb971036a127359b43c621f26ca5081eab13e"
URL = f"https://github.com/rhasspy/dataset-voice-kathleen/archive/{COMMIT}.tar.gz"


class Kathleen(CorpusSource):
    """The repository as published, or one with `metadata.csv` and `flac/<id>.flac`."""

    name = "kathleen"
    licence = "CC0 1.0"
    attribution = "Kathleen, published by the Rhasspy project; prompts of CMU ARCTIC"

    def fetch(self, downloads: Path) -> Path:
        """The repository's archive at one commit, unpacked.

        No checksum: the archive is compressed anew by the server; its commit fixes the contents.
        """
        folder = downloads / COMMIT
        if not folder.is_dir():
            extract(download(URL, downloads / f"{COMMIT}.tar.gz", advice=FETCH_ADVICE), folder)
        return folder

    def recordings(self, folder: Path) -> list[CorpusRecording]:
        """Every take; of several takes of a prompt all but the last are marked as excluded."""
        if any((path / "metadata.csv").exists() for path in (folder, *folder.glob("*/"))):
            takes = read_ljspeech_format(folder_with("metadata.csv", folder, self.name))
        else:
            data = folder_with("data", folder, self.name) / "data"
            takes = [_take(path) for path in sorted(data.glob("*.txt"))]
        last: dict[str, tuple[int, str]] = {}
        for take in takes:
            prompt, when = _prompt(take.id)
            last[prompt] = max(last.get(prompt, (-1, "")), (when, take.id))
        chosen = {clip_id for _, clip_id in last.values()}
        return [
            take
            if take.id in chosen
            else CorpusRecording(
                take.id, take.raw, take.text, take.audio, "an older take of its prompt"
            )
            for take in takes
        ]


def _take(path: Path) -> CorpusRecording:
    text = " ".join(read_text_file(path).split())
    return CorpusRecording(path.stem, text, text, path.with_suffix(".wav"))


def _prompt(clip_id: str) -> tuple[str, int]:
    """`arctic_a0001_1592748600` -> its prompt `arctic_a0001` and the time at which it was read."""
    prompt, _, when = clip_id.rpartition("_")
    return (prompt, int(when)) if prompt and when.isdecimal() else (clip_id, 0)
