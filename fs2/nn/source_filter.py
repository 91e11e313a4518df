"""Noise and harmonics through filters that change with time.

A network that only says how loud each frequency is at a time needs to learn neither what a
periodic signal is nor what noise is, and makes a voice within minutes on a CPU. The idea is that of
differentiable signal processing (Engel et al. 2020) and of the neural homomorphic vocoder (Liu et
al. 2020); the filters act on the short-time Fourier transform of the sources.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from fs2.kernels.exporting import exporting
from fs2.kernels.spectral_filter import filter_by_convolutions

WINDOW_STEPS = 4
"""Length of the transform's window, in steps of the filters: windows that overlap by three quarters
let one filter pass smoothly into the next, and their squares add up to a constant."""
FIRST_LOG_GAIN = -4.0
"""Log gain of an output of 0, with which training begins: speech is far from the unit power of the
sources."""
SCALE = 10.0
"""Log gain, or radians, of an output of 1: they soon have to go from -10 to 0."""
GREATEST_LOG_GAIN = 5.0
"""Limit of the log gain, far above any that speech needs: one bad step of training must not make
the exponential overflow."""


def filter_channels(step: int) -> int:
    """Outputs that the network has for each step: two gains and a phase for each frequency."""
    return 3 * _bins(step)


def filtered(sources: Tensor, filters: Tensor, step_mask: Tensor | None = None) -> Tensor:
    """The sources, each through its filter, added up.

    Args:
        sources: (batch, 2, samples), noise and harmonics.
        filters: (batch, filter_channels, steps): log gains of the noise, log gains of the
            harmonics, both over FIRST_LOG_GAIN, and phases of the harmonics, all in units of SCALE.
        step_mask: (batch, 1, steps), False for steps beyond the end of a clip: silence, also within
            the windows that reach over the end.

    Returns:
        (batch, samples).
    """
    batch, _, samples = sources.shape
    steps = filters.shape[2]
    step = samples // steps
    length, margin = WINDOW_STEPS * step, (WINDOW_STEPS - 1) * step
    before = margin // 2
    mask = None if step_mask is None else step_mask.repeat_interleave(step, dim=2)
    if mask is not None:  # (batch, 1, samples)
        sources = sources * mask
    # The square root of the Hann window before and after: windows add up to WINDOW_STEPS / 2.
    window = torch.hann_window(length, dtype=sources.dtype, device=sources.device).sqrt()
    gains, phase = (SCALE * filters).transpose(1, 2).split((2 * _bins(step), _bins(step)), dim=2)
    gains = (gains + FIRST_LOG_GAIN).clamp(max=GREATEST_LOG_GAIN).exp()
    if exporting():
        amplitudes = gains.transpose(1, 2).unflatten(1, (2, -1))  # (batch, 2, bins, steps)
        added = filter_by_convolutions(sources, amplitudes, phase.transpose(1, 2), window, before)
        return added * (2 / WINDOW_STEPS)
    frames = F.pad(sources, (before, margin - before)).unfold(2, length, step)
    frames = frames * window  # (batch, 2, steps, length)
    noise, harmonics = torch.fft.rfft(frames).unbind(1)  # (batch, steps, bins) each
    noise_gain, harmonic_gain = gains.chunk(2, dim=2)  # (batch, steps, bins) each
    spectrum = noise * noise_gain + harmonics * torch.polar(harmonic_gain, phase)
    if step_mask is not None:
        spectrum = spectrum * step_mask.transpose(1, 2)
    frames = torch.fft.irfft(spectrum, length)  # (batch, steps, length)
    frames = frames * (window * (2 / WINDOW_STEPS))
    whole = (1, samples + margin)
    added = F.fold(frames.transpose(1, 2), whole, (1, length), stride=(1, step))
    added = added.reshape(batch, -1)[:, before : before + samples]  # (batch, samples)
    return added if mask is None else added * mask[:, 0]


def _bins(step: int) -> int:
    """Frequencies of the transform."""
    return WINDOW_STEPS * step // 2 + 1
