import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from fs2.audio import AudioSettings
from fs2.config.schema import Features
from fs2.nn import residual_blocks
from fs2.nn.chunks import chunks, generate_in_chunks
from fs2.nn.parameters import parameter_count
from fs2.nn.source import harmonics, noise
from fs2.nn.source_filter import FIRST_LOG_GAIN, SCALE, filter_channels, filtered
from fs2.nn.waveform_discriminator import WaveformDiscriminator
from fs2.nn.waveform_generator import (
    WaveformGenerator,
    repeat_smoothed,
)
from fs2.nn.waveform_settings import ParallelWaveGANGeneratorConfig as Settings
from fs2.nn.waveform_settings import WaveformGeneratorConfig
from fs2.systems.fastspeech2.settings import Model
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN

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
STATISTICS = {
    "f0_minimum": 80.0,
    "f0_maximum": 400.0,
    "pitch_mean_mean": 5.2,
    "pitch_mean_std": 0.1,
    "pitch_std_mean": 0.2,
    "pitch_std_std": 0.05,
    "energy_minimum": 0.0,
    "energy_maximum": 130.0,
    "energy_mean": 30.0,
    "energy_std": 20.0,
}


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


def fastspeech2s(**keys):
    return FastSpeech2s(Model(output="waveform", **keys), Features(), 77, 80, STATISTICS, RATE)


def test_parameter_counts_of_the_literature():
    """Parallel WaveGAN 1.3 M; FastSpeech 2s 28 M with the author's 5-layer predictors."""
    assert parameter_count(ParallelWaveGAN(Settings(), 80, RATE)) == pytest.approx(
        1.334e6, rel=1e-3
    )
    author = fastspeech2s(predictor_layers=5, predictor_kernel=5)
    assert parameter_count(author) == pytest.approx(28e6, rel=0.02)
    assert parameter_count(WaveformDiscriminator()) == pytest.approx(0.1e6, rel=0.01)


def test_mel_decoder_is_gone_in_its_ablation_and_at_inference():
    ablated, whole = fastspeech2s(mel_decoder=False), fastspeech2s()
    mel_decoder = sum(map(parameter_count, (whole.decoder, whole.mel_output)))
    assert parameter_count(ablated) == parameter_count(whole) - mel_decoder
    assert parameter_count(whole.prepare_for_inference()) == parameter_count(ablated)


def test_published_dilations():
    generator = WaveformGenerator(WaveformGeneratorConfig(), 256, RATE)
    reach = [block.reach for block in generator.blocks]
    assert reach == [2**power for power in range(10)] * 3


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
    monkeypatch.setattr(residual_blocks, "TILE", tile)
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


@given(st.integers(0, 50), st.integers(0, 9), st.integers(1, 20))
def test_chunks_keep_every_frame_once(frames, context, size):
    kept = []
    for chunk in chunks(frames, context, size):
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


