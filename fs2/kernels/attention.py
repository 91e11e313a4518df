"""Attention by matrix products that autograd sees, for training on a CPU.

Both ways compute softmax(Q K^T / sqrt(channels)) V over the keys that are no padding (Vaswani et
al. 2017, section 3.2.1). torch's own kernel for CPUs keeps no attention weights: it makes them
again, block by block, in the backward pass. At inference that saves memory and costs nothing. In
training the products below keep the weights (batch * heads * time^2 values) for the backward pass,
which then has no product to repeat and calls the same matrix products as everything else. What is
won depends on the machine: half of the backward pass where this was first measured; on two cores
without AVX-512 both ways took the same time for 100 to 300 positions in float32, and torch's less
time for more positions.

The mask is added as a bias, 0 or MASKED, within the product's own call, and is the same for all
heads and queries of a clip. A masked key is given weight exp(score + MASKED - largest), where the
largest score is that of some key that is no padding. float32 rounds exp to exactly 0 below -104, so
the weight is 0, as with a bias of minus infinity, while scores lie within 9,896 of each other; they
are sums of a head's products, tens at most.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

MASKED = -1e4
"""Bias of a masked key: far below every score, and finite, so that a clip of padding alone has no
undefined weights (infinity minus infinity). float16 and bfloat16 can hold it, too."""


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Values weighted by how well their keys agree with each query.

    Args:
        query: (batch, heads, time, channels).
        key: The same shape.
        value: The same shape.
        mask: (batch, 1, 1, time), True for the keys that are no padding.

    Returns:
        (batch, heads, time, channels), by the way that is fastest on the device of the query.
    """
    if query.device.type == "cpu" and torch.is_grad_enabled():
        return attend_by_products(query, key, value, mask)
    return F.scaled_dot_product_attention(query, key, value, mask)


def attend_by_products(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """As `attend`, always by matrix products."""
    batch, heads, time, channels = query.shape
    query, key, value = (x.reshape(-1, time, channels) for x in (query, key, value))
    bias = torch.zeros_like(mask, dtype=query.dtype).masked_fill(~mask, MASKED)
    bias = bias.expand(-1, heads, -1, -1).reshape(-1, 1, time)  # (batch * heads, 1, time)
    scores = torch.baddbmm(bias, query * channels**-0.5, key.transpose(1, 2))
    weights = scores.softmax(dim=-1)  # (batch * heads, time, time)
    return (weights @ value).view(batch, heads, time, channels)
