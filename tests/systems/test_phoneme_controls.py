"""Controls that change within a sentence, beside those of a whole one."""

import pytest
import torch
import toy

from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.exported import Speaking
from fs2.systems.phoneme_controls import PhonemeControls
from fs2.systems.system import system_for

PHONEMES = torch.tensor([[1, 20, 33, 47, 52, 1]])
COUNT = PHONEMES.shape[1]


def network(architecture="fastspeech2", **model):
    settings = toy.config(architecture, model=model)
    made = toy.network(settings)
    for name, values in made.named_parameters():
        if name.endswith("duration_predictor.output.bias"):
            torch.nn.init.constant_(values, 1.6)
    return settings, made.prepare_for_inference()


def controls(durations=-1, pace=1.0, pitch=1.0, energy=1.0):
    """One value for all phonemes, or a list of one each."""

    def row(value, dtype=torch.float32):
        return torch.tensor([value if isinstance(value, list) else [value] * COUNT], dtype=dtype)

    return PhonemeControls(row(durations, torch.int64), row(pace), row(pitch), row(energy))


def speak(model, given):
    with torch.inference_mode():
        return model(PHONEMES, torch.tensor([COUNT]), controls=given)[1]


@pytest.mark.parametrize("model", [{}, {"variance_level": "phoneme", "pitch": "contour"}])
def test_the_same_for_every_phoneme_is_that_of_the_sentence(model):
    _, model = network(**model)
    factors = {"pace": 0.8, "pitch": 1.2, "energy": 0.7}
    expected, made = speak(model, Controls(**factors)), speak(model, controls(**factors))
    assert torch.equal(made.durations, expected.durations)
    for name in ("f0", "energy", "states"):
        torch.testing.assert_close(getattr(made, name), getattr(expected, name))


def test_one_phoneme_is_lengthened_and_raised_alone():
    _, model = network()
    plain = speak(model, controls()).durations[0].tolist()
    lengths = [-1, -1, plain[2] + 9, -1, -1, -1]
    pitch = [1.0, 1.0, 2.0, 1.0, 1.0, 1.0]
    flat, raised = speak(model, controls(lengths)), speak(model, controls(lengths, pitch=pitch))
    assert flat.durations[0].tolist() == [*plain[:2], plain[2] + 9, *plain[3:]]
    ratio = (raised.f0 / flat.f0)[0]
    start, end = sum(plain[:2]), sum(plain[:3]) + 9
    torch.testing.assert_close(ratio[start:end], torch.full((end - start,), 2.0))
    others = torch.cat((ratio[:start], ratio[end:]))
    torch.testing.assert_close(others, torch.ones_like(others))


@pytest.mark.parametrize("architecture", ["fastspeech2", "fastspeech2s", "fastspeech"])
def test_what_is_exported_speaks_as_the_system_does(architecture):
    settings, model = network(architecture)
    system = system_for(settings)
    factors = {"pace": 0.8, "pitch": 1.2, "energy": 0.7}
    followed = {name: factors[name] for name in system.controlled(settings)}
    arrays = {"phonemes": PHONEMES, "durations": torch.full((1, COUNT), -1)}
    arrays |= {name: torch.full((1, COUNT), factor) for name, factor in followed.items()}
    with torch.inference_mode():
        expected = system.synthesise(model, PHONEMES[0], Controls(**followed))
        for graph in system.graphs(model, settings):
            if "noise" in {port.name for port in graph.inputs}:
                frames, seeded = int(expected.durations.sum()), torch.Generator().manual_seed(0)
                arrays["noise"] = torch.randn(1, frames, 256, generator=seeded)
            made = graph.module(**{port.name: arrays[port.name] for port in graph.inputs})
            arrays.update(zip((port.name for port in graph.outputs), made, strict=True))
    assert torch.equal(arrays["spoken_durations"][0], expected.durations)
    for name, column in (("mel", "mel"), ("waveform", "waveform"), ("f0", "f0")):
        wanted = getattr(expected, column)
        assert (wanted is None) == (name not in arrays)
        if wanted is not None:
            torch.testing.assert_close(arrays[name][0], wanted, rtol=1e-5, atol=1e-3)


def test_a_system_without_pitch_takes_none():
    settings, model = network(pitch="none")
    (graph,) = system_for(settings).graphs(model, settings)
    assert [port.name for port in graph.inputs] == ["phonemes", "durations", "pace", "energy"]
    assert "f0" not in [port.name for port in graph.outputs]
    assert isinstance(graph.module, Speaking)
