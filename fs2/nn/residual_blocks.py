"""Dilated, gated residual blocks of a waveform generator (Yamamoto et al. 2020, section 2.1)."""

import math

import torch
from torch import Tensor, nn

from fs2.nn.waveform_settings import WaveformGeneratorConfig

TILE = 2048
"""Steps that a block computes at a time on a CPU: what it makes in between stays in the cache."""


class ResidualBlocks(nn.ModuleList):
    """Blocks in stacks; in each the dilation begins at 1 and doubles from block to block."""

    def __init__(self, settings: WaveformGeneratorConfig, conditioning: int) -> None:
        per_stack = settings.blocks // settings.stacks
        super().__init__(
            ResidualBlock(settings, conditioning, 2 ** (block % per_stack))
            for block in range(settings.blocks)
        )
        self.skip_channels = settings.skip_channels

    @property
    def reach(self) -> int:
        """Steps to either side that an output depends on."""
        return sum(block.reach for block in self._blocks)

    @property
    def _blocks(self) -> "list[ResidualBlock]":
        return list(self)  # type: ignore[arg-type]

    def forward(self, x: Tensor, condition: Tensor, inside: Tensor | None = None) -> Tensor:
        """What all blocks skip to the end, scaled by their number.

        Args:
            x: (batch, residual, 1, steps).
            condition: (batch, conditioning, 1, steps).
            inside: (batch, 1, 1, steps), False beyond the end of a clip.

        Returns:
            (batch, skip, 1, steps), in float32 at least.
        """
        wide = torch.promote_types(x.dtype, torch.float32)
        if inside is None and _float32_inference_on_cpu(x):
            skips = self._in_tiles(x, condition)
        else:
            skips = torch.zeros_like(x[:, :1], dtype=wide)
            for block in self._blocks:
                x, skip = block(x, condition)
                if inside is not None:
                    x = x * inside
                skips = skips + skip.to(wide)
        return skips * len(self) ** -0.5

    def _in_tiles(self, x: Tensor, condition: Tensor) -> Tensor:
        """As `forward`: every block by matrix products, tile by tile."""
        batch, channels, _, steps = x.shape
        margin = max(block.reach for block in self._blocks)
        skips = x.new_zeros(batch, steps, self.skip_channels)
        for clip in range(batch):
            before = x.new_zeros(steps + 2 * margin, channels)
            before[margin : margin + steps] = x[clip, :, 0].t()
            after = torch.zeros_like(before)
            conditions = condition[clip, :, 0].t().contiguous()
            for block in self._blocks:
                block.in_tiles(before, after, conditions, skips[clip], margin)
                before, after = after, before
        return skips.transpose(1, 2).unsqueeze(2)


class ResidualBlock(nn.Module):
    """A dilated convolution with a gate; half of its output goes on, half is skipped to the end."""

    def __init__(self, settings: WaveformGeneratorConfig, conditioning: int, dilation: int) -> None:
        super().__init__()
        self.reach = settings.kernel // 2 * dilation
        """Steps to either side that an output depends on."""
        self.residual = settings.residual_channels
        gate = settings.gate_channels
        self.dilated = convolution(self.residual, gate, settings.kernel, dilation)
        self.condition = convolution(conditioning, gate, bias=False)
        self.outputs = convolution(gate // 2, self.residual + settings.skip_channels)

    def forward(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """x (batch, residual, 1, time), condition (batch, conditioning, 1, time) -> x, skip."""
        values, gates = (self.dilated(x) + self.condition(condition)).chunk(2, dim=1)
        outputs = self.outputs(torch.tanh(values) * torch.sigmoid(gates))
        residual, skip = outputs.split((self.residual, outputs.shape[1] - self.residual), dim=1)
        return (x + residual) * math.sqrt(0.5), skip

    def in_tiles(
        self, x: Tensor, after: Tensor, condition: Tensor, skips: Tensor, margin: int
    ) -> None:
        """As `forward`, with channels last and little memory.

        Args:
            x: (steps + 2 * margin, residual), zero in the margins.
            after: The same, to which the block's output is written.
            condition: (steps, conditioning).
            skips: (steps, skip), to which what is skipped is added.
            margin: At least `reach`.
        """
        taps = self.dilated.weight[:, :, 0].permute(2, 1, 0).flatten(0, 1)
        # tanh(x) is 2 sigmoid(2 x) - 1, and a sigmoid takes a quarter of the time.
        dilated_bias, outputs_bias = self.dilated.bias, self.outputs.bias
        assert dilated_bias is not None and outputs_bias is not None
        scale = torch.ones_like(dilated_bias)
        scale[: len(scale) // 2] = 2
        inwards = torch.cat((taps, self.condition.weight[:, :, 0, 0].t())) * scale
        bias = dilated_bias * scale
        outwards = self.outputs.weight[:, :, 0, 0].t() * 2
        seen = x.new_empty(TILE, len(inwards))
        gated = x.new_empty(TILE, len(bias))
        made = x.new_empty(TILE, outwards.shape[1])
        for start in range(0, len(condition), TILE):
            tile = slice(start, min(len(condition), start + TILE))
            size = tile.stop - tile.start
            own = slice(margin + tile.start, margin + tile.stop)
            offsets = range(-self.reach, self.reach + 1, self.dilated.dilation[1])
            columns = [x[own.start + offset : own.stop + offset] for offset in offsets]
            torch.cat((*columns, condition[tile]), dim=1, out=seen[:size])
            torch.addmm(bias, seen[:size], inwards, out=gated[:size]).sigmoid_()
            values, gates = gated[:size].chunk(2, dim=1)
            values.sub_(0.5).mul_(gates)
            torch.addmm(outputs_bias, values, outwards, out=made[:size])
            residual, skip = made[:size].split((self.residual, skips.shape[1]), dim=1)
            torch.add(x[own], residual, out=after[own]).mul_(math.sqrt(0.5))
            skips[tile] += skip


def _float32_inference_on_cpu(x: Tensor) -> bool:
    """Where tiles are the fastest way; units for bfloat16 have fast convolutions of their own."""
    return (
        x.device.type == "cpu"
        and not torch.is_grad_enabled()
        and not torch.is_autocast_enabled("cpu")
    )


def convolution(
    inputs: int, outputs: int, kernel: int = 1, dilation: int = 1, bias: bool = True
) -> nn.Conv2d:
    """A convolution over time, of tensors (batch, channels, 1, time), that keeps their length."""
    convolution = nn.Conv2d(
        inputs,
        outputs,
        (1, kernel),
        dilation=(1, dilation),
        padding=(0, kernel // 2 * dilation),
        bias=bias,
    )
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)
    return convolution
