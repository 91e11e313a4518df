"""Winograd's minimal filtering, against torch's convolution."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from fs2.kernels import winograd


def by_torch(x, weight):
    return F.conv1d(x.mT, weight, padding=weight.shape[2] // 2).mT


@given(
    st.sampled_from(sorted(winograd.TRANSFORMS)),
    st.integers(1, 3),
    st.integers(1, 40),
    st.integers(0, 2**16),
)
def test_is_torchs_in_value_and_gradients(kernel, batch, time, seed):
    torch.manual_seed(seed)
    x = torch.randn(batch, time, 6, requires_grad=True)
    weight = torch.randn(4, 6, kernel, requires_grad=True)
    made, expected = winograd.convolve(x, winograd.transform(weight)), by_torch(x, weight)
    assert made.shape == expected.shape
    largest = float(expected.detach().abs().max())
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-4 * (1 + largest))
    weights = torch.randn_like(made)
    for own, theirs in zip(
        torch.autograd.grad((made * weights).sum(), (x, weight)),
        torch.autograd.grad((expected * weights).sum(), (x, weight)),
        strict=True,
    ):
        largest = float(theirs.abs().max())
        torch.testing.assert_close(own, theirs, rtol=0, atol=1e-3 * (1 + largest))


def test_rounding_and_products_at_the_papers_size():
    """What the module says of itself: an error of 2e-5, and 0.26 of the multiplications."""
    torch.manual_seed(0)
    x, weight = torch.randn(1, 300, 256), torch.randn(1024, 256, 9)
    exact = by_torch(x.double(), weight.double())
    transformed = winograd.transform(weight)
    made = winograd.convolve(x, transformed)
    assert ((made - exact).pow(2).mean() / exact.pow(2).mean()).sqrt() < 2.5e-5
    assert round(len(transformed) / (9 * winograd.OUTPUTS), 2) == 0.26


def test_clips_of_a_batch_do_not_touch():
    torch.manual_seed(0)
    x, weight = torch.randn(2, 11, 3), winograd.transform(torch.randn(2, 3, 9))
    changed = x.clone()
    changed[1] = 1e3
    made, expected = winograd.convolve(changed, weight)[0], winograd.convolve(x, weight)[0]
    torch.testing.assert_close(made, expected, rtol=0, atol=1e-4)
