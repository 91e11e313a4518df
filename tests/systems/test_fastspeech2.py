import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.config.schema import Features
from fs2.nn.feed_forward_transformer import Dropout, SelfAttention, length_mask
from fs2.nn.parameters import parameter_count
from fs2.systems.fastspeech2.length_regulator import average_by_phoneme, regulate_length
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2.settings import Model
from fs2.systems.fastspeech2.variance_adaptor import Variances, variances_by_phoneme
from fs2.systems.saving import load_model

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
TOY = {
    "hidden": 16,
    "encoder_blocks": 1,
    "decoder_blocks": 2,
    "feed_forward": 24,
    "predictor_hidden": 12,
}


def build(**keys):
    torch.manual_seed(0)
    return FastSpeech2(Model(**{**TOY, **keys}), Features(), 20, 8, STATISTICS).eval()


def inputs(durations, seed=0):
    random = torch.Generator().manual_seed(seed)
    durations = torch.tensor(durations)
    frames = int(durations.sum(1).max())
    shape = (len(durations), frames)
    variances = Variances(
        durations,
        5 + 0.5 * torch.randn(shape, generator=random),
        torch.rand(shape, generator=random) > 0.3,
        30 + 20 * torch.randn(shape, generator=random),
    )
    phonemes = torch.randint(1, 20, durations.shape, generator=random)
    return phonemes, (durations > 0).sum(1), durations.sum(1), variances


def alone(variances, clip, phonemes, frames):
    return Variances(
        variances.durations[clip : clip + 1, :phonemes],
        variances.log_f0[clip : clip + 1, :frames],
        variances.voiced[clip : clip + 1, :frames],
        variances.energy[clip : clip + 1, :frames],
    )


def test_parameter_counts_of_the_paper():
    """The text's predictors give 24.5 M, the author's 5-layer ones the published 27 M."""
    text = FastSpeech2(Model(), Features(), 77, 80, STATISTICS)
    author = Model(predictor_layers=5, predictor_kernel=5)
    assert parameter_count(text) == pytest.approx(24.5e6, rel=0.01)
    assert parameter_count(FastSpeech2(author, Features(), 77, 80, STATISTICS)) == pytest.approx(
        27e6, rel=0.03
    )


def test_attention_of_training_is_that_of_inference():
    attention = SelfAttention(12, 2)
    x, mask = torch.randn(3, 9, 12), length_mask(torch.tensor([9, 5, 1]), 9)
    with torch.no_grad():
        expected = attention(x, mask)
    torch.testing.assert_close(attention(x, mask)[mask], expected[mask])


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_dropout_drops_its_share_and_keeps_the_mean(p):
    torch.manual_seed(0)
    dropped = Dropout(p)(torch.ones(400, 501))
    share = (dropped == 0).float().mean().item()
    assert share == pytest.approx(round(p * 256) / 256, abs=0.004)
    assert dropped.mean().item() == pytest.approx(1, abs=0.01)
    assert Dropout(p).eval()(dropped) is dropped


@given(
    st.lists(
        st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any), min_size=1, max_size=4
    )
)
def test_length_regulator_repeats_each_state(durations):
    states = torch.randn(len(durations), 3, 2)
    frames = max(map(sum, durations))
    regulated = regulate_length(states, torch.tensor(durations), frames)
    for clip, counts in enumerate(durations):
        expected = torch.repeat_interleave(states[clip], torch.tensor(counts), dim=0)
        torch.testing.assert_close(regulated[clip, : sum(counts)], expected)


@given(
    st.lists(
        st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any), min_size=1, max_size=4
    )
)
def test_average_undoes_the_length_regulator(durations):
    means = torch.randn(len(durations), 3, 1)
    counts = torch.tensor(durations)
    frames = int(counts.sum(1).max())
    mask = length_mask(counts.sum(1), frames)
    values = regulate_length(means, counts, frames)[..., 0]
    found = average_by_phoneme(values, counts, mask)
    torch.testing.assert_close(found, means[..., 0] * (counts > 0))


