"""A linear layer whose result keeps all its digits."""

import torch
from torch import Tensor, nn


class FullPrecisionLinear(nn.Linear):
    """Computes in float32 under autocast too: bfloat16 would round a mel audibly."""

    def forward(self, x: Tensor) -> Tensor:
        """(..., channels_in) -> (..., channels_out), float32."""
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())
