"""Transformer TTS: its size, one step of training at that size, and what its decoder keeps."""

import pytest
import torch
import toy

from fs2.nn.parameters import parameter_count
from fs2.systems.autoregressive.losses import losses
from fs2.systems.transformer_tts.decoder import CAPACITY, Cache, CausalConv
from fs2.training.data import Batch


def paper_network():
    config = toy.parse_config({"model": {"architecture": "transformer_tts"}})
    return config, toy.network(config)


def test_a_step_of_training_at_the_papers_size():
    config, network = paper_network()
    assert parameter_count(network) == pytest.approx(28.7e6, rel=0.01)
    phonemes, lengths, frames = torch.ones(2, 6).long(), torch.tensor([6, 4]), torch.tensor([20, 9])
    batch = Batch(["a", "b"], phonemes, lengths, frames, {"mel": torch.randn(2, 20, 80) - 5})
    result = network.train()(phonemes, lengths, batch["mel"], frames)
    assert result.mel.shape == (2, 20, 80)
    assert result.attention.shape == (2, 8, 20, 6)
    losses(result, batch, config.training, guided=True)["loss"].backward()
    without = [name for name, value in network.named_parameters() if value.grad is None]
    assert not without


def test_a_cache_grows_and_keeps_what_it_has():
    cache, added = Cache(), torch.randn(1, 2, 2 * CAPACITY + 3, 4)
    for step in range(added.shape[2]):
        kept = cache.append(added[:, :, step : step + 1])
    assert torch.equal(kept, added)


@torch.no_grad()
def test_a_causal_convolution_sees_nothing_to_come():
    convolution, x = CausalConv(3, 4, 5), torch.randn(1, 9, 3)
    y = convolution(x)
    x[:, 5:] += 1
    torch.testing.assert_close(convolution(x)[:, :5], y[:, :5])
    assert not torch.allclose(convolution(x)[:, 5:], y[:, 5:])