def test_phoneme_level_variances_are_the_means_of_their_frames():
    _, _, frame_lengths, variances = inputs([[3, 4, 0, 2], [5, 6, 7, 8]])
    mask = length_mask(frame_lengths, 26)
    found = variances_by_phoneme(variances, mask)
    assert found.log_f0[0].tolist() == pytest.approx(
        [variances.log_f0[0, a:b].mean().item() if b > a else 0
         for a, b in ((0, 3), (3, 7), (7, 7), (7, 9))]
    )  # fmt: skip
    assert found.energy[1, 3].item() == pytest.approx(variances.energy[1, 18:].mean().item())


def test_phoneme_level_pitch_is_constant_within_a_phoneme():
    model = build(variance_level="phoneme", pitch="contour")
    model.variance_adaptor.duration_predictor.output.bias.data.fill_(1.8)
    phonemes, lengths = torch.arange(1, 9).reshape(2, 4), torch.tensor([4, 3])
    spoken = model.infer(phonemes * length_mask(lengths, 4), lengths)
    for column in (spoken.f0, spoken.energy):
        for clip in range(2):
            steps = torch.nonzero(column[clip, : spoken.frame_lengths[clip]].diff()).flatten() + 1
            assert set(steps.tolist()) <= set(spoken.durations[clip].cumsum(0).tolist())
    assert (spoken.f0[1, spoken.frame_lengths[1] :] == 0).all()
    with pytest.raises(ValueError, match="variance_level: phoneme needs pitch: contour"):
        Model(variance_level="phoneme")


def close(found, expected):
    """But for rounding: a clip lies otherwise in the tiles of `winograd` when it is alone."""
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("pitch", ["contour", "none"])
def test_padding_changes_nothing_at_phoneme_level(pitch):
    model = build(variance_level="phoneme", pitch=pitch)
    phonemes, phoneme_lengths, frame_lengths, variances = inputs([[3, 4, 2, 0], [5, 6, 7, 8]])
    mel, prediction = model(phonemes, phoneme_lengths, frame_lengths, variances)
    own_mel, own = model(
        phonemes[:1, :3], phoneme_lengths[:1], frame_lengths[:1], alone(variances, 0, 3, 9)
    )
    close(mel[0, :9], own_mel[0])
    close(prediction.energy[0, :3], own.energy[0])
    assert prediction.energy.shape == (2, 4)


