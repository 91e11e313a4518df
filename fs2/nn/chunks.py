"""Waveforms made in pieces, so that memory stays bounded for clips of any length."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from fs2.nn.waveform_generator import WaveformGenerator

CHUNK_FRAMES = 500
"""Frames of a piece, without its context: 5.8 s at 22,050 Hz. Long enough that the
context, which is computed twice, is little work (6 % at the paper's size), and short enough to
bound the memory."""


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


def chunks(frames: int, context: int, size: int) -> Iterator[Chunk]:
    """Pieces of `size` frames that each see `context` more to either side, where there are any."""
    for start in range(0, frames, size):
        first, kept = max(0, start - context), min(size, frames - start)
        yield Chunk(first, min(frames, start + kept + context), start - first, kept)


@torch.inference_mode()
def generate_in_chunks(
    generator: WaveformGenerator,
    conditioning: Tensor,
    f0: Tensor | None = None,
    chunk_frames: int = CHUNK_FRAMES,
) -> Tensor:
    """Samples (frames * hop_length,) of one clip's conditioning (frames, channels).

    `f0` (frames,) in Hz is needed for a source of harmonics. Noise is the same every time. The
    pieces overlap by the receptive field, so that the result is that of the whole.
    """
    hop, frames = generator.hop_length, len(conditioning)
    random = torch.Generator().manual_seed(0)
    source = generator.make_source(1, frames, None if f0 is None else f0[None], random)
    pieces = [conditioning.new_zeros(0, dtype=torch.float32)]
    for chunk in chunks(frames, generator.context, chunk_frames):
        part = None if source is None else source[..., chunk.first * hop : chunk.end * hop]
        samples = generator(conditioning[None, chunk.first : chunk.end], part)[0].float()
        pieces.append(samples[chunk.skip * hop : (chunk.skip + chunk.kept) * hop])
    return torch.cat(pieces)
