"""Feed-forward Transformer blocks (paper section 2.1, from FastSpeech section 3.1).

Sequences are (batch, time, channels) throughout. Padded positions are zero after every block, so
that a clip gives the same result alone and in a padded batch.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.kernels import winograd


def length_mask(lengths: Tensor, size: int) -> Tensor:
    """True inside each sequence: lengths (batch,) -> (batch, size)."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def sinusoidal_positions(size: int, channels: int, device: torch.device) -> Tensor:
    """Sine and cosine position encoding of Vaswani et al. (2017), section 3.5: (size, channels)."""
    position = torch.arange(size, device=device, dtype=torch.float32)[:, None]
    even = torch.arange(0, channels, 2, device=device, dtype=torch.float32)
    angle = position * torch.exp(even * (-math.log(10000.0) / channels))
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)[:, :channels]


class TimeConv(nn.Conv1d):
    """Convolution over time of (batch, time, channels), with zeros beyond the edges.

    The input already has the memory layout that two-dimensional convolutions call channels last,
    and the weight is kept in it, so that no transpose is needed and the fast kernels of GPUs, and
    of CPUs in bfloat16, apply. In float32 on a CPU `winograd` is faster.
    """

    transformed: Tensor | None = None
    """What `prepare_for_inference` keeps of the weight, for inference on a CPU."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int) -> None:
        super().__init__(channels_in, channels_out, kernel, padding=kernel // 2)
        self.weight.data = self.weight.data.transpose(1, 2).contiguous().transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, channels_in) -> (batch, time, channels_out)."""
        (kernel,) = self.kernel_size
        if kernel == 1:
            return F.linear(x, self.weight[:, :, 0], self.bias)
        if self._by_winograd(x):
            assert self.bias is not None
            weight = None if torch.is_grad_enabled() else self.transformed
            weight = winograd.transform(self.weight) if weight is None else weight
            return winograd.convolve(x, weight) + self.bias
        image = x.unsqueeze(1).permute(0, 3, 1, 2)
        y = F.conv2d(image, self.weight.unsqueeze(2), self.bias, padding=(0, kernel // 2))
        return y.permute(0, 2, 3, 1).squeeze(1)

    def prepare_for_inference(self) -> None:
        """Keep, for inference, the weight as `winograd` needs it, 1.6 to 2.7 times as large.

        A weight that changes after that is not seen.
        """
        if self._by_winograd(self.weight):
            self.transformed = winograd.transform(self.weight.detach())

    def _by_winograd(self, x: Tensor) -> bool:
        on_cpu = x.device.type == "cpu" and not torch.is_autocast_enabled("cpu")
        float32_on_cpu = on_cpu and x.dtype == torch.float32
        return float32_on_cpu and self.kernel_size[0] in winograd.TRANSFORMS


def transform_weights(model: nn.Module) -> None:
    """`TimeConv.prepare_for_inference` of every part of a model."""
    for part in model.modules():
        if isinstance(part, TimeConv):
            part.prepare_for_inference()


class Dropout(nn.Dropout):
    """Dropout with cheap random numbers on CPU, where drawing them is a sixth of a training step.

    One random byte decides on each value, so the probability is rounded to 1/256.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Any shape, unchanged outside of training."""
        if not self.training or self.p == 0 or x.device.type != "cpu":
            return super().forward(x)
        words = torch.empty(-(-x.numel() // 8), dtype=torch.int64).random_(-(2**63), None)
        draws = words.view(torch.uint8)[: x.numel()].view(x.shape)
        dropped = round(self.p * 256)
        return x * (draws >= dropped).to(x.dtype).mul_(256 / (256 - dropped))


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
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mask = mask[:, None, None, :]
        if x.device.type == "cpu" and torch.is_grad_enabled():
            y = _attend_by_products(query, key, value, mask)
        else:
            y = F.scaled_dot_product_attention(query, key, value, mask)
        return self.project_out(y.transpose(1, 2).reshape(batch, time, channels))


def _attend_by_products(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """scaled_dot_product_attention whose backward pass takes half the time on CPU.

    Shapes (batch, heads, time, channels), mask (batch, 1, 1, time).
    """
    batch, heads, time, channels = query.shape
    query, key, value = (x.reshape(-1, time, channels) for x in (query, key, value))
    bias = torch.zeros_like(mask, dtype=query.dtype).masked_fill(~mask, -1e4)
    bias = bias.expand(-1, heads, -1, -1).reshape(-1, 1, time)
    scores = torch.baddbmm(bias, query * channels**-0.5, key.transpose(1, 2))
    return (scores.softmax(dim=-1) @ value).view(batch, heads, time, channels)


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
        inside = mask[..., None].to(x.dtype)
        x = self.attention_norm(x + self.dropout(self.attention(x, mask))) * inside
        y = F.relu(self.conv_in(x), inplace=True)
        if self.conv_out.kernel_size[0] > 1:
            y = y * inside
        return self.conv_norm(x + self.dropout(self.conv_out(y))) * inside


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
        x = x + sinusoidal_positions(x.shape[1], x.shape[2], x.device)
        if torch.is_autocast_enabled(x.device.type):
            # Half the width is half the traffic: on CPU the residual stream stays in bfloat16,
            # on CUDA autocast's layer norm brings it back to float32.
            x = x.to(torch.get_autocast_dtype(x.device.type))
        x = self.dropout(x) * mask[..., None]
        for block in self.blocks:
            x = block(x, mask)
        return x
