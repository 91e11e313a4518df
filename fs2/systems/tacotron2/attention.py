"""Attention that sees where it was (Chorowski et al. 2015, section 2.2; Shen et al. 2018)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.kernels.attention import MASKED


@dataclass
class AttentionState:
    """What the attention knows before a step, and what does not change between steps.

    Attributes:
        memory: (batch, phonemes, channels).
        keys: (batch, phonemes, hidden), what the scores have of the memory.
        filters: (hidden, 2, kernel), the location's convolution and projection as one.
        location: (batch, 2, phonemes), the weights of the last step, and the sum of all.
        context: (batch, channels), the memory under the weights of the last step.
    """

    memory: Tensor
    keys: Tensor
    filters: Tensor
    location: Tensor
    context: Tensor


class LocationSensitiveAttention(nn.Module):
    """Scores v . tanh(W query + V memory + U location): of content and of location.

    Args:
        query: Channels of the query.
        channels: Channels of the memory.
        hidden: Width of the sum.
        filters, kernel: Of the convolution over the location.
    """

    def __init__(self, query: int, channels: int, hidden: int, filters: int, kernel: int) -> None:
        super().__init__()
        self.query = nn.Linear(query, hidden, bias=False)
        self.memory = nn.Linear(channels, hidden)
        self.convolution = nn.Conv1d(2, filters, kernel, bias=False)
        self.location = nn.Linear(filters, hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)

    def begin(self, memory: Tensor) -> AttentionState:
        """The state before the first step; memory (batch, phonemes, channels)."""
        batch, phonemes, channels = memory.shape
        return AttentionState(
            memory,
            self.memory(memory),
            torch.einsum("hf,fck->hck", self.location.weight, self.convolution.weight),
            memory.new_zeros(batch, 2, phonemes),
            memory.new_zeros(batch, channels),
        )

    def forward(self, state: AttentionState, query: Tensor, allowed: Tensor) -> Tensor:
        """query (batch, channels), allowed (batch, phonemes) -> weights (batch, phonemes).

        Puts the new location and context into the state.
        """
        kernel = state.filters.shape[2]
        seen = F.pad(state.location, (kernel // 2, kernel // 2)).unfold(2, kernel, 1)
        location = seen.transpose(1, 2).flatten(2) @ state.filters.flatten(1).T
        sum_ = state.keys + self.query(query)[:, None] + location  # (batch, phonemes, hidden)
        scores = self.score(sum_.tanh())[..., 0]  # (batch, phonemes)
        weights = scores.float().masked_fill(~allowed, MASKED).softmax(dim=1)
        state.location = torch.stack((weights, state.location[:, 1] + weights), dim=1)
        state.context = (weights[:, None] @ state.memory)[:, 0]
        return weights
