"""The decoder of Transformer TTS: causal blocks, all steps at once or one by one.

One by one, each block keeps what it needs of the steps before: keys and values of its attentions,
and the last inputs of its convolutions. A step then costs the same work for every layer but for the
attention to the steps before, whose products grow with their number.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.kernels.attention import MASKED
from fs2.kernels.dropout import Dropout
from fs2.kernels.time_conv import TimeConv

CAPACITY = 256
"""Steps for which a cache has room at first; it doubles when it is full."""


class Cache:
    """Values of the steps so far, (batch, ..., steps, channels); the memory grows by doubling."""

    def __init__(self) -> None:
        self.memory: Tensor | None = None
        self.steps = 0

    def append(self, values: Tensor) -> Tensor:
        """Add one step, (batch, ..., 1, channels); returns all of them."""
        if self.memory is None:
            self.memory = values.new_empty(*values.shape[:-2], CAPACITY, values.shape[-1])
        elif self.steps == self.memory.shape[-2]:
            self.memory = torch.cat((self.memory, torch.empty_like(self.memory)), dim=-2)
        self.memory[..., self.steps : self.steps + 1, :] = values
        self.steps += 1
        return self.memory[..., : self.steps, :]


@dataclass
class BlockState:
    """What a block keeps between steps.

    Attributes:
        keys, values: Of its attention to the frames before, (batch, heads, steps, channels).
        memory_keys, memory_values: Of the phonemes, (batch, heads, phonemes, channels).
        inputs: The last inputs of each convolution, (batch, kernel - 1, channels).
    """

    keys: Cache
    values: Cache
    memory_keys: Tensor
    memory_values: Tensor
    inputs: list[Tensor]


class CausalConv(TimeConv):
    """A convolution that sees the step itself and those before; zeros stand before the first."""

    def forward(self, x: Tensor) -> Tensor:
        """(batch, steps, channels_in) -> (batch, steps, channels_out)."""
        ahead = self.kernel_size[0] // 2
        return super().forward(F.pad(x, (0, 0, ahead, 0)))[:, : x.shape[1]]

    def begin(self, batch: int, like: Tensor) -> Tensor:
        """The inputs before the first step, (batch, kernel - 1, channels_in)."""
        return like.new_zeros(batch, self.kernel_size[0] - 1, self.in_channels)

    def step(self, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        """x (batch, 1, channels_in) -> (batch, 1, channels_out), and the inputs to keep."""
        seen = torch.cat((before, x), dim=1)  # (batch, kernel, channels_in)
        weight = self.weight.transpose(1, 2).flatten(1)  # (channels_out, kernel * channels_in)
        return F.linear(seen.flatten(1), weight, self.bias)[:, None], seen[:, 1:]


class DecoderBlock(nn.Module):
    """Causal self-attention, attention to the phonemes, two causal convolutions.

    Each stands behind a layer norm and has a residual connection.
    """

    def __init__(
        self, channels: int, heads: int, feed_forward: int, kernels: tuple[int, int], dropout: float
    ) -> None:
        super().__init__()
        self.heads = heads
        self.self_norm = nn.LayerNorm(channels)
        self.self_in = nn.Linear(channels, 3 * channels)
        self.self_out = nn.Linear(channels, channels)
        self.cross_norm = nn.LayerNorm(channels)
        self.cross_query = nn.Linear(channels, channels)
        self.cross_memory = nn.Linear(channels, 2 * channels)
        self.cross_out = nn.Linear(channels, channels)
        self.conv_norm = nn.LayerNorm(channels)
        self.conv_in = CausalConv(channels, feed_forward, kernels[0])
        self.conv_out = CausalConv(feed_forward, channels, kernels[1])
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, memory: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """All steps.

        x (batch, steps, channels), memory (batch, phonemes, channels), allowed (batch, phonemes) ->
        (batch, steps, channels), attention (batch, heads, steps, phonemes).
        """
        query, key, value = self._heads(self.self_in(self.self_norm(x)), 3)
        y = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.dropout(self.self_out(_joined(y)))  # (batch, steps, channels)
        keys, values = self._heads(self.cross_memory(memory), 2)
        y, weights = self._attend(x, keys, values, allowed)
        x = x + self.dropout(y)  # (batch, steps, channels)
        y = F.relu(self.conv_in(self.conv_norm(x)))  # (batch, steps, feed_forward)
        return x + self.dropout(self.conv_out(y)), weights

    def begin(self, memory: Tensor) -> BlockState:
        """The state before the first step; memory (batch, phonemes, channels)."""
        keys, values = self._heads(self.cross_memory(memory), 2)
        convolutions = (self.conv_in, self.conv_out)
        inputs = [convolution.begin(len(memory), memory) for convolution in convolutions]
        return BlockState(Cache(), Cache(), keys, values, inputs)

    def step(self, state: BlockState, x: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """One step: x (batch, 1, channels) -> as `forward`; changes the state."""
        query, key, value = self._heads(self.self_in(self.self_norm(x)), 3)
        keys, values = state.keys.append(key), state.values.append(value)
        y = F.scaled_dot_product_attention(query, keys, values)
        x = x + self.self_out(_joined(y))  # (batch, 1, channels)
        y, weights = self._attend(x, state.memory_keys, state.memory_values, allowed)
        x = x + y  # (batch, 1, channels)
        y, state.inputs[0] = self.conv_in.step(self.conv_norm(x), state.inputs[0])
        y, state.inputs[1] = self.conv_out.step(F.relu(y), state.inputs[1])
        return x + y, weights

    def _attend(
        self, x: Tensor, keys: Tensor, values: Tensor, allowed: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Attention to the phonemes, and its weights (batch, heads, steps, phonemes)."""
        (query,) = self._heads(self.cross_query(self.cross_norm(x)), 1)
        scores = query @ keys.transpose(2, 3) * query.shape[-1] ** -0.5
        weights = scores.masked_fill(~allowed[:, None, None], MASKED).softmax(dim=-1)
        return self.cross_out(_joined(weights.to(values.dtype) @ values)), weights

    def _heads(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """(batch, time, parts * channels) -> for each part (batch, heads, time, channels)."""
        split = x.unflatten(2, (parts, self.heads, -1))
        return split.permute(2, 0, 3, 1, 4).unbind(0)


def _joined(y: Tensor) -> Tensor:
    """(batch, heads, steps, channels) -> (batch, steps, heads * channels)."""
    return y.transpose(1, 2).flatten(2)
