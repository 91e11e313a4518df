"""Convolutions over time with fewer multiplications, for float32 on a CPU.

Minimal filtering of Winograd (Lavin and Gray 2016, section 3): a tile of `OUTPUTS` outputs of a
filter of k taps takes OUTPUTS + k - 1 products in place of OUTPUTS * k, and all products of a layer
are products of matrices. For the 9 taps of the paper's blocks that is 0.26 of the multiplications.
The relative rounding error is then 2e-5, a twentieth of that of the TF32 in which GPUs train.

Why the result is the same: let m = OUTPUTS and n = m + k - 1. A polynomial of k coefficients w
times one of m coefficients v has n coefficients. So it is determined by its values at n points, and
each is a product of two values, one of w's polynomial, (G' w)[i], and one of v's, (A v)[i]: the n
products. Interpolation, a matrix C, gives back the coefficients, C (G' w * A v). As a function of v
this is linear, with the matrix C diag(G' w) A; its transpose A^T diag(G' w) C^T takes n values x to
the m sums over j of w[j] x[t + j], which are the tile of the convolution. So y = A^T (G w * B^T x),
with B^T = C^T but for factors of the rows, which are in G in place of G'.

Why it is cheaper: with channels the product of two values becomes, for each of the n points, a
matrix (channels_in, channels_out) times the tiles. A^T and B^T are applied to every channel once,
not to every pair of channels, and G to the weight once.
"""

import numpy as np
import torch
from numpy.polynomial.polynomial import polyfromroots
from torch import Tensor
from torch.nn import functional as F

from fs2.kernels.exporting import exporting

OUTPUTS = 6
"""Outputs of a tile. More would save more products, and round worse: that sets the limit."""


def _transforms(kernel: int) -> tuple[Tensor, Tensor, Tensor]:
    """A^T (outputs, products), G (products, kernel), B^T (products, products).

    With them y = A^T (G w * B^T x). The polynomials of Toom and Cook are evaluated at the tangents
    of evenly spaced angles, from zero to infinity: powers and differences of such points round
    little, where those of the integers grow fast.
    """
    products = OUTPUTS + kernel - 1
    points = np.tan(np.pi * (np.arange(1, products) / products - 0.5))
    outputs, weights = np.zeros((OUTPUTS, products)), np.zeros((products, kernel))
    inputs = np.zeros((products, products))
    for row, point in enumerate(points):
        others = np.delete(points, row)
        outputs[:, row] = point ** np.arange(OUTPUTS)
        weights[row] = point ** np.arange(kernel) / np.prod(point - others)
        inputs[row, :-1] = polyfromroots(others)
    outputs[-1, -1] = weights[-1, -1] = 1  # infinity
    inputs[-1] = polyfromroots(points)
    # Products of values alike in size round least.
    scale = np.sqrt(np.abs(inputs).sum(1) / np.abs(weights).sum(1))[:, None]
    return tuple(  # type: ignore[return-value]
        torch.tensor(matrix, dtype=torch.float32)
        for matrix in (outputs, weights * scale, inputs / scale)
    )


TRANSFORMS = {kernel: _transforms(kernel) for kernel in (3, 5, 7, 9)}
"""By number of taps. With every two more, rounding is three times worse."""


def transform(weight: Tensor) -> Tensor:
    """What `convolve` needs of a weight (channels_out, channels_in, kernel).

    Returns:
        (products, channels_in, channels_out).
    """
    channels_out, channels_in, kernel = weight.shape
    taps = weight.permute(2, 1, 0).reshape(kernel, -1)
    return (TRANSFORMS[kernel][1] @ taps).view(-1, channels_in, channels_out)


def convolve(x: Tensor, transformed: Tensor) -> Tensor:
    """Convolution over time, with zeros beyond the edges.

    Args:
        x: (batch, time, channels_in), float32.
        transformed: By `transform`, from a weight with as many taps as `TRANSFORMS` knows.

    Returns:
        (batch, time, channels_out).
    """
    batch, time, channels = x.shape
    products = len(transformed)
    kernel = products - OUTPUTS + 1
    outputs, _, inputs = TRANSFORMS[kernel]
    # The clips lie behind each other, each in whole tiles and with zeros between them.
    margin = kernel // 2
    tiles = (time + margin + OUTPUTS - 1) // OUTPUTS  # of positive numbers: ONNX cuts quotients
    rows = F.pad(x, (0, 0, margin, tiles * OUTPUTS - time - margin)).view(-1, channels)
    tiles *= batch
    if exporting():
        seen = _seen_by_tiles(rows, products)
    else:
        seen = F.pad(rows, (0, 0, 0, kernel - 1)).unfold(0, products, OUTPUTS).transpose(1, 2)
    seen = torch.bmm(inputs.expand(tiles, -1, -1), seen)  # (tiles, products, channels_in)
    made = torch.bmm(seen.transpose(0, 1), transformed)  # (products, tiles, channels_out)
    y = torch.bmm(outputs.expand(tiles, -1, -1), made.transpose(0, 1))
    return y.view(batch, -1, y.shape[-1])[:, :time]  # (batch, time, channels_out)


def _seen_by_tiles(rows: Tensor, products: int) -> Tensor:
    """What each tile sees, (tiles, products, channels), of rows (tiles * OUTPUTS, channels).

    For runtimes without overlapping views: a tile, and those after it side by side.
    """
    tiles, after = rows.shape[0] // OUTPUTS, -(-products // OUTPUTS) - 1
    padded = F.pad(rows, (0, 0, 0, after * OUTPUTS)).view(tiles + after, OUTPUTS, -1)
    return torch.cat([padded[j : j + tiles] for j in range(after + 1)], dim=1)[:, :products]
