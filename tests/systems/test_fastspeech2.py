"""What both systems share: phonemes, variances, states of frames, mel."""

import dataclasses
import itertools

import pytest
import torch
import toy
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.config.files import parse_config
from fs2.errors import FS2Error
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.length_regulator import average_by_phoneme, regulate_length
from fs2.nn.parameters import parameter_count
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.variances import Variances

ARCHITECTURES = ["fastspeech2", "fastspeech2s"]


def build(architecture="fastspeech2", log_duration=None, **model):
    """A toy in eval mode, whose phonemes all last about exp(log_duration) - 1 frames if given."""
    network = toy.network(toy.config(architecture, model=model)).eval()
    if log_duration is not None:
        network.variance_adaptor.duration_predictor.output.bias.data.fill_(log_duration)
    return network


def inputs(durations):
    """Phonemes and variances at random; what a network takes in training."""
    random = torch.Generator().manual_seed(0)
    durations = torch.tensor(durations)
    shape = (len(durations), int(durations.sum(1).max()))
    variances = Variances(
        durations,
        5 + 0.5 * torch.randn(shape, generator=random),
        torch.rand(shape, generator=random) > 0.3,
        30 + 20 * torch.randn(shape, generator=random),
    )
    phonemes = torch.randint(1, 20, durations.shape, generator=random)
    return phonemes, (durations > 0).sum(1), variances


def alone(phonemes, lengths, variances, clip):
    """One of the clips, without padding."""
    rows, count = slice(clip, clip + 1), int(lengths[clip])
    frames = int(variances.durations[clip].sum())
    columns = (variances.log_f0, variances.voiced, variances.energy)
    own = Variances(variances.durations[rows, :count], *(x[rows, :frames] for x in columns))
    return phonemes[rows, :count], lengths[rows], own


@torch.no_grad()
def speak(model, phonemes, lengths, **controls):
    return model(phonemes, lengths, controls=Controls(**controls))


def sentence(phonemes=11):
    return torch.arange(1, phonemes + 1)[None], torch.tensor([phonemes])


def close(found, expected):
    """But for rounding: a clip lies otherwise in the tiles of `winograd` when it is alone."""
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_parameter_counts_of_the_paper():
    """The text's predictors give 24.5 M, the author's 5-layer ones the published 27 M."""
    author = parse_config({"model": {"predictor_layers": 5, "predictor_kernel": 5}})
    counts = [parameter_count(toy.network(config)) for config in (parse_config({}), author)]
    assert counts == [pytest.approx(24.5e6, rel=0.01), pytest.approx(27e6, rel=0.03)]


DURATIONS = st.lists(
    st.lists(st.integers(0, 6), min_size=3, max_size=3).filter(any), min_size=1, max_size=4
)


@given(DURATIONS)
def test_length_regulator_repeats_each_state(durations):
    states = torch.randn(len(durations), 3, 2)
    frames = max(map(sum, durations))
    regulated = regulate_length(states, torch.tensor(durations), frames)
    for clip, counts in enumerate(durations):
        expected = torch.repeat_interleave(states[clip], torch.tensor(counts), dim=0)
        torch.testing.assert_close(regulated[clip, : sum(counts)], expected)


@given(DURATIONS)
def test_average_undoes_the_length_regulator(durations):
    means = torch.randn(len(durations), 3, 1)
    counts = torch.tensor(durations)
    frames = int(counts.sum(1).max())
    mask = length_mask(counts.sum(1), frames)
    values = regulate_length(means, counts, frames)[..., 0]
    found = average_by_phoneme(values, counts, mask)
    torch.testing.assert_close(found, means[..., 0] * (counts > 0))


def test_phoneme_level_variances_are_the_means_of_their_frames():
    _, _, variances = inputs([[3, 4, 0, 2], [5, 6, 7, 8]])
    mask = length_mask(variances.durations.sum(1), 26)
    found = variances.by_phoneme(variances.durations, mask)
    assert found.log_f0[0].tolist() == pytest.approx(
        [variances.log_f0[0, a:b].mean().item() if b > a else 0
         for a, b in ((0, 3), (3, 7), (7, 7), (7, 9))]
    )  # fmt: skip
    assert found.energy[1, 3].item() == pytest.approx(variances.energy[1, 18:].mean().item())
    assert found.voiced[0, 1] == (variances.voiced[0, 3:7].float().mean() > 0.5)


