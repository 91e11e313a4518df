"""The waveform generator: whole, in pieces, in padded batches, in training and at inference."""

from itertools import cycle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fs2.kernels import residual_tiles
from fs2.nn.chunks import chunks, generate_in_chunks
from fs2.nn.parameters import parameter_count
from fs2.nn.waveform_generator import WaveformGenerator
from fs2.nn.waveform_settings import WaveformGeneratorConfig

RATE, CHANNELS = 22050, 5
TOY = {
    "blocks": 4,
    "stacks": 2,
    "residual_channels": 6,
    "gate_channels": 8,
    "skip_channels": 4,
    "conditioning_channels": 4,
    "upsampling_factors": (2, 3),
}
KINDS = [
    {"upsampling": "transposed", "source": "conditioning"},
    {"upsampling": "transposed", "source": "noise", "samples_per_step": 4},
    {"upsampling": "interpolated", "source": "noise"},
    {"upsampling": "interpolated", "source": "harmonics", "samples_per_step": 2},
]


def build(**keys):
    torch.manual_seed(0)
    return (
        WaveformGenerator(WaveformGeneratorConfig(**{**TOY, **keys}), CHANNELS, RATE)
        .double()
        .eval()
    )


def inputs(generator, batch, frames):
    conditioning = torch.randn(batch, frames, CHANNELS, dtype=torch.float64)
    source = generator.make_source(batch, frames, 200 + 50 * torch.rand(batch, frames))
    return conditioning, source


def test_published_dilations():
    generator = WaveformGenerator(WaveformGeneratorConfig(), 256, RATE)
    receptive_fields = [block.receptive_field for block in generator.blocks]
    assert receptive_fields == [2**power for power in range(10)] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_receptive_field_is_as_computed(kind):
    """Frames that a sample in the middle depends on: none beyond the context, most within it."""
    generator = build(**kind)
    context, hop = generator.context, generator.hop_length
    frames = 2 * context + 5
    conditioning, source = inputs(generator, 1, frames)
    conditioning.requires_grad_()
    middle = frames // 2
    samples = generator(conditioning, source)[0, middle * hop : (middle + 1) * hop]
    samples.square().sum().backward()
    seen = conditioning.grad[0].abs().sum(dim=1).nonzero().flatten() - middle
    assert seen.abs().max() <= context
    assert seen.abs().max() >= context - 1


@pytest.mark.parametrize("kind", KINDS)
def test_piece_with_context_equals_the_whole(kind):
    generator = build(**kind)
    context, hop = generator.context, generator.hop_length
    conditioning, source = inputs(generator, 1, 2 * context + 12)
    whole = generator(conditioning, source)[0]
    first, end = 3, 3 + 2 * context + 4
    part = None if source is None else source[..., first * hop : end * hop]
    piece = generator(conditioning[:, first:end], part)[0]
    kept = slice(context * hop, -context * hop)
    torch.testing.assert_close(piece[kept], whole[first * hop : end * hop][kept])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_equal_the_whole(kind, size):
    generator = build(**kind)
    conditioning = torch.randn(43, CHANNELS, dtype=torch.float64)
    f0 = 100 + 100 * torch.rand(43)
    source = generator.make_source(1, 43, f0[None], torch.Generator().manual_seed(0))
    whole = generator(conditioning[None], source)[0].float()
    pieces = generate_in_chunks(generator, conditioning, f0, size)
    torch.testing.assert_close(pieces, whole)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tile", [7, 2048])
def test_blocks_in_tiles_are_the_blocks(kind, tile, monkeypatch):
    """Inference on a CPU computes the blocks in another way than training does."""
    monkeypatch.setattr(residual_tiles, "TILE", tile)
    generator = build(**kind)
    conditioning, source = inputs(generator, 2, 12)
    expected = generator(conditioning, source)
    with torch.inference_mode():
        torch.testing.assert_close(
            generator.prepare_for_inference()(conditioning, source), expected
        )


@pytest.mark.parametrize("kind", KINDS)
def test_inference_in_bfloat16_is_near_that_in_float32(kind):
    generator = build(**kind).float().prepare_for_inference()
    conditioning, source = inputs(generator, 2, 12)
    conditioning = conditioning.float()
    with torch.inference_mode():
        expected = generator(conditioning, source)
        with torch.autocast("cpu", torch.bfloat16):
            rounded = generator(conditioning, source)
    assert (rounded - expected).square().mean() < 1e-3 * expected.square().mean()


@given(st.integers(0, 50), st.integers(0, 9), st.lists(st.integers(1, 20), min_size=1))
def test_chunks_keep_every_frame_once(frames, context, sizes):
    kept = []
    for chunk in chunks(frames, context, cycle(sizes)):
        assert 0 <= chunk.first <= chunk.end <= frames
        start = chunk.first + chunk.skip
        assert start - chunk.first == min(context, start)
        assert chunk.end - (start + chunk.kept) == min(context, frames - start - chunk.kept)
        kept += range(start, start + chunk.kept)
    assert kept == list(range(frames))


@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_nothing(kind):
    generator = build(**kind)
    conditioning, source = inputs(generator, 2, 20)
    lengths = torch.tensor([20, 7])
    both = generator(conditioning, source, lengths)
    end = 7 * generator.hop_length
    part = None if source is None else source[1:, :, :end]
    alone = generator(conditioning[1:, :7], part)
    torch.testing.assert_close(both[1, :end], alone[0])
    assert (both[1, end:] == 0).all()
    first = None if source is None else source[:1]
    torch.testing.assert_close(both[:1], generator(conditioning[:1], first))


@pytest.mark.parametrize("kind", KINDS)
def test_weight_norm_folds_away(kind):
    generator = build(**kind)
    conditioning, source = inputs(generator, 1, 12)
    before = generator(conditioning, source)
    names = {name for name, _ in generator.named_parameters()}
    assert any("parametrizations" in name for name in names)
    count = parameter_count(generator)
    generator.prepare_for_inference()
    assert not any("parametrizations" in name for name, _ in generator.named_parameters())
    assert parameter_count(generator) == count
    torch.testing.assert_close(generator(conditioning, source), before)
