"""Feed-forward Transformer blocks (paper section 2.1, from FastSpeech section 3.1).

Sequences are (batch, time, channels) throughout. Padded positions are zero after every block, so
that a clip gives the same result alone and in a padded batch.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.kernels.attention import attend
from fs2.kernels.dropout import Dropout
from fs2.kernels.time_conv import TimeConv

LONGEST_WAVE = 10000.0
"""Longest wavelength of the position encoding, over 2 pi positions: that of Vaswani et al."""


def length_mask(lengths: Tensor, size: int) -> Tensor:
    """True inside each sequence: lengths (batch,) -> (batch, size)."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def sinusoidal_positions(size: int, channels: int, device: torch.device) -> Tensor:
    """Sine and cosine position encoding of Vaswani et al. (2017), section 3.5: (size, channels)."""
    position = torch.arange(size, device=device, dtype=torch.float32)[:, None]  # (size, 1)
    even = torch.arange(0, channels, 2, device=device, dtype=torch.float32)  # (channels / 2,)
    angle = position * torch.exp(even * (-math.log(LONGEST_WAVE) / channels))
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)[:, :channels]


class SelfAttention(nn.Module):
    """Multi-head self-attention over the positions that are no padding."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project_in = nn.Linear(channels, 3 * channels)
        self.project_out = nn.Linear(channels, channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (batch, time, channels), mask (batch, time) -> (batch, time, channels)."""
        batch, time, channels = x.shape
        split = self.project_in(x).view(batch, time, 3, self.heads, channels // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # (batch, heads, time, channels / heads)
        mask = mask[:, None, None, :]  # (batch, 1, 1, time)
        y = attend(query, key, value, mask)  # (batch, heads, time, channels / heads)
        y = y.transpose(1, 2).reshape(batch, time, channels)  # (batch, time, channels)
        return self.project_out(y)  # (batch, time, channels)


class FeedForwardTransformerBlock(nn.Module):
    """Self-attention and two convolutions, each with a residual connection and layer norm."""

    def __init__(
        self,
        channels: int,
        heads: int,
        feed_forward: int,
        kernels: tuple[int, int],
        dropout: float,
    ) -> None:
        super().__init__()
        self.attention = SelfAttention(channels, heads)
        self.attention_norm = nn.LayerNorm(channels)
        self.conv_in = TimeConv(channels, feed_forward, kernels[0])
        self.conv_out = TimeConv(feed_forward, channels, kernels[1])
        self.conv_norm = nn.LayerNorm(channels)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (batch, time, channels), mask (batch, time) -> (batch, time, channels)."""
        y = self.dropout(self.attention(x, mask))  # (batch, time, channels)
        mask = mask[..., None].to(x.dtype)  # (batch, time, 1)
        x = self.attention_norm(x + y) * mask  # (batch, time, channels)
        y = F.relu(self.conv_in(x), inplace=True)  # (batch, time, feed_forward)
        if self.conv_out.kernel_size[0] > 1:  # which would see what conv_in made in the padding
            y = y * mask
        y = self.dropout(self.conv_out(y))  # (batch, time, channels)
        return self.conv_norm(x + y) * mask  # (batch, time, channels)


class FeedForwardTransformer(nn.Module):
    """A stack of blocks over position-encoded input: the encoder, and the mel decoder."""

    def __init__(
        self,
        blocks: int,
        channels: int,
        heads: int,
        feed_forward: int,
        kernels: tuple[int, int],
        dropout: float,
    ) -> None:
        super().__init__()
        self.dropout = Dropout(dropout)
        self.blocks = nn.ModuleList(
            FeedForwardTransformerBlock(channels, heads, feed_forward, kernels, dropout)
            for _ in range(blocks)
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (batch, time, channels), mask (batch, time) -> (batch, time, channels)."""
        x = x + sinusoidal_positions(x.shape[1], x.shape[2], x.device)  # (batch, time, channels)
        if torch.is_autocast_enabled(x.device.type):
            # Half the width is half the traffic: on CPU the residual stream stays in bfloat16,
            # on CUDA autocast's layer norm brings it back to float32.
            x = x.to(torch.get_autocast_dtype(x.device.type))
        x = self.dropout(x) * mask[..., None]  # (batch, time, channels)
        for block in self.blocks:
            x = block(x, mask)  # (batch, time, channels)
        return x