@pytest.mark.parametrize("pitch", ["cwt", "contour", "none"])
@pytest.mark.parametrize("predict_uv", [False, True])
def test_padding_changes_nothing_in_training(pitch, predict_uv):
    model = build(pitch=pitch, predict_uv=predict_uv)
    phonemes, phoneme_lengths, frame_lengths, variances = inputs([[3, 4, 2, 0], [5, 6, 7, 8]])
    mel, prediction = model(phonemes, phoneme_lengths, frame_lengths, variances)
    own_mel, own = model(
        phonemes[:1, :3], phoneme_lengths[:1], frame_lengths[:1], alone(variances, 0, 3, 9)
    )
    close(mel[0, :9], own_mel[0])
    assert (mel[0, 9:] == 0).all()
    close(prediction.log_durations[0, :3], own.log_durations[0])
    close(prediction.energy[0, :9], own.energy[0])
    if pitch != "none":
        close(prediction.pitch[0, :9], own.pitch[0])
    if pitch == "cwt":
        close(prediction.pitch_moments[0], own.pitch_moments[0])


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12))
def test_padding_changes_nothing_at_inference(first, second):
    model = build()
    model.variance_adaptor.duration_predictor.output.bias.data.fill_(1.5)
    phonemes = torch.randint(1, 20, (2, max(first, second)))
    lengths = torch.tensor([first, second])
    phonemes = phonemes * length_mask(lengths, phonemes.shape[1])
    both = model.infer(phonemes, lengths)
    for clip, size in enumerate((first, second)):
        one = model.infer(phonemes[clip : clip + 1, :size], lengths[clip : clip + 1])
        frames = int(one.frame_lengths)
        assert both.frame_lengths[clip] == frames == one.durations.sum()
        torch.testing.assert_close(both.mel[clip, :frames], one.mel[0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(both.f0[clip, :frames], one.f0[0], atol=1e-2, rtol=1e-4)


def test_control_factors():
    model = build()
    model.variance_adaptor.duration_predictor.output.bias.data.fill_(2.5)
    phonemes, lengths = torch.arange(1, 12)[None], torch.tensor([11])
    plain = model.infer(phonemes, lengths)
    faster = model.infer(phonemes, lengths, pace=2)
    assert faster.frame_lengths == pytest.approx(plain.frame_lengths / 2, abs=11 / 2)
    higher = model.infer(phonemes, lengths, pitch=1.2)
    torch.testing.assert_close(higher.f0, plain.f0 * 1.2)
    assert not torch.equal(higher.mel, plain.mel)
    louder = model.infer(phonemes, lengths, energy=1.5)
    torch.testing.assert_close(louder.energy, plain.energy * 1.5)
    torch.testing.assert_close(louder.f0, plain.f0)


def test_pitch_deviation_scale_stretches_log_f0_about_its_mean():
    model = build()
    model.variance_adaptor.duration_predictor.output.bias.data.fill_(2.5)
    phonemes, lengths = torch.arange(1, 12)[None], torch.tensor([11])
    plain, flat = (
        model.infer(phonemes, lengths, pitch_std_scale=scale).f0[0].log() for scale in (1.0, 0.5)
    )
    difference = plain[1:] - plain[:-1]
    assert difference.abs().max() > 1e-3
    torch.testing.assert_close(flat[1:] - flat[:-1], difference / 2, atol=1e-5, rtol=1e-3)
    contour = build(pitch="contour")
    one, other = (
        contour.infer(phonemes, lengths, pitch_std_scale=scale).f0 for scale in (1.0, 0.5)
    )
    torch.testing.assert_close(one, other)


def test_nothing_to_say_is_one_frame():
    model = build()
    model.variance_adaptor.duration_predictor.output.bias.data.fill_(-5)
    assert model.infer(torch.tensor([[3, 4]]), torch.tensor([2])).frame_lengths.tolist() == [1]


def test_ablated_inputs_are_gone():
    counts = {
        (pitch, energy): parameter_count(build(pitch=pitch, energy=energy))
        for pitch, energy in itertools.product(("cwt", "none"), (True, False))
    }
    pitch = counts["cwt", True] - counts["none", True]
    energy = counts["cwt", True] - counts["cwt", False]
    assert pitch > 256 * 16
    assert energy > 256 * 16
    assert counts["none", False] == counts["cwt", True] - pitch - energy
    ablated = build(pitch="none", energy=False).infer(torch.tensor([[3]]), torch.tensor([1]))
    assert ablated.f0 is None
    assert ablated.energy is None


def test_stopped_gradient_leaves_the_encoder_alone():
    def encoder_gradient(share):
        model = build(predictor_grad=share)
        phonemes, phoneme_lengths, frame_lengths, variances = inputs([[3, 4, 2]])
        _, prediction = model(phonemes, phoneme_lengths, frame_lengths, variances)
        prediction.log_durations.sum().backward()
        gradient = model.encoder.blocks[0].conv_in.weight.grad
        return 0.0 if gradient is None else gradient.norm().item()

    assert encoder_gradient(0) == 0
    assert encoder_gradient(0.5) == pytest.approx(encoder_gradient(1) / 2, rel=1e-4)


def test_missing_model_says_so(tmp_path):
    with pytest.raises(Exception, match=r"model\.safetensors.*train this system first"):
        load_model(tmp_path)
