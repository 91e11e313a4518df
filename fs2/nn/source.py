"""What a waveform generator may begin with: noise, and the harmonics of the predicted pitch.

The paper's decoder begins with its conditioning, the author's with noise; either has to learn from
nothing how periodic speech is. A source of harmonics (as in the neural source-filter models of
Wang et al. 2019) gives that away.
"""

import math

import torch
from torch import Tensor

from fs2.kernels.linear_stretch import stretch_linearly

FILLER = 100.0
"""Hz, where there is no F0. What is silent still has a phase, and the count of harmonics needs a
divisor; which one is not heard, but for the glide of the first half frame of voice from it."""
NEAR_PEAK = 1e-4
"""Sine below which the kernel is taken at its peak: a quotient of two sines near 0 rounds badly in
float32, and the peak itself is 0 / 0."""


def noise(
    batch: int, samples: int, device: torch.device, generator: torch.Generator | None = None
) -> Tensor:
    """Standard normal noise (batch, samples); one `generator` gives the same on every device."""
    where = device if generator is None else generator.device
    return torch.randn((batch, samples), generator=generator, device=where).to(device)


def harmonics(f0: Tensor, hop_length: int, sample_rate: int, phase: Tensor | None = None) -> Tensor:
    """Cosines of all multiples of F0 below half the sample rate.

    Args:
        f0: (batch, frames), Hz, interpolated between the frames' centres; silence where it is 0.
        hop_length: Samples of a frame.
        sample_rate: Hz.
        phase: (batch,), cycles at the first sample; default 0.

    Returns:
        (batch, frames * hop_length), of about unit power. The sum of N cosines of equal amplitude
        is known in closed form, as Dirichlet's kernel: cos(a) + ... + cos(N a) =
        (sin((N + 1/2) a) / (2 sin(a / 2)) - 1/2), of power N / 2.
    """
    voiced = f0 > 0  # (batch, frames)
    smooth = torch.where(voiced, f0, FILLER).double()  # (batch, frames)
    smooth = stretch_linearly(smooth, hop_length)  # (batch, samples)
    cycles = (smooth / sample_rate).cumsum(dim=1)  # (batch, samples), as all that follow
    if phase is not None:
        cycles = cycles + phase[:, None]
    angle = (math.tau * (cycles % 1)).float()
    count = torch.floor(sample_rate / 2 / smooth).clamp(min=1).float()
    half = torch.sin(angle / 2)
    peak = half.abs() < NEAR_PEAK
    kernel = torch.sin((count + 0.5) * angle) / torch.where(peak, 1.0, 2 * half)
    multiples = (torch.where(peak, count + 0.5, kernel) - 0.5) * (2 / count).sqrt()
    return multiples * voiced.repeat_interleave(hop_length, dim=1)
