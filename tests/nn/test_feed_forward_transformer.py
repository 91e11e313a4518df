"""The feed-forward Transformer, and the predictor of its convolutions."""

import pytest
import torch
from torch import nn

from fs2.nn.feed_forward_transformer import (
    FeedForwardTransformer,
    SelfAttention,
    length_mask,
    sinusoidal_positions,
)
from fs2.nn.parameters import parameter_count
from fs2.nn.variance_predictor import VariancePredictor


def transformer(kernels=(9, 1)):
    torch.manual_seed(0)
    return FeedForwardTransformer(2, 12, 2, 20, kernels, 0.1)


def predictor():
    torch.manual_seed(0)
    return VariancePredictor(12, 10, 3, 2, 3, 0.5)


def test_mask_is_true_inside():
    mask = length_mask(torch.tensor([3, 0, 1]), 3)
    assert mask.tolist() == [[True] * 3, [False] * 3, [True, False, False]]


@pytest.mark.parametrize("channels", [6, 7])
def test_positions_are_those_of_the_paper(channels):
    """Vaswani et al. (2017), section 3.5."""
    positions = sinusoidal_positions(50, channels, torch.device("cpu"))
    for channel in range(channels):
        angle = torch.arange(50) / 10000 ** (2 * (channel // 2) / channels)
        expected = angle.cos() if channel % 2 else angle.sin()
        torch.testing.assert_close(positions[:, channel], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("gradients", [True, False])
def test_attention_is_torchs(gradients):
    torch.manual_seed(0)
    own, theirs = SelfAttention(12, 2), nn.MultiheadAttention(12, 2, batch_first=True)
    theirs.in_proj_weight.data = own.project_in.weight.data
    theirs.in_proj_bias.data = own.project_in.bias.data
    theirs.out_proj.weight.data = own.project_out.weight.data
    theirs.out_proj.bias.data = own.project_out.bias.data
    x, mask = torch.randn(3, 9, 12), length_mask(torch.tensor([9, 5, 1]), 9)
    with torch.set_grad_enabled(gradients):
        made = own(x, mask)
        expected, _ = theirs(x, x, x, key_padding_mask=~mask, need_weights=False)
    torch.testing.assert_close(made[mask], expected[mask], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("gradients", [True, False])
@pytest.mark.parametrize("kernels", [(9, 1), (3, 3), (11, 5)])
def test_padding_changes_nothing(kernels, gradients):
    model = transformer(kernels).eval()
    x, mask = torch.randn(2, 20, 12), length_mask(torch.tensor([20, 7]), 20)
    with torch.set_grad_enabled(gradients):
        both, alone = model(x, mask), model(x[1:, :7], mask[1:, :7])
    torch.testing.assert_close(both[1, :7], alone[0], rtol=1e-4, atol=1e-4)
    assert (both[1, 7:] == 0).all()


def test_in_bfloat16_it_is_near_float32():
    model = transformer().eval()
    x, mask = torch.randn(2, 20, 12), length_mask(torch.tensor([20, 7]), 20)
    with torch.no_grad():
        expected = model(x, mask)
        with torch.autocast("cpu", torch.bfloat16):
            made = model(x, mask)
    assert made.dtype == torch.bfloat16
    assert (made - expected).square().mean() < 1e-3 * expected.square().mean()


def test_parameter_count_of_the_papers_encoder():
    """A layer has 4 matrices of attention and 2 convolutions (appendix A: 4 layers, 256, 1024)."""
    weights = 4 * 256**2 + 9 * 256 * 1024 + 1024 * 256
    biases_and_norms = 4 * 256 + 1024 + 256 + 4 * 256
    encoder = FeedForwardTransformer(4, 256, 2, 1024, (9, 1), 0.2)
    assert parameter_count(encoder) == 4 * (weights + biases_and_norms)


def test_prediction_of_padding_is_zero_and_changes_nothing():
    model = predictor().eval()
    lengths = torch.tensor([20, 7])
    mask = length_mask(lengths, 20)
    x = torch.randn(2, 20, 12) * mask[..., None]
    prediction, hidden = model(x, mask)
    assert prediction.shape == (2, 20, 3)
    assert hidden.shape == (2, 20, 10)
    for both, alone in zip((prediction, hidden), model(x[1:, :7], mask[1:, :7]), strict=True):
        torch.testing.assert_close(both[1, :7], alone[0], rtol=1e-4, atol=1e-4)
        assert (both[1, 7:] == 0).all()


def test_names_of_the_predictors_weights():
    """Those of the saved models."""
    assert list(predictor().state_dict()) == [
        f"{part}.{kind}"
        for part in ("convolutions.0", "convolutions.1", "norms.0", "norms.1", "output")
        for kind in ("weight", "bias")
    ]