@given(st.integers(1, 6), st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_smoothed_repetition_is_repetition_and_a_filter(factor, time):
    x, taps = torch.randn(2, 3, time), torch.randn(2 * factor + 1)
    repeated = x.repeat_interleave(factor, dim=2).flatten(0, 1)[:, None]
    expected = F.conv1d(repeated, taps.view(1, 1, -1), padding=factor).view(2, 3, -1)
    torch.testing.assert_close(repeat_smoothed(x, taps, factor), expected, atol=1e-5, rtol=1e-5)


def test_harmonics_are_all_multiples_of_f0():
    f0, frames = 200.0, 86
    [wave] = harmonics(torch.full((1, frames), f0), 256, RATE)
    time = torch.arange(1, len(wave) + 1, dtype=torch.float64) / RATE
    count = int(RATE / 2 / f0)
    cosines = torch.cos(2 * torch.pi * f0 * time[:, None] * torch.arange(1, count + 1)).sum(dim=1)
    torch.testing.assert_close(wave.double(), cosines * (2 / count) ** 0.5, atol=2e-2, rtol=1e-3)
    assert wave.square().mean().item() == pytest.approx(1, abs=0.05)


def test_harmonics_are_silent_where_there_is_no_pitch():
    f0 = torch.tensor([[150.0] * 10 + [0.0] * 10])
    [wave] = harmonics(f0, 256, RATE)
    assert (wave[2560:] == 0).all()
    assert wave[:2560].abs().max() > 1
    assert torch.isfinite(wave).all()


def test_noise_of_a_generator_is_the_same_again():
    first, second = (
        noise(2, 9, torch.device("cpu"), torch.Generator().manual_seed(3)) for _ in range(2)
    )
    assert torch.equal(first, second)


def filter_gains(step, steps, noise, harmonic, phase=0.0):
    """The same filter for all steps and frequencies: two gains, and a phase."""
    gains = [math.log(max(gain, 1e-9)) - FIRST_LOG_GAIN for gain in (noise, harmonic)]
    bins = filter_channels(step) // 3
    values = [torch.full((1, bins, steps), value) for value in (*gains, phase)]
    return torch.cat(values, dim=1).double() / SCALE


def test_flat_filters_scale_each_source():
    """Away from the ends, where windows are missing."""
    step, steps = 16, 30
    sources = torch.randn(1, 2, step * steps, dtype=torch.float64)
    made = filtered(sources, filter_gains(step, steps, 0.25, 2.0))[0]
    inner = slice(2 * step, -2 * step)
    expected = 0.25 * sources[0, 0] + 2.0 * sources[0, 1]
    torch.testing.assert_close(made[inner], expected[inner])
    turned = filtered(sources, filter_gains(step, steps, 0.0, 1.0, math.pi))[0]
    torch.testing.assert_close(turned[inner], -sources[0, 1][inner], atol=1e-5, rtol=0)


def test_a_filter_keeps_its_own_frequencies():
    """Two tones as source, and a filter that opens for the lower one."""
    step, steps = 32, 40
    time = torch.arange(step * steps) / (4 * step)
    low, high = (torch.sin(2 * torch.pi * cycles * time) for cycles in (8, 40))
    sources = torch.stack((torch.zeros_like(low), low + high))[None].double()
    filters = filter_gains(step, steps, 0.0, 1.0)
    bins = filter_channels(step) // 3
    filters[:, bins + 24 : 2 * bins] = (math.log(1e-9) - FIRST_LOG_GAIN) / SCALE
    made = filtered(sources, filters)[0]
    inner = slice(4 * step, -4 * step)
    torch.testing.assert_close(made[inner], low[inner].double(), atol=1e-3, rtol=0)


def test_without_pitch_there_are_no_harmonics():
    decoder = fastspeech2s(pitch="none", size="small").waveform_decoder
    sources = decoder.make_source(1, 4, None)
    assert sources.shape == (1, 2, 4 * 256)
    assert (sources[:, 1] == 0).all()
    assert (sources[:, 0] != 0).any()


def test_discriminator_scores_each_sample_and_sees_both_sides():
    torch.manual_seed(0)
    discriminator = WaveformDiscriminator()
    samples = torch.randn(1, 400, requires_grad=True)
    scores = discriminator(samples)
    assert scores.shape == samples.shape
    scores[0, 200].backward()
    seen = samples.grad[0].nonzero().flatten() - 200
    reach = 1 + sum(range(1, 9)) + 1
    assert (seen.min(), seen.max()) == (-reach, reach)


def test_hop_of_the_published_generators():
    for generator in (
        Settings(),
        WaveformGeneratorConfig(),
        WaveformGeneratorConfig(size="small"),
        Settings(size="small"),
    ):
        assert WaveformGenerator(generator, 4, RATE).hop_length == AudioSettings().hop_length


def test_generated_samples_are_finite_for_any_mel():
    model = ParallelWaveGAN(Settings(size="small", blocks=2), 80, RATE).eval()
    for frames in (1, 2, 30):
        samples = model.generate(torch.full((frames, 80), -11.5))
        assert samples.shape == (frames * 256,)
        assert np.isfinite(samples.numpy()).all()
