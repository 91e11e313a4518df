"""Convolutions over time, by torch and by Winograd's minimal filtering."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fs2.kernels import winograd
from fs2.nn.feed_forward_transformer import TimeConv

KERNELS = [1, 3, 5, 7, 9, 11, 13]


def by_torch(convolution: TimeConv, x: torch.Tensor) -> torch.Tensor:
    return nn.Conv1d.forward(convolution, x.transpose(1, 2)).transpose(1, 2)


@given(st.sampled_from(KERNELS), st.integers(1, 3), st.integers(1, 40), st.integers(0, 2**16))
def test_is_torchs_in_value_and_gradients(kernel, batch, time, seed):
    torch.manual_seed(seed)
    convolution, x = TimeConv(6, 4, kernel), torch.randn(batch, time, 6, requires_grad=True)
    variables = (x, convolution.weight, convolution.bias)
    made, expected = convolution(x), by_torch(convolution, x)
    weights = torch.randn_like(made)
    torch.testing.assert_close(made, expected, rtol=1e-4, atol=1e-3)
    for own, theirs in zip(
        torch.autograd.grad((made * weights).sum(), variables),
        torch.autograd.grad((expected * weights).sum(), variables),
        strict=True,
    ):
        largest = float(theirs.detach().abs().max())
        torch.testing.assert_close(own, theirs, rtol=0, atol=1e-3 * (1 + largest))


@pytest.mark.parametrize("kernel", KERNELS)
def test_ready_for_inference_it_is_the_same(kernel):
    convolution, x = TimeConv(6, 4, kernel), torch.randn(2, 17, 6)
    with torch.no_grad():
        expected = convolution(x)
        convolution.prepare_for_inference()
        assert torch.equal(convolution(x), expected)
    assert (convolution.transformed is None) == (kernel in (1, 11, 13))


@pytest.mark.parametrize("kernel", KERNELS)
def test_in_bfloat16_it_is_torchs(kernel):
    convolution, x = TimeConv(6, 4, kernel), torch.randn(2, 17, 6)
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(convolution(x), by_torch(convolution, x), rtol=0.02, atol=0.02)


def test_rounding_at_the_papers_size():
    """What the module says of itself: 2e-5."""
    torch.manual_seed(0)
    x, weight = torch.randn(1, 300, 256), torch.randn(1024, 256, 9)
    exact = F.conv1d(x.double().mT, weight.double(), padding=4).mT
    made = winograd.convolve(x, winograd.transform(weight))
    assert ((made - exact).pow(2).mean() / exact.pow(2).mean()).sqrt() < 2.5e-5


def test_clips_of_a_batch_do_not_touch():
    convolution = TimeConv(3, 2, 9)
    x = torch.randn(2, 11, 3)
    changed = x.clone()
    changed[1] = 1e3
    torch.testing.assert_close(convolution(changed)[0], convolution(x)[0], rtol=0, atol=1e-4)


def test_what_inference_keeps_is_not_trained_on():
    convolution, x = TimeConv(6, 4, 9), torch.randn(2, 17, 6)
    convolution.prepare_for_inference()
    convolution(x).sum().backward()
    assert convolution.weight.grad is not None
