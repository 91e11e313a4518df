"""Attention by products, against torch's scaled_dot_product_attention."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from fs2.kernels.attention import attend, attend_by_products


def inputs(lengths, heads, channels, seed=0, dtype=torch.float32):
    torch.manual_seed(seed)
    batch, time = len(lengths), max(lengths)
    query, key, value = torch.randn(3, batch, heads, time, channels, dtype=dtype)
    mask = torch.arange(time) < torch.tensor(lengths)[:, None]
    states = tuple(x.requires_grad_() for x in (query, key, value))
    return states, mask[:, None, None]


@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=4),
    st.integers(1, 3),
    st.integers(1, 8),
    st.integers(0, 2**16),
)
def test_is_torchs_in_value_and_gradients(lengths, heads, channels, seed):
    states, mask = inputs(lengths, heads, channels, seed)
    made = attend_by_products(*states, mask)
    expected = F.scaled_dot_product_attention(*states, mask)
    torch.testing.assert_close(made, expected, rtol=1e-4, atol=1e-5)
    weights = torch.randn_like(made)
    for own, theirs in zip(
        torch.autograd.grad((made * weights).sum(), states),
        torch.autograd.grad((expected * weights).sum(), states),
        strict=True,
    ):
        torch.testing.assert_close(own, theirs, rtol=1e-3, atol=1e-4)


def test_each_way_where_it_belongs():
    states, mask = inputs([9, 5, 1], 2, 6)
    assert torch.equal(attend(*states, mask), attend_by_products(*states, mask))
    with torch.no_grad():
        assert torch.equal(attend(*states, mask), F.scaled_dot_product_attention(*states, mask))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_padding_has_no_weight_at_all(dtype):
    """Whatever it holds: not one bit of the result changes."""
    (query, key, value), mask = inputs([7, 4], 2, 6, dtype=dtype)
    padding = ~mask.transpose(2, 3)
    expected = attend_by_products(query, key, value, mask)
    key, value = key.masked_fill(padding, 30.0), value.masked_fill(padding, 1e6)
    assert torch.equal(attend_by_products(query, key, value, mask), expected)


def test_padding_alone_has_a_value():
    states, mask = inputs([3, 2], 1, 4)
    mask = mask & torch.tensor([True, False])[:, None, None, None]
    made = attend_by_products(*states, mask)
    made.sum().backward()
    assert all(torch.isfinite(x).all() for x in (made, *(state.grad for state in states)))


def test_in_bfloat16_it_is_torchs():
    states, mask = inputs([9, 5, 1], 2, 6, dtype=torch.bfloat16)
    expected = F.scaled_dot_product_attention(*states, mask)
    torch.testing.assert_close(attend_by_products(*states, mask), expected, rtol=0.02, atol=0.02)
