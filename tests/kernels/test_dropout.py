"""Dropout by random bytes: torch's, but for the random numbers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from fs2.kernels.dropout import Dropout

SHAPES = st.lists(st.integers(0, 9), min_size=0, max_size=3)


@given(SHAPES, st.floats(0.01, 0.99), st.integers(0, 2**16))
def test_values_are_dropped_or_scaled_and_gradients_too(shape, p, seed):
    torch.manual_seed(seed)
    x = torch.randn(shape, requires_grad=True)
    y = Dropout(p)(x)
    scale = 256 / (256 - round(256 * p))
    kept = y != 0
    torch.testing.assert_close(y, x * scale * kept)
    y.sum().backward()
    torch.testing.assert_close(x.grad, scale * kept)


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_drops_its_share_and_keeps_the_mean(p, dtype):
    torch.manual_seed(0)
    dropped = Dropout(p)(torch.ones(400, 501, dtype=dtype))
    assert dropped.dtype == dtype
    theirs = nn.Dropout(round(p * 256) / 256)(torch.ones(400, 501, dtype=dtype))
    for made in (dropped, theirs):
        share = (made == 0).float().mean().item()
        assert share == pytest.approx(round(p * 256) / 256, abs=0.004)
        assert made.float().mean().item() == pytest.approx(1, abs=0.01)
    torch.testing.assert_close(dropped.max(), theirs.max())


def test_values_are_dropped_independently():
    """Also those that share a random number: any two of a row of 8 are dropped together by p^2."""
    torch.manual_seed(0)
    dropped = (Dropout(0.25)(torch.ones(40_000, 8)) == 0).float()
    together = dropped.T @ dropped / len(dropped)
    expected = torch.full((8, 8), 0.25**2)
    expected.fill_diagonal_(0.25)
    torch.testing.assert_close(together, expected, rtol=0, atol=0.01)


def test_a_seed_gives_the_same_again():
    x = torch.randn(7, 9)
    made = []
    for _ in range(2):
        torch.manual_seed(3)
        made.append(Dropout(0.3)(x))
    assert torch.equal(*made)


def test_without_training_or_probability_nothing_changes():
    x = torch.randn(7, 9)
    assert Dropout(0.3).eval()(x) is x
    state = torch.get_rng_state()
    assert torch.equal(Dropout(0.0)(x), nn.Dropout(0.0)(x))
    assert torch.equal(torch.get_rng_state(), state)
