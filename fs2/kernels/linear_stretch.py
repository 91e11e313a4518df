"""Linear interpolation by a whole factor, in the operators that every runtime has.

The value of column n stands in the middle of the `factor` outputs that it becomes. At phase p
(0 <= p < factor) of column n the output lies d = (p + 1/2) / factor - 1/2 columns beyond it, so

    y[n factor + p] = (1 - |d|) x[n] + max(-d, 0) x[n - 1] + max(d, 0) x[n + 1],

where the first and last column go on beyond the ends.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from fs2.kernels.exporting import exporting


def stretch_linearly(x: Tensor, factor: int) -> Tensor:
    """(batch, time) -> (batch, time * factor), as `F.interpolate` without aligned corners."""
    if not exporting():
        samples = x.shape[1] * factor
        return F.interpolate(x[:, None], samples, mode="linear", align_corners=False)[:, 0]
    return stretch_by_neighbours(x, factor)


def stretch_by_neighbours(x: Tensor, factor: int) -> Tensor:
    """As `stretch_linearly`, always by the sum above."""
    beyond = (torch.arange(factor, dtype=x.dtype, device=x.device) + 0.5) / factor - 0.5
    before = torch.cat((x[:, :1], x[:, :-1]), dim=1)[..., None]  # (batch, time, 1)
    after = torch.cat((x[:, 1:], x[:, -1:]), dim=1)[..., None]
    own = x[..., None] * (1 - beyond.abs())  # (batch, time, factor)
    return (own + before * (-beyond).clamp(min=0) + after * beyond.clamp(min=0)).flatten(1)
