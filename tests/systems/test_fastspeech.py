"""FastSpeech: durations given or predicted, whose they are, and a mel."""

import numpy as np
import pytest
import torch
import toy
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.config.files import parse_config
from fs2.errors import FS2Error
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.parameters import parameter_count
from fs2.systems.catalogue import SystemFile
from fs2.systems.controls import Controls
from fs2.systems.fastspeech import SYSTEM
from fs2.systems.fastspeech.settings import FastSpeechTraining

PAPER = parse_config({"model": {"architecture": "fastspeech"}})


def build(log_duration=1.5):
    """A toy in eval mode, whose phonemes all last about exp(log_duration) - 1 frames."""
    network = toy.network(toy.config("fastspeech")).eval().requires_grad_(False)
    network.duration_predictor.output.bias.data.fill_(log_duration)
    return network


def close(found, expected):
    """But for rounding: a clip lies otherwise in the tiles of `winograd` when it is alone."""
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_parameter_count_of_the_paper():
    assert parameter_count(toy.network(PAPER)) == pytest.approx(23e6, rel=0.03)


def test_forward_and_backward_at_the_papers_size():
    network = toy.network(PAPER)
    phonemes, durations = torch.tensor([[5, 6, 7]]), torch.tensor([[2, 0, 3]])
    made = network(phonemes, torch.tensor([3]), durations, 8)
    assert made.mel.shape == (1, 8, 80)
    assert (made.mel[0, 5:] == 0).all()
    (made.mel.square().sum() + made.log_durations.sum()).backward()
    assert all(values.grad is not None for values in network.parameters())


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12))
def test_a_padded_batch_is_its_clips(first, second):
    network = build()
    phonemes, lengths = torch.randint(1, 20, (2, max(first, second))), torch.tensor([first, second])
    phonemes = phonemes * length_mask(lengths, phonemes.shape[1])
    both = network(phonemes, lengths)
    for clip, size in enumerate((first, second)):
        own = network(phonemes[clip : clip + 1, :size], lengths[clip : clip + 1])
        assert torch.equal(both.durations[clip, :size], own.durations[0])
        close(both.mel[clip, : own.mel.shape[1]], own.mel[0])
        assert (both.mel[clip, own.mel.shape[1] :] == 0).all()


def test_durations_given_again_make_the_same_and_pace_divides_predicted_ones():
    network, phonemes = build(log_duration=2.5), torch.arange(1, 9)
    spoken = SYSTEM.synthesise(network, phonemes, Controls())
    again = SYSTEM.synthesise(network, phonemes, Controls(pace=3), spoken.durations)
    close(again.mel, spoken.mel)
    assert torch.equal(again.durations, spoken.durations)
    assert spoken.f0 is None
    assert spoken.energy is None
    fast = SYSTEM.synthesise(network, phonemes, Controls(pace=2))
    assert fast.mel.shape[0] == pytest.approx(spoken.mel.shape[0] / 2, abs=4)


def test_network_overfits_a_batch(tmp_path):
    config = toy.config("fastspeech", model={"dropout": 0.0, "predictor_dropout": 0.0})
    trainer = toy.trainer(config, toy.features(tmp_path / "features.h5"), tmp_path)
    batch = trainer.training_data.batch(np.arange(4))
    optimizer = torch.optim.Adam(trainer.model.parameters(), 0.004)
    rows = []
    for _ in range(60):
        _, terms = trainer.losses(trainer.model, batch)
        optimizer.zero_grad()
        terms["loss"].backward()
        optimizer.step()
        rows.append({name: value.item() for name, value in terms.items()})
    for name in rows[0]:
        assert rows[-1][name] < 0.5 * rows[0][name], name


def test_the_teachers_mels_do_not_fit_the_aligners_durations():
    with pytest.raises(FS2Error, match=r"targets: teacher needs durations: teacher, since"):
        toy.config("fastspeech", training={"targets": "teacher", "durations": "aligner"})


@pytest.mark.parametrize(
    ("keys", "needs"),
    [
        ({}, {"teacher": "tts"}),
        ({"targets": "recordings"}, {"teacher": "tts"}),
        ({"targets": "recordings", "durations": "aligner"}, {}),
    ],
)
def test_it_needs_the_teacher_of_whom_it_learns(keys, needs):
    training = FastSpeechTraining(**keys)
    assert SYSTEM.needs(training, SystemFile(teacher="tts")) == needs
    if needs:
        with pytest.raises(FS2Error, match="need a teacher, but the system's file names none"):
            SYSTEM.needs(training, SystemFile())
