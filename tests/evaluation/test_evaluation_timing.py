import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.evaluation.durations import Timing, counterparts, match, phone_errors
from fs2.evaluation.energy import energy_errors, mel_cepstrum, mel_energy, warping_path


def timing(phonemes, durations):
    return Timing(phonemes.split(), np.array(durations))


def test_pauses_of_one_side_are_passed_over():
    recorded = ["sil", "AA1", "sil", "B", ",", "C", "sil"]
    spoken = ["sil", "AA1", "B", ",", "C", "sil"]
    assert match(recorded, spoken).tolist() == [[0, 0], [1, 1], [3, 2], [4, 3], [5, 4], [6, 5]]
    assert match(spoken, recorded)[:, ::-1].tolist() == match(recorded, spoken).tolist()


def test_other_phonemes_do_not_match():
    assert match(["AA1", "B"], ["AA1", "D"]) is None
    assert match(["AA1"], ["AA1", "B"]) is None


@given(st.lists(st.sampled_from(["sil", "AA1", "B", ","]), max_size=20))
def test_a_sequence_without_its_pauses_matches_wholly(phonemes):
    rest = [phoneme for phoneme in phonemes if phoneme != "sil"]
    pairs = match(phonemes, rest)
    assert pairs[:, 1].tolist() == list(range(len(rest)))
    assert [phonemes[place] for place in pairs[:, 0]] == rest


def test_errors_are_of_phones_alone():
    recorded, spoken = timing("sil AA1 , B sil", [9, 4, 5, 2, 7]), timing("AA1 , B", [6, 0, 1])
    pairs = match(recorded.phonemes, spoken.phonemes)
    assert phone_errors(recorded, spoken, pairs).tolist() == [2, 1]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_equal_durations_correspond_frame_by_frame(durations):
    own = Timing(["B"] * len(durations), np.array(durations))
    frames, places = counterparts(own, own, match(own.phonemes, own.phonemes))
    assert frames.tolist() == list(range(sum(durations)))
    assert places.tolist() == frames.tolist()


def test_a_stretched_phoneme_corresponds_evenly():
    recorded, spoken = timing("AA1 B", [2, 2]), timing("AA1 B", [4, 2])
    frames, places = counterparts(recorded, spoken, match(recorded.phonemes, spoken.phonemes))
    assert frames.tolist() == [0, 1, 2, 3]
    assert places.tolist() == [0.5, 2.5, 4, 5]


def test_energy_errors_leave_out_a_pause_that_only_the_recording_has():
    recorded, spoken = timing("AA1 sil B", [2, 3, 2]), timing("AA1 B", [2, 2])
    pairs = match(recorded.phonemes, spoken.phonemes)
    errors = energy_errors(
        np.array([1.0, 1, 9, 9, 9, 4, 4]), np.array([1.5, 1.5, 4, 4]), recorded, spoken, pairs
    )
    assert errors.tolist() == [0.5, 0.5, 0, 0]


def test_energy_of_a_ramp_survives_a_stretch():
    recorded, spoken = timing("AA1", [10]), timing("AA1", [30])
    ramp = (np.arange(10) + 0.5) / 10, (np.arange(30) + 0.5) / 30
    errors = energy_errors(*ramp, recorded, spoken, np.array([[0, 0]]))
    assert errors == pytest.approx(0, abs=1e-12)


def test_mel_energy_is_the_norm_of_the_linear_mel():
    mel = np.abs(np.random.default_rng(0).normal(size=(7, 80))) + 0.01
    assert mel_energy(np.log(mel)) == pytest.approx(np.linalg.norm(mel, axis=1))
    assert mel_energy(np.log(mel)) == pytest.approx(np.sqrt(np.sum(10 ** (2 * np.log10(mel)), 1)))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=12), st.integers(0, 99))
def test_frames_that_last_longer_are_found_by_warping(lengths, seed):
    """Each frame of the one answers to its copies in the other, from beginning to end."""
    frames = np.random.default_rng(seed).normal(size=(len(lengths), 24))
    expected = np.repeat(np.arange(len(lengths)), lengths)
    own, other = warping_path(frames, frames[expected])
    assert sorted(zip(other.tolist(), own.tolist(), strict=True)) == list(enumerate(expected))
    assert sorted(own) == sorted(warping_path(frames[expected], frames)[1])


def test_a_copy_is_not_warped():
    silence = np.zeros((9, 24))
    for frames in (np.random.default_rng(0).normal(size=(50, 24)), silence):
        own, other = warping_path(frames, frames)
        assert own.tolist() == other.tolist() == list(range(len(frames)))[::-1]


def test_the_level_does_not_warp():
    mel = np.random.default_rng(0).normal(size=(7, 80))
    assert mel_cepstrum(mel).shape == (7, 24)
    assert mel_cepstrum(mel + np.arange(7)[:, None]) == pytest.approx(mel_cepstrum(mel))
