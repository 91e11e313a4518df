"""Filters that change with time."""

import math

import torch

from fs2.nn.source_filter import FIRST_LOG_GAIN, SCALE, filter_channels, filtered


def filter_gains(step, steps, noise, harmonic, phase=0.0):
    """The same filter for all steps and frequencies: two gains, and a phase."""
    gains = [math.log(max(gain, 1e-9)) - FIRST_LOG_GAIN for gain in (noise, harmonic)]
    bins = filter_channels(step) // 3
    values = [torch.full((1, bins, steps), value) for value in (*gains, phase)]
    return torch.cat(values, dim=1).double() / SCALE


def test_flat_filters_scale_each_source():
    """Away from the ends, where windows are missing."""
    step, steps = 16, 30
    sources = torch.randn(1, 2, step * steps, dtype=torch.float64)
    made = filtered(sources, filter_gains(step, steps, 0.25, 2.0))[0]
    inner = slice(2 * step, -2 * step)
    expected = 0.25 * sources[0, 0] + 2.0 * sources[0, 1]
    torch.testing.assert_close(made[inner], expected[inner])
    turned = filtered(sources, filter_gains(step, steps, 0.0, 1.0, math.pi))[0]
    torch.testing.assert_close(turned[inner], -sources[0, 1][inner], atol=1e-5, rtol=0)


def test_a_filter_keeps_its_own_frequencies():
    """Two tones as source, and a filter that opens for the lower one."""
    step, steps = 32, 40
    time = torch.arange(step * steps) / (4 * step)
    low, high = (torch.sin(2 * torch.pi * cycles * time) for cycles in (8, 40))
    sources = torch.stack((torch.zeros_like(low), low + high))[None].double()
    filters = filter_gains(step, steps, 0.0, 1.0)
    bins = filter_channels(step) // 3
    filters[:, bins + 24 : 2 * bins] = (math.log(1e-9) - FIRST_LOG_GAIN) / SCALE
    made = filtered(sources, filters)[0]
    inner = slice(4 * step, -4 * step)
    torch.testing.assert_close(made[inner], low[inner].double(), atol=1e-3, rtol=0)
