"""What every autoregressive system does alike: decoding, its end, padding, losses."""

import pytest
import torch
import toy

from fs2.registry import SYSTEMS
from fs2.systems.autoregressive.decoding import generate
from fs2.systems.autoregressive.losses import (
    alignment_loss,
    guide,
    guided_attention_loss,
    stop_loss,
)
from fs2.systems.autoregressive.network import TeacherForced, zero_frame
from fs2.systems.autoregressive.prenet import KeptUnits
from fs2.systems.autoregressive.settings import AutoregressiveTraining
from fs2.systems.controls import Controls
from fs2.training.data import Batch

ARCHITECTURES = [
    name for name in toy.SYSTEMS if issubclass(SYSTEMS[name].training, AutoregressiveTraining)
]
PHONEMES = torch.tensor([[1, 4, 5, 6, 7, 1], [1, 8, 9, 1, 0, 0]])
LENGTHS = torch.tensor([6, 4])
FRAMES = torch.tensor([11, 7])


@pytest.fixture(params=ARCHITECTURES)
def network(request):
    model = toy.network(toy.config(request.param)).eval()
    for norm in model.postnet.norms:  # so that the post-net does something
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
    return model


@pytest.fixture
def mel():
    torch.manual_seed(1)
    return torch.randn(2, 11, 80) - 5


def never_stop(network):
    for parameter in network.to_stop.parameters():
        torch.nn.init.zeros_(parameter)
    torch.nn.init.constant_(network.to_stop.bias, -1.0)


@torch.no_grad()
def test_step_by_step_equals_all_at_once(network, mel):
    result = network(PHONEMES, LENGTHS, mel, FRAMES)
    memory = network.encode(PHONEMES, LENGTHS)
    state, frame = network.begin(memory), zero_frame(network, memory)
    kept = KeptUnits(network.prenet, mel.device)(result.stop_logits.shape[1])
    factor = network.reduction_factor
    frames, stops, attention = [], [], []
    for step, units in enumerate(kept):
        made = network.step(state, network.prenet(frame, units), memory.mask)
        frames.append(made.frames)
        stops.append(made.stop_logits)
        attention.append(made.attention)
        frame = (mel[:, min((step + 1) * factor, 11) - 1] + 5) / 2.5
    mel_before = torch.stack(frames, 1).reshape(2, -1, 80)[:, :11] * 2.5 - 5
    inside = (torch.arange(11) < FRAMES[:, None])[..., None]
    torch.testing.assert_close(mel_before * inside, result.mel, atol=1e-4, rtol=1e-4)
    steps = torch.arange(len(kept)) < result.step_lengths[:, None]
    torch.testing.assert_close(torch.stack(stops, 1) * steps, result.stop_logits * steps)
    both = torch.stack(attention, 2) * steps[:, None, :, None]
    torch.testing.assert_close(both, result.attention * steps[:, None, :, None])


@torch.no_grad()
def test_a_padded_batch_equals_single_clips(network, mel):
    together = network(PHONEMES, LENGTHS, mel, FRAMES)
    for clip, (length, frames) in enumerate(zip(LENGTHS, FRAMES, strict=True)):
        alone = network(
            PHONEMES[clip : clip + 1, :length], LENGTHS[clip, None], mel[clip : clip + 1, :frames],
            FRAMES[clip, None],
        )  # fmt: skip
        torch.testing.assert_close(alone.refined[0], together.refined[clip, :frames])
        steps = int(alone.step_lengths)
        weights = together.attention[clip, :, :steps, :length]
        torch.testing.assert_close(alone.attention[0], weights)


@torch.no_grad()
def test_generated_clips_are_the_same_alone_and_together(network):
    never_stop(network)
    together = generate(network, PHONEMES, LENGTHS, 5.0)
    for clip, length in enumerate(LENGTHS):
        alone = generate(network, PHONEMES[clip : clip + 1, :length], LENGTHS[clip, None], 5.0)
        frames = int(alone.frame_lengths)
        assert frames == int(together.frame_lengths[clip])
        torch.testing.assert_close(alone.mel[0, :frames], together.mel[clip, :frames])
    assert not together.mel[1, int(together.frame_lengths[1]) :].any()


@torch.no_grad()
def test_half_precision_does_not_reach_what_is_generated(network):
    never_stop(network)
    expected = generate(network, PHONEMES, LENGTHS, 5.0)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(generate(network, PHONEMES, LENGTHS, 5.0).mel, expected.mel)


