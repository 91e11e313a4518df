"""What an autoregressive system is asked as a teacher: several clips at once, aligned or spoken."""

import numpy as np
import torch
import toy

from fs2.systems.controls import Controls
from fs2.systems.system import system_for
from fs2.training.data import Batch

CONFIG = toy.config("transformer_tts")
SYSTEM = system_for(CONFIG)
LENGTHS = torch.tensor([7, 3])


def clips():
    """Two clips, the second padded."""
    random = torch.Generator().manual_seed(0)
    phonemes = torch.randint(1, 20, (2, 7), generator=random)
    phonemes[1, 3:] = 0
    mel = torch.randn(2, 11, 80, generator=random)
    return Batch(["a", "b"], phonemes, LENGTHS, torch.tensor([11, 6]), {"mel": mel})


def network():
    return toy.network(CONFIG).prepare_for_inference()


def test_clips_are_spoken_together_as_alone():
    spoken = network()
    controls = Controls(maximum_frames_per_phoneme=3.0)
    both = SYSTEM.generate(spoken, clips().phonemes, LENGTHS, controls)
    for clip, length in enumerate(LENGTHS.tolist()):
        alone = SYSTEM.synthesise(spoken, clips().phonemes[clip, :length], controls)
        torch.testing.assert_close(both[clip].mel, alone.mel, atol=1e-4, rtol=1e-4)
        found, expected = both[clip].attention, alone.attention
        assert found.weights.shape == expected.weights.shape
        np.testing.assert_allclose(found.weights, expected.weights, atol=1e-5)
        assert found.stopped == expected.stopped


def test_recordings_are_aligned_step_by_step():
    aligned = SYSTEM.align(network(), clips())
    assert [attention.weights.shape for attention in aligned] == [(6, 7), (3, 3)]
    for attention, frames in zip(aligned, (11, 6), strict=True):
        np.testing.assert_allclose(attention.weights.sum(axis=1), 1, atol=1e-5)
        assert attention.durations(frames).sum() == frames
