"""Tacotron 2: its size, what its attention sees, and that it learns."""

import pytest
import torch
import toy
from torch.nn import functional as F

from fs2.config.files import parse_config
from fs2.errors import FS2Error
from fs2.nn.parameters import parameter_count
from fs2.systems.autoregressive.losses import losses
from fs2.systems.tacotron2.attention import LocationSensitiveAttention
from fs2.systems.tacotron2.encoder import BidirectionalLSTM
from fs2.training.data import Batch, TrainingData


def paper(**model):
    return parse_config({"model": {"architecture": "tacotron2", **model}})


def batch_of_two():
    phonemes, lengths, frames = torch.ones(2, 6).long(), torch.tensor([6, 4]), torch.tensor([8, 5])
    return Batch(["a", "b"], phonemes, lengths, frames, {"mel": torch.randn(2, 8, 80) - 5})


def run_on(network, batch):
    return network(batch.phonemes, batch.phoneme_lengths, batch["mel"], batch.frame_lengths)


def test_a_step_of_training_at_the_papers_size():
    """Shen et al. name no number; the well-known implementations have 28.2 million parameters."""
    config = paper()
    network, batch = toy.network(config), batch_of_two()
    assert parameter_count(network) == pytest.approx(28.2e6, rel=0.01)
    made = run_on(network.train(), batch)
    assert made.mel.shape == (2, 8, 80)
    assert made.attention.shape == (2, 1, 8, 6)
    losses(made, batch, config.training, guided=True)["loss"].backward()
    assert all(value.grad is not None for value in network.parameters())


@torch.no_grad()
def test_half_precision_makes_nearly_the_same():
    network, batch = toy.network(toy.config("tacotron2")).eval(), batch_of_two()
    expected = run_on(network, batch)
    with torch.autocast("cpu", torch.bfloat16):
        found = run_on(network, batch)
    assert found.refined.dtype == found.attention.dtype == torch.float32
    torch.testing.assert_close(found.refined, expected.refined, atol=0.05, rtol=0.05)
    torch.testing.assert_close(found.attention, expected.attention, atol=0.05, rtol=0)


def test_both_directions_see_a_sequence_as_if_there_were_no_padding():
    torch.manual_seed(0)
    lstm = BidirectionalLSTM(6)
    reference = torch.nn.LSTM(6, 3, batch_first=True, bidirectional=True)
    for name, value in lstm.forwards.named_parameters():
        getattr(reference, name).data.copy_(value)
    for name, value in lstm.backwards.named_parameters():
        getattr(reference, f"{name}_reverse").data.copy_(value)
    x, lengths = torch.randn(2, 5, 6), torch.tensor([5, 3])
    found = lstm(x, lengths)
    for clip, length in enumerate(lengths):
        torch.testing.assert_close(found[clip, :length], reference(x[clip, :length])[0])


def test_scores_are_of_query_memory_and_convolved_location():
    """Shen et al. 2018, section 2.2, term by term."""
    torch.manual_seed(0)
    attention = LocationSensitiveAttention(6, 4, 5, filters=3, kernel=7)
    state = attention.begin(torch.randn(2, 9, 4))
    allowed = torch.arange(9) < torch.tensor([[9], [7]])
    total, last = torch.zeros(2, 9), torch.zeros(2, 9)
    for _ in range(3):
        query = torch.randn(2, 6)
        seen = F.conv1d(torch.stack((last, total), 1), attention.convolution.weight, padding=3)
        sum_ = attention.location(seen.transpose(1, 2)) + attention.memory(state.memory)
        scores = attention.score((sum_ + attention.query(query)[:, None]).tanh())[..., 0]
        last = scores.masked_fill(~allowed, -torch.inf).softmax(dim=1)
        total = total + last
        torch.testing.assert_close(attention(state, query, allowed), last)
        context = torch.einsum("bp,bpc->bc", last, state.memory)
        torch.testing.assert_close(state.context, context)


def test_it_learns_a_few_clips_and_where_they_are_in_the_text(tmp_path):
    """Every loss falls far below its start."""
    dropouts = ("encoder_dropout", "decoder_dropout", "prenet_dropout", "postnet_dropout")
    config = toy.config("tacotron2", model=dict.fromkeys(dropouts, 0.0))
    path = toy.features(tmp_path / "features.h5")
    data = TrainingData(path, "train", torch.device("cpu"), ("mel",))
    network, batch = toy.network(config), data.batch(torch.arange(4).numpy())
    optimizer = torch.optim.Adam(network.parameters(), 0.02)
    rows = []
    for _ in range(50):
        terms = losses(run_on(network, batch), batch, config.training, guided=True)
        optimizer.zero_grad()
        terms["loss"].backward()
        optimizer.step()
        rows.append({name: value.item() for name, value in terms.items()})
    for name in ("mel_loss", "mel_before_postnet_loss", "stop_loss", "attention_loss"):
        assert rows[-1][name] < 0.6 * rows[0][name], name


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("hidden", 9, "hidden must be even"), ("location_kernel", 30, "location_kernel must be odd")],
)
def test_sizes_that_do_not_fit_are_named(key, value, words):
    with pytest.raises(FS2Error, match=rf"model: .*{words}"):
        paper(**{key: value})
