"""Every system tells durations and speaks with given ones, or has none."""

import pytest
import torch
import toy

from fs2.registry import SYSTEMS
from fs2.systems.controls import Controls
from fs2.systems.system import system_for

TIMED = [name for name in toy.SYSTEMS if SYSTEMS[name].has_durations]
PHONEMES = torch.arange(1, 8)


@pytest.fixture
def speak(request):
    """A system of random weights speaks PHONEMES."""
    settings = toy.config(request.param)
    network = toy.network(settings).prepare_for_inference()

    @torch.inference_mode()
    def spoken(durations=None, **controls):
        controls = Controls(maximum_frames_per_phoneme=2, **controls)
        return system_for(settings).synthesise(network, PHONEMES, controls, durations)

    return spoken


@pytest.mark.parametrize("speak", sorted(set(toy.SYSTEMS) - set(TIMED)), indirect=True)
def test_a_system_that_makes_frame_after_frame_has_none(speak):
    assert speak().durations is None


@pytest.mark.parametrize("speak", TIMED, indirect=True)
def test_its_own_durations_make_the_same_speech_again(speak):
    predicted = speak(pace=0.2)
    again = speak(predicted.durations, pace=3.0)
    for column in ("mel", "waveform", "durations", "f0", "energy"):
        torch.testing.assert_close(getattr(again, column), getattr(predicted, column))


@pytest.mark.parametrize("speak", TIMED, indirect=True)
def test_given_durations_stand_in_the_place_of_the_predicted(speak):
    given = torch.tensor([0, 3, 1, 0, 4, 2, 5])
    spoken = speak(given)
    assert torch.equal(spoken.durations, given)
    frames = len(spoken.waveform) / 256 if spoken.mel is None else len(spoken.mel)
    assert frames == 15
    if spoken.f0 is not None:
        torch.testing.assert_close(speak(given, pitch=2).f0, 2 * spoken.f0)
