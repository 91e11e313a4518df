"""The attentions of a synthesis on disk."""

import logging

import numpy as np
import pytest

from fs2.errors import FS2Error
from fs2.files import read_table
from fs2.synthesis.attention import read_attentions, write_attentions
from fs2.systems.attention import Attention

WALK = Attention(np.eye(4, dtype=np.float32)[[0, 0, 1, 2, 3]], 2)
ASTRAY = Attention(np.eye(5, dtype=np.float32)[[0, 4, 4, 0, 0, 1]], 2, stopped=False)


def test_they_are_read_as_they_were_written(tmp_path):
    write_attentions(tmp_path, {"a": WALK, "b": ASTRAY})
    found = read_attentions(tmp_path)
    assert list(found) == ["a", "b"]
    for own, written in zip(found.values(), (WALK, ASTRAY), strict=True):
        assert np.array_equal(own.weights, written.weights)
        assert (own.frames_per_step, own.stopped) == (written.frames_per_step, written.stopped)


def test_failures_are_told_by_clip(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        summary = write_attentions(tmp_path, {"a": WALK, "b": ASTRAY})
    assert "b: the attention did not end by itself" in caplog.text
    rows = {row["id"]: row for row in read_table(tmp_path / "attention.csv", ("id", "failures"))}
    assert rows["a"]["failures"] == ""
    assert "did not end by itself; went back" in rows["b"]["failures"]
    assert summary["attention_failures"] == 0.5
    assert summary["focus_rate"] == 1


def test_a_system_without_attention_has_none(tmp_path):
    assert read_attentions(tmp_path) == {}


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "attention.h5").write_bytes(b"nothing")
    with pytest.raises(FS2Error, match=r"attention\.h5: cannot be read as attentions"):
        read_attentions(tmp_path)
