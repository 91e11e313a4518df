"""Sound that is heard while it is made: bytes for a pipe, whose length nobody knows yet."""

import struct
from collections.abc import Iterable
from typing import BinaryIO, Literal

import numpy as np

Kind = Literal["wav", "pcm"]
UNKNOWN = 0xFFFFFFFF
"""Length in the header of a WAV file that goes into a pipe: aplay, ffmpeg and sox, which write it
so themselves, read on until the end."""


def write_sound(
    output: BinaryIO, pieces: Iterable[np.ndarray], sample_rate: int, kind: Kind
) -> None:
    """Write float samples in [-1, 1], mono, as 16-bit PCM, each piece at once.

    Nothing is written before there is a piece. `pcm` is the bare samples, little-endian; `wav` has
    a header before them.
    """
    header = wav_header(sample_rate) if kind == "wav" else b""
    for piece in pieces:
        output.write(header + pcm16(piece))
        output.flush()
        header = b""


def wav_header(sample_rate: int) -> bytes:
    """The 44 bytes before the samples of a mono WAV file of 16 bits and unknown length."""
    pcm, channels, size = 1, 1, 2
    form = struct.pack("<4sI4s", b"RIFF", UNKNOWN, b"WAVE")
    samples = (pcm, channels, sample_rate, sample_rate * size, size, 8 * size)
    return (
        form
        + struct.pack("<4sIHHIIHH", b"fmt ", 16, *samples)
        + struct.pack("<4sI", b"data", UNKNOWN)
    )


def pcm16(samples: np.ndarray) -> bytes:
    """The samples as a sound file has them (`fs2.audio.write_audio`), bit by bit."""
    steps = np.floor(samples.astype(np.float64) * 2**15)  # rounded as libsndfile does
    return np.clip(steps, -(2**15), 2**15 - 1).astype("<i2").tobytes()
