"""Convolution over time of (batch, time, channels), in the fastest of three ways.

y[t] = bias + sum over taps k of W[k] x[t + k - kernel // 2], with x = 0 beyond the edges. The
three ways are this same sum:

- One tap: y[t] = bias + W[0] x[t] is a linear layer of every position.
- Otherwise, as an image of height 1: torch's two-dimensional convolution sums over the taps of a
  row, and there is one row. (batch, time, channels) is in memory what torch calls channels last,
  (batch, 1, time, channels), so that no transpose of the input or the output is needed; the weight
  is kept in that layout as well. The fast kernels of GPUs, and of CPUs in bfloat16, want it.
- In float32 on a CPU, where the number of taps is known to `winograd`: fewer multiplications.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.kernels import winograd
from fs2.kernels.exporting import exporting


class TimeConv(nn.Conv1d):
    """Convolution over time that keeps the length; zeros stand beyond the edges.

    The weight has the shape of `nn.Conv1d`, (channels_out, channels_in, kernel), and another
    order in memory.

    Args:
        channels_in: Channels of the input.
        channels_out: Channels of the output.
        kernel: Taps, an odd number.
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
            return F.linear(x, self.weight[:, :, 0], self.bias)  # (batch, time, channels_out)
        if self._by_winograd(x):
            assert self.bias is not None
            # What was kept has no gradient, and would make an exported file larger.
            kept = not torch.is_grad_enabled() and not exporting()
            weight = self.transformed if kept else None
            weight = winograd.transform(self.weight) if weight is None else weight
            return winograd.convolve(x, weight) + self.bias  # (batch, time, channels_out)
        image = x.unsqueeze(1).permute(0, 3, 1, 2)  # (batch, channels_in, 1, time)
        y = F.conv2d(image, self.weight.unsqueeze(2), self.bias, padding=(0, kernel // 2))
        return y.permute(0, 2, 3, 1).squeeze(1)  # (batch, time, channels_out)

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