@torch.no_grad()
def test_without_a_stop_token_the_limit_ends_it(network):
    never_stop(network)
    result = generate(network, PHONEMES, LENGTHS, 5.0)
    factor = network.reduction_factor
    assert result.frame_lengths.tolist() == [-(-5 * n // factor) * factor for n in (6, 4)]
    assert not result.stopped.any()
    assert [attention.stopped for attention in result.attentions(factor)] == [False, False]


@torch.no_grad()
def test_a_stop_token_stops(network):
    torch.nn.init.zeros_(network.to_stop.weight)
    torch.nn.init.constant_(network.to_stop.bias, 1.0)
    result = generate(network, PHONEMES, LENGTHS, 5.0)
    assert result.step_lengths.tolist() == [1, 1]
    assert result.stopped.all()


@torch.no_grad()
def test_a_monotonic_attention_never_runs_backwards(network):
    never_stop(network)
    length = torch.tensor([40])
    phonemes = torch.randint(1, 10, (1, 40), generator=torch.Generator().manual_seed(3))
    (attention,) = generate(network, phonemes, length, 4.0, monotonic=True).attentions(1)
    first = (attention.weights > 1e-6).argmax(axis=1)
    assert (first[1:] >= first[:-1]).all()


def test_it_speaks_the_same_every_time(network):
    architecture = next(
        name for name in ARCHITECTURES
        if isinstance(network, type(toy.network(toy.config(name))))
    )  # fmt: skip
    never_stop(network)
    system = SYSTEMS[architecture]
    with torch.inference_mode():
        first, second = (system.synthesise(network, PHONEMES[0], Controls()) for _ in range(2))
    assert torch.equal(first.mel, second.mel)
    assert first.durations is None and first.attention is not None


def teacher_forced(attention, steps):
    stop = torch.zeros(attention.shape[0], attention.shape[2])
    mel = torch.zeros(attention.shape[0], 1, 80)
    return TeacherForced(mel, mel, stop, attention, torch.tensor(steps))


def guided(attention, steps, phonemes, durations=None, **keys):
    """The loss of an attention; two frames a step."""
    result = teacher_forced(attention, steps)
    columns = {"mel": torch.zeros(1, 2 * attention.shape[2], 80), "durations": durations}
    lengths = torch.tensor(phonemes)
    batch = Batch(["a"], torch.ones(1, attention.shape[3]).long(), lengths, lengths, columns)
    training = AutoregressiveTraining(steps=1, **keys)
    return guided_attention_loss(result, guide(result, batch, training))


def test_durations_guide_to_the_phoneme_that_is_spoken():
    durations = torch.tensor([[2, 8, 2]])
    right = torch.eye(3)[[0, 1, 1, 1, 1, 2]][None, None]
    even = torch.eye(3)[[0, 0, 1, 1, 2, 2]][None, None]
    keys = {"durations": durations, "guided_attention": "durations"}
    assert guided(right, [6], [3], **keys) == 0
    assert guided(even, [6], [3], **keys) > 0.1


def test_the_diagonal_costs_nothing_and_its_mirror_much():
    diagonal = torch.eye(8)[None, None]
    along, across = (guided(attention, [8], [8]) for attention in (diagonal, diagonal.flip(3)))
    assert along == 0
    assert across > 0.5


def test_padding_does_not_count_in_the_losses():
    torch.manual_seed(0)
    attention = torch.rand(1, 2, 6, 5).softmax(dim=3)
    alone = teacher_forced(attention, [6])
    padded = teacher_forced(torch.nn.functional.pad(attention, (0, 3, 0, 4)), [6])
    torch.testing.assert_close(
        guided(alone.attention, [6], [5]), guided(padded.attention, [6], [5])
    )
    torch.testing.assert_close(stop_loss(alone, 5.0), stop_loss(padded, 5.0))


def test_the_last_step_weighs_more():
    attention = torch.full((1, 1, 4, 2), 0.5)
    assert stop_loss(teacher_forced(attention, [4]), 5.0) == pytest.approx(
        (3 + 5) / 4 * torch.tensor(2.0).log()
    )


def test_the_alignment_costs_least_where_all_phonemes_come_in_order():
    """The walk through the text in order, its mirror, and one that leaves phonemes out."""

    def loss(*positions, phonemes=4):
        weights = torch.eye(phonemes)[list(positions)][None, None] * 0.9 + 0.025
        return alignment_loss(teacher_forced(weights, [len(positions)]), torch.tensor([phonemes]))

    walk = loss(0, 0, 1, 1, 2, 2, 3, 3)
    assert walk < loss(0, 0, 1, 1, 3, 3, 3, 3)
    assert walk < loss(3, 3, 2, 2, 1, 1, 0, 0)
    assert loss(0, 1, phonemes=4) == 0  # fewer steps than phonemes


def test_the_alignment_of_a_padded_clip_is_that_of_the_clip():
    torch.manual_seed(0)
    attention = torch.rand(1, 2, 7, 4).softmax(dim=3)
    padded = torch.nn.functional.pad(attention, (0, 3, 0, 4)).requires_grad_()
    lengths = torch.tensor([4])
    loss = alignment_loss(teacher_forced(padded, [7]), lengths)
    torch.testing.assert_close(loss, alignment_loss(teacher_forced(attention, [7]), lengths))
    loss.backward()
    assert padded.grad.isfinite().all()
