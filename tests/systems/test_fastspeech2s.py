"""What FastSpeech 2s has besides: the waveform decoder, and a mel decoder only for training."""

import pytest
import torch
import toy

from fs2.config.files import parse_config
from fs2.nn.parameters import parameter_count
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.variances import Variances
from fs2.systems.system import system_for


def config(**model):
    return toy.config("fastspeech2s", model=model)


def spoken(network):
    """States and F0 of two clips of 30 and 17 frames."""
    phonemes = torch.tensor([[1, 5, 3, 2], [4, 6, 0, 0]])
    durations = torch.tensor([[9, 8, 7, 6], [5, 12, 0, 0]])
    with torch.no_grad():
        return network(phonemes, torch.tensor([4, 2]), Variances(durations))[1]


def test_parameter_count_of_the_paper():
    """28 M with the author's 5-layer predictors."""
    author = {"architecture": "fastspeech2s", "predictor_layers": 5, "predictor_kernel": 5}
    count = parameter_count(toy.network(parse_config({"model": author})))
    assert count == pytest.approx(28e6, rel=0.02)


@pytest.mark.parametrize("size", ["paper", "small"])
def test_hop_of_both_sizes(size):
    settings = parse_config({"model": {"architecture": "fastspeech2s", "size": size}})
    assert toy.network(settings).waveform_decoder.hop_length == settings.audio.hop_length


def test_mel_decoder_is_gone_in_its_ablation_and_at_inference():
    whole, ablated = toy.network(config()), toy.network(config(mel_decoder=False))
    names = {name for name in whole.state_dict() if not name.startswith("mel_decoder.")}
    assert names == set(ablated.state_dict()) < set(whole.state_dict())
    mel_decoder = parameter_count(whole.mel_decoder)
    assert parameter_count(ablated) == parameter_count(whole) - mel_decoder
    phonemes = torch.tensor([[1, 2]]), torch.tensor([2])
    assert ablated(*phonemes)[0] is None
    assert parameter_count(whole.prepare_for_inference()) == parameter_count(ablated)
    assert whole(*phonemes)[0] is None


@pytest.mark.parametrize("source", ["conditioning", "harmonics"])
def test_waveform_of_a_padded_batch_is_that_of_its_clips(source):
    network = toy.network(config(waveform_decoder={"source": source})).eval()
    both = spoken(network)
    assert both.frame_lengths.tolist() == [30, 17]
    segments = network.generate_segments(both.states, both.f0, both.frame_lengths)
    assert segments.shape == (2, 30 * 256)
    assert (segments[1, 17 * 256 :] == 0).all()
    if source == "conditioning":  # nothing is random
        for row, frames in enumerate(both.frame_lengths):
            own = network.generate(both.states[row, :frames], both.f0[row, :frames])
            torch.testing.assert_close(segments[row, : frames * 256], own, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("pitch", ["cwt", "none"])
def test_generated_in_pieces_a_clip_is_the_same(pitch):
    network = toy.network(config(pitch=pitch)).prepare_for_inference()
    both = spoken(network)
    f0 = None if both.f0 is None else both.f0[0]
    whole = network.generate(both.states[0], f0)
    assert whole.shape == (30 * 256,)
    torch.testing.assert_close(network.generate(both.states[0], f0, 10), whole)


def test_without_pitch_there_are_no_harmonics():
    decoder = toy.network(config(pitch="none")).waveform_decoder
    sources = decoder.make_source(1, 4, None)
    assert sources.shape == (1, 2, 4 * 256)
    assert (sources[:, 1] == 0).all()
    assert (sources[:, 0] != 0).any()


def test_it_speaks_a_waveform_and_says_with_which_variances():
    settings = config()
    network = toy.network(settings).prepare_for_inference()
    speech = system_for(settings).synthesise(network, torch.tensor([1, 2, 3]), Controls(pace=0.1))
    frames = int(speech.durations.sum())
    assert speech.mel is None
    assert speech.waveform.shape == (frames * 256,)
    assert speech.f0.shape == speech.energy.shape == (frames,)
