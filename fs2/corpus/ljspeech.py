"""LJSpeech: 13,100 clips, 24 hours, one woman reading non-fiction; the paper's corpus."""

import logging
from dataclasses import replace
from pathlib import Path

from fs2.archives import extract
from fs2.corpus.folder import read_ljspeech_format
from fs2.corpus.source import FETCH_ADVICE, CorpusRecording, CorpusSource, folder_with
from fs2.downloads import download

URL = "https://data.keithito.com/data/speech/LJSpeech-1.1.tar.bz2"
SHA256 = "be1a30453f28eb8dd26af4101ae40cbf2c50413b1bb21936cbcdc6fae3de8aa5"
CLIPS = 13_100
ROUND = str.maketrans("[]", "()")

logger = logging.getLogger(__name__)


class LJSpeech(CorpusSource):
    """The corpus of Keith Ito and Linda Johnson, with the paper's split (section 3.1)."""

    name = "ljspeech"
    licence = "public domain"
    attribution = "LJ Speech 1.1 by Keith Ito, read by Linda Johnson for LibriVox"

    def fetch(self, downloads: Path) -> Path:
        """The official tarball, checked by its SHA-256 and unpacked."""
        folder = downloads / "LJSpeech-1.1"
        if not folder.is_dir():
            archive = download(URL, downloads / "LJSpeech-1.1.tar.bz2", SHA256, FETCH_ADVICE)
            extract(archive, folder)
        return folder

    def recordings(self, folder: Path) -> list[CorpusRecording]:
        """All lines of `metadata.csv`; the log warns if they are not 13,100."""
        root = folder_with("metadata.csv", folder, self.name)
        recordings = [_without_brackets(one) for one in read_ljspeech_format(root)]
        if len(recordings) != CLIPS:
            logger.warning(
                "%s: %d clips; the whole of LJSpeech has %d", root, len(recordings), CLIPS
            )
        return recordings

    def split(self, clip_id: str) -> str:
        """By the first part of the id: LJ003 is for validation, LJ001 and LJ002 for the test."""
        book = clip_id.split("-")[0]
        return {"LJ003": "validation", "LJ001": "test", "LJ002": "test"}.get(book, "train")


def _without_brackets(recording: CorpusRecording) -> CorpusRecording:
    """What stands in square brackets in a few texts, the editor's insertions, is read aloud."""
    return replace(recording, text=recording.text.translate(ROUND))
