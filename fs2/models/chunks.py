"""Waveforms made in pieces, so that memory stays bounded for clips of any length."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from fs2.models.waveform_generator import WaveformGenerator

CHUNK_FRAMES = 200
"""Frames of a piece, without its context: 2.3 s at 22,050 Hz."""


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
    noise: Tensor | None = None,
    chunk_frames: int = CHUNK_FRAMES,
) -> Tensor:
    """Samples (frames * hop_length,) of one clip's conditioning (frames, channels).

    `noise` (frames * hop_length,) is the generator's random input, if it has one; without it the
    same noise is drawn every time. The pieces overlap by the receptive field, so that the result
    is that of the whole.
    """
    hop = generator.hop_length
    if noise is None and generator.settings.noise:
        random = torch.Generator().manual_seed(0)
        noise = torch.randn(len(conditioning) * hop, generator=random).to(conditioning.device)
    pieces = [conditioning.new_zeros(0, dtype=torch.float32)]
    for chunk in chunks(len(conditioning), generator.context, chunk_frames):
        part = None if noise is None else noise[None, chunk.first * hop : chunk.end * hop]
        samples = generator(conditioning[None, chunk.first : chunk.end], noise=part)[0].float()
        pieces.append(samples[chunk.skip * hop : (chunk.skip + chunk.kept) * hop])
    return torch.cat(pieces)
