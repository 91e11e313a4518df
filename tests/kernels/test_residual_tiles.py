"""Residual blocks tile by tile, against the plain network by torch's convolutions."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.kernels import residual_tiles
from fs2.nn.residual_blocks import ResidualBlocks
from fs2.nn.waveform_settings import WaveformGeneratorConfig

CONDITIONING = 5


def build(**keys):
    config = {"residual_channels": 6, "gate_channels": 8, "skip_channels": 4, **keys}
    blocks = ResidualBlocks(WaveformGeneratorConfig(**config), CONDITIONING)
    for parameter in blocks.parameters():  # biases begin with 0
        torch.nn.init.normal_(parameter, std=0.3)
    return blocks


@settings(max_examples=50)
@given(
    st.sampled_from([1, 3, 5]),
    st.sampled_from([(1, 1), (4, 2), (5, 1)]),
    st.integers(1, 3),
    st.integers(1, 60),
    st.sampled_from([1, 7, 16, 2048]),
    st.integers(0, 2**16),
)
def test_are_torchs(kernel, depth, batch, steps, size, seed):
    torch.manual_seed(seed)
    blocks = build(kernel=kernel, blocks=depth[0], stacks=depth[1])
    x, condition = torch.randn(batch, 6, 1, steps), torch.randn(batch, CONDITIONING, 1, steps)
    with pytest.MonkeyPatch.context() as patch, torch.no_grad():
        patch.setattr(residual_tiles, "TILE", size)
        made = residual_tiles.skips_in_tiles(list(blocks), x, condition, 4)
        patch.setattr(residual_tiles, "applies", lambda x: False)
        expected = blocks(x, condition)
    made = made * len(blocks) ** -0.5
    torch.testing.assert_close(made, expected, rtol=1e-4, atol=1e-5)


def test_are_what_blocks_do_in_inference_on_a_cpu(monkeypatch):
    torch.manual_seed(0)
    blocks = build(blocks=4, stacks=2)
    x, condition = torch.randn(2, 6, 1, 30), torch.randn(2, CONDITIONING, 1, 30)
    with torch.no_grad():
        tiles = residual_tiles.skips_in_tiles(list(blocks), x, condition, 4) * 0.5
        assert torch.equal(blocks(x, condition), tiles)
    monkeypatch.delattr(residual_tiles, "skips_in_tiles")
    plain = blocks(x, condition)
    torch.testing.assert_close(plain, tiles, rtol=1e-4, atol=1e-5)
    with torch.no_grad():  # a mask is not for tiles
        blocks(x, condition, torch.ones(2, 1, 1, 30, dtype=torch.bool))


def test_input_is_left_alone():
    blocks = build(blocks=2, stacks=1)
    x, condition = torch.randn(1, 6, 1, 9), torch.randn(1, CONDITIONING, 1, 9)
    before = x.clone(), condition.clone()
    with torch.no_grad():
        residual_tiles.skips_in_tiles(list(blocks), x, condition, 4)
    assert torch.equal(x, before[0])
    assert torch.equal(condition, before[1])


def test_apply_to_inference_on_a_cpu_alone():
    x = torch.zeros(1)
    assert not residual_tiles.applies(x)
    with torch.no_grad():
        assert residual_tiles.applies(x)
        assert not residual_tiles.applies(x.to("meta"))
        with torch.autocast("cpu", torch.bfloat16):
            assert not residual_tiles.applies(x)
