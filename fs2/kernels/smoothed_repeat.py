"""Repetition and smoothing of a sequence in one product of matrices.

Repeating every column r times and then filtering with 2 r + 1 taps h gives, at the output of column
n and phase p (0 <= p < r),

    y[n r + p] = sum over taps k = 0 ... 2 r of h[k] x[floor((n r + p + k - r) / r)],

where the column read is n - 1 + floor((p + k) / r), one of n - 1, n and n + 1. So the output is
three products of columns with weights that are sums of taps and depend on the phase alone:

    y[n r + p] = sum over j = 0, 1, 2 of w[p, j] x[n - 1 + j],
    w[p, j] = sum of h[k] over the k with floor((p + k) / r) = j.

That is 3 multiplications a value in place of 2 r + 1 (9 for r = 4), and the repeated sequence never
is in memory. The zeros of the filter's padding are those of one column beyond either end.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from fs2.kernels.exporting import exporting


def repeat_smoothed(x: Tensor, taps: Tensor, factor: int) -> Tensor:
    """Repeat each column `factor` times, then filter.

    Args:
        x: (..., time).
        taps: (2 * factor + 1,), the filter.
        factor: Repetitions.

    Returns:
        (..., time * factor), zeros standing beyond the ends of the repeated sequence.
    """
    phase = torch.arange(factor, device=x.device)[:, None]  # (factor, 1)
    tap = torch.arange(len(taps), device=x.device)  # (taps,)
    column = torch.div(phase + tap, factor, rounding_mode="floor")  # (factor, taps): 0, 1 or 2
    weights = torch.zeros(factor, 3, device=x.device, dtype=taps.dtype)
    weights = weights.scatter_add(1, column, taps.expand(factor, -1))  # (factor, 3)
    padded = F.pad(x, (1, 1))
    if exporting():
        neighbours = torch.stack((padded[..., :-2], x, padded[..., 2:]), dim=-1)
    else:
        neighbours = padded.unfold(-1, 3, 1)  # (..., time, 3)
    return (neighbours @ weights.t().to(x.dtype)).flatten(-2)  # (..., time * factor)
