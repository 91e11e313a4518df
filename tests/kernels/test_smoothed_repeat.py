"""Repetition and smoothing in one product, against both in turn by torch."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from fs2.kernels.smoothed_repeat import repeat_smoothed


@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**16))
def test_is_torchs_in_value_and_gradients(factor, time, seed):
    torch.manual_seed(seed)
    x = torch.randn(2, 3, time, requires_grad=True)
    taps = torch.randn(2 * factor + 1, requires_grad=True)
    repeated = x.repeat_interleave(factor, dim=2).flatten(0, 1)[:, None]
    expected = F.conv1d(repeated, taps.view(1, 1, -1), padding=factor).view(2, 3, -1)
    made = repeat_smoothed(x, taps, factor)
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=1e-5)
    weights = torch.randn_like(made)
    for own, theirs in zip(
        torch.autograd.grad((made * weights).sum(), (x, taps)),
        torch.autograd.grad((expected * weights).sum(), (x, taps)),
        strict=True,
    ):
        torch.testing.assert_close(own, theirs, atol=1e-4, rtol=1e-4)
