"""What is computed in other operators while a network is exported is the same."""

import importlib

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fs2.kernels import smoothed_repeat, winograd
from fs2.kernels.linear_stretch import stretch_by_neighbours, stretch_linearly
from fs2.nn import length_regulator, source_filter

sizes = st.integers(1, 40)


def as_exported(module, function):
    """The function's result while its module is told that a network is being exported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module(module.__name__), "exporting", lambda: True)
        return function()


@given(st.sampled_from(sorted(winograd.TRANSFORMS)), st.integers(1, 3), sizes)
def test_convolutions_by_winograd(kernel, batch, time):
    x, weight = torch.randn(batch, time, 3), winograd.transform(torch.randn(4, 3, kernel))
    expected = winograd.convolve(x, weight)
    made = as_exported(winograd, lambda: winograd.convolve(x, weight))
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-6)


@given(sizes, st.integers(1, 9))
def test_linear_interpolation(time, factor):
    x = torch.randn(2, time, dtype=torch.float64)
    torch.testing.assert_close(stretch_by_neighbours(x, factor), stretch_linearly(x, factor))


@given(sizes, st.integers(2, 5))
def test_repetition_and_smoothing(time, factor):
    x, taps = torch.randn(2, 3, time), torch.randn(2 * factor + 1)
    expected = smoothed_repeat.repeat_smoothed(x, taps, factor)
    made = as_exported(smoothed_repeat, lambda: smoothed_repeat.repeat_smoothed(x, taps, factor))
    torch.testing.assert_close(made, expected)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9), st.integers(0, 3))
def test_the_phoneme_of_each_frame(durations, beyond):
    durations = torch.tensor([durations])
    frames = int(durations.sum()) + beyond
    expected = length_regulator.frame_to_phoneme(durations, frames)
    made = as_exported(
        length_regulator, lambda: length_regulator.frame_to_phoneme(durations, frames)
    )
    assert torch.equal(made, expected)


@given(st.integers(1, 9), st.sampled_from([2, 8, 16]))
def test_filters_that_change_with_time(steps, step):
    sources = torch.randn(2, 2, steps * step, dtype=torch.float64)
    filters = 0.3 * torch.randn(2, source_filter.filter_channels(step), steps, dtype=torch.float64)
    expected = source_filter.filtered(sources, filters)
    made = as_exported(source_filter, lambda: source_filter.filtered(sources, filters))
    torch.testing.assert_close(made, expected)
