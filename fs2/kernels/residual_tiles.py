"""Residual blocks of a waveform generator, tile by tile, for inference on a CPU.

A block (see `fs2.nn.residual_blocks`) computes from its input x and the conditioning c, at step t,

    a, b = halves of bias + sum over taps k of W[k] x[t + k dilation] + C c[t]
    r, s = parts of bias' + O (tanh(a) sigmoid(b))
    x'[t] = (x[t] + r) / sqrt(2), and s is added to what is skipped to the end.

Three things make that cheaper, none of which changes the result but by rounding:

- One product. The columns x[t + k dilation] of all taps and c[t] side by side, times W and C on
  top of each other, is the sum over taps and conditioning. Dilation only chooses rows.
- One sigmoid. tanh(a) = 2 sigmoid(2 a) - 1, and a sigmoid takes a quarter of the time of a tanh.
  So the first half of the product's weights and bias is doubled, one sigmoid is taken of
  everything, and 2 (sigmoid(2 a) - 1/2) sigmoid(b) is what the gate makes; its factor 2 is that
  on O.
- Tiles. A block's steps do not depend on each other, only on the block's input, so it may go from
  one end to the other TILE steps at a time, in buffers that are used again and stay in the cache.
  The input and output are two arrays for all blocks, with zeros around them for the taps beyond
  the edges. Gradients need what is overwritten: this is for inference alone.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from fs2.kernels.exporting import exporting

TILE = 2048
"""Steps that a block computes at a time. At the paper's widths its buffers take 4 MiB and stay in
the cache. From 1024 to 8192 the speed is the same; with the whole clip at a time it is half of
that, since everything goes through memory, and with 256 steps the calls cost more than the work."""


class ResidualBlock(Protocol):
    """The part of `fs2.nn.residual_blocks.ResidualBlock` that is needed here."""

    receptive_field: int
    dilated: nn.Conv2d
    condition: nn.Conv2d
    outputs: nn.Conv2d


def applies(x: Tensor) -> bool:
    """Where tiles are the fastest way: inference on a CPU, not in bfloat16.

    Units for bfloat16 have fast convolutions of their own.
    """
    return (
        x.device.type == "cpu"
        and not exporting()
        and not torch.is_grad_enabled()
        and not torch.is_autocast_enabled("cpu")
    )


def skips_in_tiles(
    blocks: Sequence[ResidualBlock], x: Tensor, condition: Tensor, skip_channels: int
) -> Tensor:
    """The sum of what the blocks, one after the other, skip to the end.

    Args:
        blocks: The blocks.
        x: (batch, residual, 1, steps), the input of the first; no clip is padded.
        condition: (batch, conditioning, 1, steps).
        skip_channels: Channels of the result.

    Returns:
        (batch, skip_channels, 1, steps).
    """
    batch, channels, _, steps = x.shape
    margin = max(block.receptive_field for block in blocks)
    skips = x.new_zeros(batch, steps, skip_channels)
    for clip in range(batch):
        before = x.new_zeros(steps + 2 * margin, channels)
        before[margin : margin + steps] = x[clip, :, 0].t()
        after = torch.zeros_like(before)  # (steps + 2 * margin, residual)
        conditions = condition[clip, :, 0].t().contiguous()  # (steps, conditioning)
        for block in blocks:
            _add_block(block, before, after, conditions, skips[clip], margin)
            before, after = after, before
    return skips.transpose(1, 2).unsqueeze(2)  # (batch, skip, 1, steps)


def _add_block(
    block: ResidualBlock, x: Tensor, after: Tensor, condition: Tensor, skips: Tensor, margin: int
) -> None:
    """One block of one clip.

    Args:
        block: The block.
        x: (steps + 2 * margin, residual), zero in the margins.
        after: The same, to which the block's output is written.
        condition: (steps, conditioning).
        skips: (steps, skip), to which what is skipped is added.
        margin: At least the block's `receptive_field`.
    """
    taps = block.dilated.weight[:, :, 0].permute(2, 1, 0).flatten(0, 1)  # (kernel * residual, gate)
    dilated_bias, outputs_bias = block.dilated.bias, block.outputs.bias
    assert dilated_bias is not None and outputs_bias is not None
    scale = torch.ones_like(dilated_bias)  # (gate,)
    scale[: len(scale) // 2] = 2
    inwards = torch.cat((taps, block.condition.weight[:, :, 0, 0].t())) * scale
    bias = dilated_bias * scale
    outwards = block.outputs.weight[:, :, 0, 0].t() * 2  # (gate / 2, residual + skip)
    seen = x.new_empty(TILE, len(inwards))
    gated = x.new_empty(TILE, len(bias))
    made = x.new_empty(TILE, outwards.shape[1])
    receptive_field = block.receptive_field
    offsets = range(-receptive_field, receptive_field + 1, block.dilated.dilation[1])
    for start in range(0, len(condition), TILE):
        tile = slice(start, min(len(condition), start + TILE))
        size = tile.stop - tile.start
        own = slice(margin + tile.start, margin + tile.stop)
        columns = [x[own.start + offset : own.stop + offset] for offset in offsets]
        torch.cat((*columns, condition[tile]), dim=1, out=seen[:size])
        torch.addmm(bias, seen[:size], inwards, out=gated[:size]).sigmoid_()
        values, gates = gated[:size].chunk(2, dim=1)  # (size, gate / 2) each
        values.sub_(0.5).mul_(gates)
        torch.addmm(outputs_bias, values, outwards, out=made[:size])
        residual, skip = made[:size].split((x.shape[1], skips.shape[1]), dim=1)
        torch.add(x[own], residual, out=after[own]).mul_(math.sqrt(0.5))
        skips[tile] += skip