def test_phoneme_level_pitch_is_constant_within_a_phoneme():
    model = build(log_duration=1.8, variance_level="phoneme", pitch="contour")
    phonemes, lengths = torch.arange(1, 9).reshape(2, 4), torch.tensor([4, 3])
    _, spoken = speak(model, phonemes * length_mask(lengths, 4), lengths)
    for column in (spoken.f0, spoken.energy):
        for clip in range(2):
            steps = torch.nonzero(column[clip, : spoken.frame_lengths[clip]].diff()).flatten() + 1
            assert set(steps.tolist()) <= set(spoken.durations[clip].cumsum(0).tolist())
    assert (spoken.f0[1, spoken.frame_lengths[1] :] == 0).all()
    with pytest.raises(FS2Error, match="variance_level: phoneme needs pitch: contour"):
        build(variance_level="phoneme")


KINDS = [
    *({"pitch": p, "predict_uv": uv} for p in ("cwt", "contour", "none") for uv in (False, True)),
    {"pitch": "contour", "variance_level": "phoneme"},
    {"pitch": "none", "variance_level": "phoneme"},
]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("keys", KINDS, ids=lambda keys: "-".join(map(str, keys.values())))
def test_padding_changes_nothing_in_training(architecture, keys):
    model = build(architecture, **keys)
    clips = inputs([[3, 4, 2, 0], [5, 6, 7, 8]])
    mel, both = model(*clips)
    assert (mel[0, 9:] == 0).all()
    assert both.frame_lengths.tolist() == [9, 26]
    for clip, frames in enumerate(both.frame_lengths):
        own_mel, own = model(*alone(*clips, clip))
        close(mel[clip, :frames], own_mel[0])
        close(both.states[clip, :frames], own.states[0])
        for name, value in vars(own.prediction).items():
            if value is not None:  # (batch, phonemes or frames, ...), or (batch, 2)
                close(getattr(both.prediction, name)[clip, : value.shape[1]], value[0])
    if keys.get("variance_level") == "phoneme":
        assert both.prediction.energy.shape == (2, 4)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(ARCHITECTURES), st.integers(1, 12), st.integers(1, 12))
