"""Batches and segments of a features file."""

import numpy as np
import pytest
import torch
import toy
from hypothesis import given
from hypothesis import strategies as st

from fs2.systems.fastspeech2.variances import Variances
from fs2.training.data import TrainingData

CPU = torch.device("cpu")
COLUMNS = ("mel", *Variances.COLUMNS, "waveform")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Forty clips without columns."""
    lengths = tuple(np.random.default_rng(1).integers(8, 60, 42).tolist())
    path = toy.features(tmp_path_factory.mktemp("many") / "features.h5", lengths)
    return TrainingData(path, "train", CPU, ())


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two clips of 30 and 41 frames."""
    path = toy.features(tmp_path_factory.mktemp("two") / "features.h5", (30, 41, 25, 60))
    return TrainingData(path, "train", CPU, COLUMNS)


@given(st.integers(60, 400), st.integers(0, 3), st.sampled_from([None, 1, 4]))
def test_batches_hold_every_clip_once_under_the_budget(many, budget, epoch, most):
    batches = many.epoch(budget, 7, epoch, most)
    assert sorted(np.concatenate(batches)) == list(range(40))
    for clips in batches:
        longest = -(-many.frame_lengths[clips].max() // 32) * 32
        assert len(clips) == 1 or longest * len(clips) <= budget
        assert most is None or len(clips) <= most
    again = many.epoch(budget, 7, epoch, most)
    assert all(np.array_equal(a, b) for a, b in zip(batches, again, strict=True))


def test_clip_above_the_budget_is_a_batch_of_its_own(tmp_path):
    path = toy.features(tmp_path / "features.h5", (10, 500, 20, 20))
    data = TrainingData(path, "train", CPU, ())
    assert sorted(map(len, data.epoch(100, 0, 0))) == [1, 1]


def test_batch_holds_the_files_values(two):
    batch = two.batch(np.array([1, 0]))
    assert batch.ids == ["clip1", "clip0"]
    assert batch.frame_lengths.tolist() == [41, 30]
    assert batch.frames == 71
    torch.testing.assert_close(batch["mel"][1, :30], two.columns["mel"][:30])
    assert batch["durations"].sum(1).tolist() == [41, 30]
    assert (batch.phonemes > 0).sum(1).tolist() == batch.phoneme_lengths.tolist()
    assert "waveform" not in batch.columns
    variances = Variances.of(batch)
    torch.testing.assert_close(variances.log_f0[0, :41].exp(), two.columns["f0"][30:71])
    torch.testing.assert_close(variances.energy[1, :30], two.columns["energy"][:30])
    assert torch.equal(variances.durations, batch["durations"])
    assert variances.voiced[0, :41].tolist() == (two.columns["f0"][30:71] > 0).tolist()


def test_only_the_columns_asked_for_are_read(many, two):
    assert set(many.columns) == {"phonemes"}
    assert set(two.columns) == {"phonemes", *COLUMNS}


def test_segments_of_recordings(two):
    clips, starts = np.array([1, 0]), torch.tensor([4, 0])
    segments = two.samples(clips, starts, 35)
    whole = two.columns["waveform"].float() / 32768
    hop = two.hop_length
    torch.testing.assert_close(segments[0], whole[34 * hop : 69 * hop])
    torch.testing.assert_close(segments[1, : 30 * hop], whole[: 30 * hop])
    assert (segments[1, 30 * hop :] == 0).all()
    torch.testing.assert_close(two.mels(clips, starts, 35)[0], two.columns["mel"][34:69])
    log_f0 = two.log_f0(clips, starts, 35)[0]
    torch.testing.assert_close(log_f0.exp(), two.columns["f0"][34:69])


def test_random_starts_leave_room(two):
    draws = torch.stack([two.random_starts(np.array([0, 1]), 35) for _ in range(300)])
    assert (draws[:, 0] == 0).all()
    assert (draws[:, 1].min(), draws[:, 1].max()) == (0, 6)
