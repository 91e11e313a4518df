"""Dilated, gated residual blocks of a waveform generator (Yamamoto et al. 2020, section 2.1)."""

import math

import torch
from torch import Tensor, nn

from fs2.kernels import residual_tiles
from fs2.nn.waveform_settings import WaveformGeneratorConfig


class ResidualBlocks(nn.ModuleList):
    """Blocks in stacks; in each the dilation begins at 1 and doubles from block to block.

    Args:
        settings: Blocks, stacks and widths.
        conditioning: Channels of the conditioning.
    """

    def __init__(self, settings: WaveformGeneratorConfig, conditioning: int) -> None:
        per_stack = settings.blocks // settings.stacks
        super().__init__(
            ResidualBlock(settings, conditioning, 2 ** (block % per_stack))
            for block in range(settings.blocks)
        )
        self.skip_channels = settings.skip_channels

    @property
    def receptive_field(self) -> int:
        """Steps to either side that an output depends on."""
        return sum(block.receptive_field for block in self._blocks)

    @property
    def _blocks(self) -> "list[ResidualBlock]":
        return list(self)  # type: ignore[arg-type]

    def forward(self, x: Tensor, condition: Tensor, mask: Tensor | None = None) -> Tensor:
        """What all blocks skip to the end, scaled by their number.

        Args:
            x: (batch, residual, 1, steps).
            condition: (batch, conditioning, 1, steps).
            mask: (batch, 1, 1, steps), False beyond the end of a clip; None: no clip is padded.

        Returns:
            (batch, skip, 1, steps), in float32 at least.
        """
        if mask is None and residual_tiles.applies(x):
            skips = residual_tiles.skips_in_tiles(self._blocks, x, condition, self.skip_channels)
        else:
            wide = torch.promote_types(x.dtype, torch.float32)
            skips = torch.zeros_like(x[:, :1], dtype=wide)  # (batch, 1, 1, steps)
            for block in self._blocks:
                x, skip = block(x, condition)
                x = x if mask is None else x * mask  # (batch, residual, 1, steps)
                skips = skips + skip.to(wide)  # (batch, skip, 1, steps)
        return skips * len(self) ** -0.5  # of unit power still, if those of the blocks are


class ResidualBlock(nn.Module):
    """A dilated convolution with a gate; half of its output goes on, half is skipped to the end.

    Args:
        settings: Widths and kernel.
        conditioning: Channels of the conditioning.
        dilation: Steps from tap to tap.
    """

    def __init__(self, settings: WaveformGeneratorConfig, conditioning: int, dilation: int) -> None:
        super().__init__()
        self.receptive_field = settings.kernel // 2 * dilation
        """Steps to either side that an output depends on."""
        self.residual = settings.residual_channels
        gate = settings.gate_channels
        self.dilated = convolution(self.residual, gate, settings.kernel, dilation)
        self.condition = convolution(conditioning, gate, bias=False)
        self.outputs = convolution(gate // 2, self.residual + settings.skip_channels)

    def forward(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """The input of the next block, and what is skipped to the end.

        Args:
            x: (batch, residual, 1, steps).
            condition: (batch, conditioning, 1, steps).

        Returns:
            (batch, residual, 1, steps) and (batch, skip, 1, steps).
        """
        y = self.dilated(x) + self.condition(condition)  # (batch, gate, 1, steps)
        values, gates = y.chunk(2, dim=1)  # (batch, gate / 2, 1, steps) each
        y = torch.tanh(values) * torch.sigmoid(gates)  # (batch, gate / 2, 1, steps)
        outputs = self.outputs(y)  # (batch, residual + skip, 1, steps)
        residual, skip = outputs.split((self.residual, outputs.shape[1] - self.residual), dim=1)
        return (x + residual) * math.sqrt(0.5), skip  # the power of a sum of two is halved


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