def test_padding_changes_nothing_at_inference(architecture, first, second):
    model = build(architecture, log_duration=1.5)
    phonemes = torch.randint(1, 20, (2, max(first, second)))
    lengths = torch.tensor([first, second])
    phonemes = phonemes * length_mask(lengths, phonemes.shape[1])
    mel, both = speak(model, phonemes, lengths)
    for clip, size in enumerate((first, second)):
        own_mel, own = speak(model, phonemes[clip : clip + 1, :size], lengths[clip : clip + 1])
        frames = int(own.frame_lengths)
        assert both.frame_lengths[clip] == frames == own.durations.sum()
        close(mel[clip, :frames], own_mel[0])
        torch.testing.assert_close(both.f0[clip, :frames], own.f0[0], atol=1e-2, rtol=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("keys", KINDS[:1] + KINDS[3:4] + KINDS[-2:-1])
def test_predictions_given_again_make_the_same(architecture, keys):
    """Training and inference are one path: it does not matter who says what the variances are."""
    model = build(architecture, log_duration=1.8, **keys)
    mel, spoken = speak(model, *sentence())
    voiced = spoken.f0 > 0
    log_f0 = spoken.f0.clamp(min=1).log()
    variances = Variances(spoken.durations, log_f0, voiced, spoken.energy)
    given_mel, adapted = model(*sentence(), variances, Controls(2, 3, 4, 5))
    close(given_mel, mel)
    close(adapted.states, spoken.states)
    assert torch.equal(adapted.durations, spoken.durations)
    close(adapted.energy, spoken.energy)
    close(adapted.f0[voiced], spoken.f0[voiced])


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_given_variances_stand_in_the_place_of_predictions(architecture):
    model = build(architecture)
    phonemes, lengths, variances = inputs([[3, 4, 2, 0], [5, 6, 7, 8]])
    mel, adapted = model(phonemes, lengths, variances)
    assert torch.equal(adapted.durations, variances.durations)
    torch.testing.assert_close(adapted.f0, variances.log_f0.exp())
    assert torch.equal(adapted.energy, variances.energy)
    for name, other in {"log_f0": variances.log_f0 + 0.5, "energy": variances.energy + 40}.items():
        changed, _ = model(phonemes, lengths, dataclasses.replace(variances, **{name: other}))
        assert not torch.allclose(changed, mel), name


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("keys", [{}, {"pitch": "contour", "variance_level": "phoneme"}])
def test_given_durations_alone_leave_the_rest_to_the_predictors(architecture, keys):
    model = build(architecture, log_duration=2.5, **keys)
    phonemes, lengths, variances = inputs([[3, 4, 2, 0], [5, 6, 7, 8]])
    durations = Variances(durations=variances.durations)
    mel, spoken = model(phonemes, lengths, durations)
    assert torch.equal(spoken.durations, variances.durations)
    assert spoken.frame_lengths.tolist() == [9, 26]
    assert mel.shape == (2, 26, 80)
    # The same durations predicted: pitch and energy do not depend on who said them.
    _, predicted = speak(model, phonemes, lengths)
    _, adapted = model(phonemes, lengths, Variances(durations=predicted.durations))
    close(adapted.energy, predicted.energy)
    torch.testing.assert_close(adapted.f0, predicted.f0, atol=1e-2, rtol=1e-4)
    # They are the predictors', scaled by the controls; the durations are not.
    _, higher = model(phonemes, lengths, durations, Controls(pace=2, pitch=1.5))
    assert torch.equal(higher.durations, spoken.durations)
    torch.testing.assert_close(higher.f0, 1.5 * spoken.f0)
    _, louder = model(phonemes, lengths, durations, Controls(energy=2))
    torch.testing.assert_close(louder.energy, 2 * spoken.energy)


def test_control_factors():
    model = build(log_duration=2.5)
    mel, plain = speak(model, *sentence())
    _, faster = speak(model, *sentence(), pace=2)
    assert faster.frame_lengths == pytest.approx(plain.frame_lengths / 2, abs=11 / 2)
    higher_mel, higher = speak(model, *sentence(), pitch=1.2)
    torch.testing.assert_close(higher.f0, plain.f0 * 1.2)
    assert not torch.equal(higher_mel, mel)
    _, louder = speak(model, *sentence(), energy=1.5)
    torch.testing.assert_close(louder.energy, plain.energy * 1.5)
    torch.testing.assert_close(louder.f0, plain.f0)


@pytest.mark.parametrize("name", ["pace", "pitch", "energy", "pitch_std_scale"])
@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf"), 1e-300, 1e5])
def test_factors_have_a_range(name, factor):
    with pytest.raises(FS2Error, match=f"{name}: must be from "):
        Controls(**{name: factor})


def test_pitch_deviation_scale_stretches_log_f0_about_its_mean():
    def log_f0(model, scale):
        return speak(model, *sentence(), pitch_std_scale=scale)[1].f0[0].log()

    model = build(log_duration=2.5)
    plain, flat = log_f0(model, 1.0), log_f0(model, 0.5)
    difference = plain[1:] - plain[:-1]
    assert difference.abs().max() > 1e-3
    torch.testing.assert_close(flat[1:] - flat[:-1], difference / 2, atol=1e-5, rtol=1e-3)
    contour = build(pitch="contour")
    torch.testing.assert_close(log_f0(contour, 1.0).exp(), log_f0(contour, 0.5).exp())


def test_nothing_to_say_is_one_frame():
    _, spoken = speak(build(log_duration=-5), *sentence(2))
    assert spoken.frame_lengths.tolist() == [1]


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
    _, ablated = speak(build(pitch="none", energy=False), *sentence(1))
    assert ablated.f0 is None
    assert ablated.energy is None


def test_stopped_gradient_leaves_the_encoder_alone():
    def encoder_gradient(share):
        model = build(predictor_grad=share)
        _, adapted = model(*inputs([[3, 4, 2]]))
        adapted.prediction.log_durations.sum().backward()
        gradients = [value.grad for value in model.encoder.parameters()]
        return sum(g.square().sum().item() for g in gradients if g is not None) ** 0.5

    assert encoder_gradient(0) == 0
    assert encoder_gradient(0.5) == pytest.approx(encoder_gradient(1) / 2, rel=1e-4)
