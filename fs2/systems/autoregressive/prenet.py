"""The pre-net: what the decoder sees of the frame before, with dropout that never ends."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LAYERS = 2
SEED = 0
"""Of the dropout at inference: a text sounds the same every time, alone or among others."""
BLOCK = 256
"""Steps for which random numbers are drawn at once: any number of steps begins with the same."""


class Prenet(nn.Module):
    """Two layers with ReLU and dropout (Wang et al. 2017, table 1; Shen et al. 2018, section 2.2).

    Args:
        channels: Of the input.
        hidden: Width of both layers.
        dropout: Probability, in training and at inference.
    """

    def __init__(self, channels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(channels, hidden), nn.Linear(hidden, hidden)])
        self.units = LAYERS * hidden
        self.dropout = dropout

    def forward(self, x: Tensor, kept: Tensor | None = None) -> Tensor:
        """(..., channels) -> (..., hidden).

        `kept` (..., units) says which units of both layers are kept; drawn at random without it.
        """
        parts = [None] * LAYERS if kept is None else kept.chunk(LAYERS, dim=-1)
        for layer, part in zip(self.layers, parts, strict=True):
            x = F.relu(layer(x))  # (..., hidden)
            x = F.dropout(x, self.dropout) if part is None else x * part / (1 - self.dropout)
        return x


class KeptUnits:
    """Which units of a pre-net are kept at each step of inference: the same for every clip."""

    def __init__(self, prenet: Prenet, device: torch.device) -> None:
        self.generator = torch.Generator().manual_seed(SEED)
        self.prenet = prenet
        self.kept = torch.empty(0, prenet.units, dtype=torch.bool, device=device)

    def __call__(self, steps: int) -> Tensor:
        """Those of the first `steps` steps, (steps, units), bool."""
        while len(self.kept) < steps:
            drawn = torch.rand(BLOCK, self.prenet.units, generator=self.generator)
            more = (drawn >= self.prenet.dropout).to(self.kept.device)
            self.kept = torch.cat((self.kept, more))
        return self.kept[:steps]
