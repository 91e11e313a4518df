"""Convolutions over time, against torch's on the transposed sequence."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from fs2.kernels import winograd
from fs2.kernels.time_conv import TimeConv, transform_weights

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
def test_begins_with_torchs_weights(kernel):
    torch.manual_seed(0)
    own = TimeConv(6, 4, kernel).state_dict()
    torch.manual_seed(0)
    theirs = nn.Conv1d(6, 4, kernel).state_dict()
    assert list(own) == list(theirs)
    assert all(torch.equal(own[name], theirs[name]) for name in own)


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


@pytest.mark.parametrize("kernel", KERNELS)
def test_in_float64_it_is_torchs(kernel):
    convolution = TimeConv(6, 4, kernel).double()
    x = torch.randn(2, 17, 6, dtype=torch.float64)
    torch.testing.assert_close(convolution(x), by_torch(convolution, x))


def test_what_inference_keeps_is_not_trained_on():
    convolution, x = TimeConv(6, 4, 9), torch.randn(2, 17, 6)
    convolution.prepare_for_inference()
    convolution(x).sum().backward()
    assert convolution.weight.grad is not None


def test_weights_of_every_part_are_transformed():
    parts = nn.Sequential(TimeConv(3, 4, 9), nn.ReLU(), nn.Sequential(TimeConv(4, 2, 3)))
    transform_weights(parts)
    first, last = parts[0], parts[2][0]
    for part in (first, last):
        assert torch.equal(part.transformed, winograd.transform(part.weight))
