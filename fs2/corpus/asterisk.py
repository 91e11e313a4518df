"""Asterisk's English voice prompts: studio recordings of Allison Smith, 16 kHz G.722."""

import gzip
import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np

from fs2.archives import extract
from fs2.corpus.source import CorpusRecording, CorpusSource, folder_with, read_text_file
from fs2.downloads import download
from fs2.errors import FS2Error
from fs2.files import atomic_path

VERSION = "1.6.1"
ARCHIVE = f"asterisk-core-sounds-en-g722-{VERSION}.tar.gz"
URL = f"https://downloads.asterisk.org/pub/telephony/sounds/releases/{ARCHIVE}"
DEBIAN_PACKAGES = ("asterisk-core-sounds-en", "asterisk-core-sounds-en-g722")
SHA256 = "59891033e764d9dffc5ccdd78e845a1c8ea6bed0b434128bb0199c63ef591770"
TABLE = "core-sounds-en.txt"
BYTES_PER_SECOND = 8000

# Remarks in brackets are not read; an entry that is nothing else is a tone or a silence.
REMARK = re.compile(r"\[.*?\]|\(.*?\)|<.*?>")
KEYS = {"*": "star", "#": "pound"}

# Where the table has a slip of the pen, or the recording says it otherwise: published, spoken.
CORRECTIONS = {
    "conf-adminmenu-menu8": {"umute": "unmute"},
    "confbridge-binaural-off": {"3D": "three D"},
    "confbridge-binaural-on": {"3D": "three D"},
    "demo-congrats": {"help you to get": "help you get"},
    "demo-moreinfo": {"www.asterisk.org": "W W W dot Asterisk dot org"},
    "pbx-invalid": {"sorry, that's": "sorry, but that's"},
    "pbx-invalidpark": {"sorry, there": "sorry, but there"},
    "priv-callee-options": {"thru": "through"},
    "queue-periodic-announce": {"represenatives": "representatives"},
    "unidentified-no-callback": {"Un-indentified": "Unidentified", "witheld": "withheld"},
    "vm-review": {"rerecord": "re-record"},
    "vm-torerecord": {"rerecord": "re-record"},
}

logger = logging.getLogger(__name__)


class Asterisk(CorpusSource):
    """The Asterisk project's core sounds, with the text table that comes with them."""

    name = "asterisk"
    licence = "CC BY-SA 3.0"
    attribution = (
        "Asterisk Core Sounds 1.6.1, recorded by Allison Smith (www.theivrvoice.com), "
        "with financial contributions by Digium, Inc."
    )

    def fetch(self, downloads: Path) -> Path:
        """The release tarball; where it cannot be reached, the same files from Debian."""
        folder = downloads / f"core-sounds-en-{VERSION}"
        if folder.is_dir():
            return folder
        try:
            extract(download(URL, downloads / ARCHIVE, SHA256), folder)
        except FS2Error as release:
            logger.info("%s Trying Debian's packages.", release)
            try:
                _fetch_from_debian(folder)
            except FS2Error as debian:
                raise FS2Error(
                    f"{release} Nor did Debian's packages come: {debian}. Fetch the archive by "
                    f"other means and name it as corpus.path."
                ) from debian
        return folder

    def recordings(self, folder: Path) -> list[CorpusRecording]:
        """All entries of the table; tones and silences are marked as excluded."""
        root = folder_with(TABLE, folder, self.name)
        recordings = []
        for line in read_text_file(root / TABLE).splitlines():
            name, colon, text = line.partition(":")
            if line.startswith(";") or not colon:
                continue
            raw, clip_id = text.strip(), name.replace("/", "-")
            recordings.append(
                CorpusRecording(
                    id=clip_id,
                    raw=raw,
                    text=spoken_text(raw, CORRECTIONS.get(clip_id, {})),
                    audio=root / f"{name}.g722",
                    excluded="" if REMARK.sub("", raw).strip() else "a tone or a silence",
                )
            )
        return recordings

    @staticmethod
    def seconds(path: Path) -> float:
        """Length in seconds: a byte of G.722 is two samples."""
        try:
            return path.stat().st_size / BYTES_PER_SECOND
        except OSError as error:
            raise FS2Error(f"{path}: cannot be read as G.722 ({error})") from error

    @staticmethod
    def read(path: Path) -> tuple[np.ndarray, int]:
        """Decode raw G.722: float32 samples in [-1, 1], shape (samples,), and 16,000 Hz."""
        try:
            with av.open(str(path), format="g722") as container:
                blocks = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
                rate = container.streams.audio[0].rate
        except (OSError, av.FFmpegError) as error:
            raise FS2Error(f"{path}: cannot be read as G.722 ({error})") from error
        samples = np.concatenate(blocks) if blocks else np.zeros(0, np.int16)
        return samples.astype(np.float32) / 32768, rate


def spoken_text(raw: str, corrections: Mapping[str, str]) -> str:
    """The words of an entry: corrected, without remarks, with the keys * and # as words.

    Dots before a prompt, which continues another one, go; dots after it become a comma.
    """
    text = REMARK.sub("", raw)
    for written, spoken in (KEYS | dict(corrections)).items():
        text = text.replace(written, spoken)
    text = re.sub(r"\s*\.{3}\s*$", ",", text)
    return " ".join(text.replace("...", " ").split())


def _fetch_from_debian(folder: Path) -> None:
    """Download Debian's packages with its own tools and lay them out as the release is.

    The package lists are fetched into a private folder: no root, and no change to the system.
    """
    with tempfile.TemporaryDirectory() as holder:
        work = Path(holder)
        (work / "lists" / "partial").mkdir(parents=True)
        (work / "cache" / "archives" / "partial").mkdir(parents=True)
        own = ["-o", f"Dir::State::Lists={work}/lists", "-o", f"Dir::Cache={work}/cache"]
        own += ["-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=true"]
        # Some other repository of the machine may be out of reach: what counts is the download.
        _run(["apt-get", *own, "update"], work, check=False)
        _run(["apt-get", *own, "download", *DEBIAN_PACKAGES], work)
        for package in sorted(work.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(work / "unpacked")], work)
        table = work / "unpacked/usr/share/doc/asterisk-core-sounds-en" / f"{TABLE}.gz"
        sounds = work / "unpacked/usr/share/asterisk/sounds/en_US_f_Allison"
        if not (table.is_file() and sounds.is_dir()):
            raise FS2Error(f"{' and '.join(DEBIAN_PACKAGES)} are laid out in an unknown way")
        with atomic_path(folder) as temporary:
            shutil.copytree(sounds, temporary)
            (temporary / TABLE).write_bytes(gzip.decompress(table.read_bytes()))


def _run(command: list[str], folder: Path, check: bool = True) -> None:
    try:
        subprocess.run(command, cwd=folder, check=check, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise FS2Error(f"{command[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["no message"]
        raise FS2Error(f"{command[0]} failed: {lines[-1]}") from error
