"""Where a decoder was in the text: focus rate, coverage, monotony, durations."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fs2.systems.attention import Attention
from fs2.systems.autoregressive.attention import attentions, most_diagonal


def at(*positions, phonemes=5, frames_per_step=1):
    """An attention that is wholly at one phoneme in each step."""
    return Attention(np.eye(phonemes, dtype=np.float32)[list(positions)], frames_per_step)


def test_a_straight_walk():
    attention = at(0, 0, 1, 2, 2, 2, 3, 4)
    assert attention.focus_rate == attention.coverage == attention.monotony == 1
    assert attention.durations(8).tolist() == [2, 1, 3, 1, 1]


def test_the_last_step_may_exceed_the_clip():
    assert at(0, 1, 1, frames_per_step=3, phonemes=2).durations(7).tolist() == [3, 4]


def test_a_skipped_phoneme_is_not_covered():
    attention = at(0, 0, 4, 4, phonemes=5)
    assert attention.covered.tolist() == [True, True, False, True, True]
    assert at(0, 0, 1, 5, 5, phonemes=6).coverage == pytest.approx(5 / 6)


def test_a_step_back_to_the_beginning_is_seen():
    attention = at(0, 1, 2, 3, 4, 4, 0, 0, 1, 2, 3, 4)
    assert attention.backwards.tolist() == [False] * 6 + [True] * 3 + [False] * 3
    assert attention.monotony == pytest.approx(9 / 12)


def test_one_step_that_looks_elsewhere_is_no_repetition():
    assert at(0, 1, 5, 2, 3, 0, 4, 5, phonemes=6).monotony == 1


def test_failures_are_told_in_words():
    assert at(0, 1, 2, 3, 4).failures == []
    again = at(0, 1, 2, 3, 4, 4, 0, 0, 1, 2, 3, 4)
    assert (again.repeats, again.skips) == (1, 0)
    assert again.failures == ["went back in the text (monotony 75%)"]
    over = at(0, 1, 8, 9, phonemes=10)
    assert (over.repeats, over.skips) == (0, 1)
    assert over.failures == ["skipped phonemes (coverage 60%)"]
    assert Attention(over.weights, 1, stopped=False).failures[0] == "did not end by itself"


def test_going_back_by_one_phoneme_is_no_repetition():
    assert at(0, 1, 0, 1, 2, 1, 2).monotony == 1


def test_the_focus_rate_is_the_mean_of_the_largest_weights():
    weights = np.array([[0.6, 0.4], [0.1, 0.9]], np.float32)
    assert Attention(weights, 1).focus_rate == pytest.approx(0.75)


@given(
    arrays(np.float32, (12, 6), elements=st.floats(0, 1, width=32)),
    st.integers(1, 4),
    st.integers(0, 11),
)
def test_durations_add_up_to_the_clip(weights, frames_per_step, cut):
    frames = 12 * frames_per_step - cut % frames_per_step
    durations = Attention(weights, frames_per_step).durations(frames)
    assert durations.sum() == frames
    assert (durations >= 0).all()


def test_the_head_that_goes_through_the_text_is_chosen():
    walk = torch.eye(4)[[0, 1, 2, 3]] * 0.7 + 0.075
    heads = torch.stack([torch.full((4, 4), 0.25), torch.eye(4)[[3, 3, 3, 3]], walk])
    assert torch.equal(most_diagonal(heads), walk)


def test_each_clip_has_its_own_length_and_end():
    weights = torch.rand(2, 3, 6, 5).softmax(dim=3)
    stopped = torch.tensor([True, False])
    first, second = attentions(weights, torch.tensor([6, 4]), torch.tensor([5, 3]), 2, stopped)
    assert first.weights.shape == (6, 5) and second.weights.shape == (4, 3)
    assert (first.stopped, second.stopped, first.frames_per_step) == (True, False, 2)
