"""Waveforms made in pieces, so that memory stays bounded for clips of any length."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat

import torch
from torch import Tensor

from fs2.nn.waveform_generator import WaveformGenerator

CHUNK_FRAMES = 500
"""Frames of a piece, without its context: 5.8 s at 22,050 Hz. Long enough that the
context, which is computed twice, is little work (6 % at the paper's size), and short enough to
bound the memory."""
FIRST_FRAMES = 50
"""Frames of the first piece of speech that is heard while it is made: 0.6 s at 22,050 Hz."""


@dataclass(frozen=True)
class Chunk:
    """A piece of a clip, in frames: what is read, and which part of it is kept."""

    first: int
    """First frame that is read."""
    end: int
    """Frame after the last that is read."""
    skip: int
    """Frames read before the first that is kept."""
    kept: int
    """Frames that are kept."""


def chunks(frames: int, context: int, sizes: Iterable[int]) -> Iterator[Chunk]:
    """Pieces of these sizes that each see `context` more to either side, where there are any."""
    start = 0
    for size in sizes:
        if start >= frames:
            return
        first, kept = max(0, start - context), min(size, frames - start)
        yield Chunk(first, min(frames, start + kept + context), start - first, kept)
        start += kept


def growing() -> Iterator[int]:
    """Sizes of pieces that are heard at once, in frames: each twice the one before.

    So the first is soon there, and the context, which is computed twice, is little work later.
    """
    size = FIRST_FRAMES
    while True:
        yield size
        size = min(2 * size, CHUNK_FRAMES)


@torch.inference_mode()
def stream_in_chunks(
    generator: WaveformGenerator,
    conditioning: Tensor,
    f0: Tensor | None = None,
    sizes: Iterable[int] | None = None,
) -> Iterator[Tensor]:
    """Samples of one clip's conditioning (frames, channels), piece by piece.

    `f0` (frames,) in Hz is needed for a source of harmonics. Noise is the same every time: the
    source is made of the whole clip at first, which is little work. The pieces overlap by the
    receptive field, so they are those of the whole, but for the rounding of matrix products, which
    depends on how many rows there are. `sizes` in frames; default: `growing`.
    """
    hop, frames = generator.hop_length, len(conditioning)
    random = torch.Generator().manual_seed(0)
    source = generator.make_source(1, frames, None if f0 is None else f0[None], random)
    for chunk in chunks(frames, generator.context, growing() if sizes is None else sizes):
        part = None if source is None else source[..., chunk.first * hop : chunk.end * hop]
        samples = generator(conditioning[None, chunk.first : chunk.end], part)[0].float()
        yield samples[chunk.skip * hop : (chunk.skip + chunk.kept) * hop]


def generate_in_chunks(
    generator: WaveformGenerator,
    conditioning: Tensor,
    f0: Tensor | None = None,
    chunk_frames: int = CHUNK_FRAMES,
) -> Tensor:
    """All samples (frames * hop_length,) of a clip; arguments as those of `stream_in_chunks`."""
    pieces = stream_in_chunks(generator, conditioning, f0, repeat(chunk_frames))
    return torch.cat([conditioning.new_zeros(0, dtype=torch.float32), *pieces])
