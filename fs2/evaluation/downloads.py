"""What a reader of the report can take along: CSV and sound, as `data:` addresses."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from fs2.evaluation.tables import Table
from fs2.evaluation.tables.table import csv_text


@dataclass(frozen=True)
class Download:
    """A file: what it is, its name on the reader's disk, and its address."""

    title: str
    name: str
    address: str


MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""Hz."""


def table_download(table: Table) -> Download:
    """A table as CSV."""
    address = data_address("text/csv", csv_text(table))
    return Download(f"{table.label} as CSV", f"{table.name}.csv", address)


def clip_downloads(results: Path, titles: Sequence[tuple[str, str]]) -> list[Download]:
    """The metrics of each clip as CSV, of runs given as (run, title)."""
    found = []
    for run, title in titles:
        text = (results / "evaluation" / run / "per_clip.csv").read_bytes()
        found.append(Download(f"{title}: every clip", f"{run}.csv", data_address("text/csv", text)))
    return found


def mp3(samples: np.ndarray, sample_rate: int) -> str:
    """Samples as MP3, which is lossy: every browser plays it, and it is small.

    MP3 knows few rates: sound of another one is brought to the next above it.
    """
    rate = min(known for known in MP3_RATES if known >= sample_rate)
    if rate != sample_rate:
        samples, sample_rate = soxr.resample(samples, sample_rate, rate), rate
    return _sound("audio/mpeg", samples, sample_rate, format="MP3", compression_level=0.6)


def flac(samples: np.ndarray, sample_rate: int) -> str:
    """Samples of 16 bit, (samples,) as float32 in [-1, 1], as FLAC: what was measured, exactly."""
    whole = np.round(samples * 32768).astype(np.int16)
    return _sound("audio/flac", whole, sample_rate, format="FLAC", subtype="PCM_16")


def data_address(kind: str, content: str | bytes) -> str:
    """A content as an address that needs no file."""
    data = content.encode() if isinstance(content, str) else content
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _sound(kind: str, samples: np.ndarray, sample_rate: int, **form: Any) -> str:
    stream = io.BytesIO()
    soundfile.write(stream, samples, sample_rate, **form)
    return data_address(kind, stream.getvalue())
