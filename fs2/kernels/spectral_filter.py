"""Filters on a short-time Fourier transform, by convolutions instead of fast transforms.

The transform of a window of N samples at a frequency k is the sum of x[n] w[n] cos(2 pi k n / N)
and that of -x[n] w[n] sin(2 pi k n / N): a convolution with N taps and a stride of one step, whose
output channels are the frequencies, real parts first. Its inverse is the transposed convolution
with the same taps, in which each frequency but the first and last counts twice, for its mirror
image. That takes N / 2 multiplications for each one of a fast transform's dozen, and is little
beside a network's. It needs neither complex numbers nor overlapping views, which not every runtime
has.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def filter_by_convolutions(
    sources: Tensor, gains: Tensor, phase: Tensor, window: Tensor, before: int
) -> Tensor:
    """Noise and harmonics, each through its filter, added up.

    Args:
        sources: (batch, 2, samples), noise and harmonics.
        gains: (batch, 2, bins, steps), amplitudes of both, of frequencies 0 ... length / 2.
        phase: (batch, bins, steps), radians, of the harmonics.
        window: (length,), before the transform and after it.
        before: Samples of the first window that lie before the first sample.

    Returns:
        (batch, samples), the sum of the windows, not divided by that of their squares.
    """
    batch, _, samples = sources.shape
    bins, steps = phase.shape[1:]
    length, step = len(window), samples // steps
    margin = length - step
    taps = _taps(window)  # (2 * bins, 1, length)
    padded = F.pad(sources, (before, margin - before)).flatten(0, 1)[:, None]
    spectrum = F.conv1d(padded, taps, stride=step).view(batch, 2, 2, bins, steps)
    noise, harmonics = spectrum.unbind(1)  # (batch, 2, bins, steps): real and imaginary part
    noise = noise * gains[:, :1]
    real, imaginary = (harmonics * gains[:, 1:]).unbind(1)  # (batch, bins, steps)
    cosine, sine = phase.cos(), phase.sin()
    turned = torch.stack((real * cosine - imaginary * sine, real * sine + imaginary * cosine), 1)
    mirrored = torch.full((bins, 1), 2 / length, dtype=window.dtype, device=window.device)
    mirrored[0] = mirrored[-1] = 1 / length
    added = (noise + turned) * mirrored
    return F.conv_transpose1d(added.flatten(1, 2), taps, stride=step)[
        :, 0, before : before + samples
    ]


def _taps(window: Tensor) -> Tensor:
    """Real, then imaginary parts: (2 * bins, 1, length)."""
    length = len(window)
    n = torch.arange(length, dtype=torch.float64)
    turns = torch.outer(torch.arange(length // 2 + 1), n) % length  # exact: whole numbers
    angle = turns * (math.tau / length)  # (bins, length)
    waves = torch.cat((angle.cos(), -angle.sin())) * window.double().cpu()
    return waves[:, None].to(window)
