"""The stage distillation, of a toy teacher whose attention is known."""

import json

import numpy as np
import pytest
import torch
import toy

from fs2.alignment.textgrid import read_textgrid
from fs2.errors import FS2Error
from fs2.exclusion import read_exclusions
from fs2.features.store import FeatureStore
from fs2.files import read_table
from fs2.training.data import TrainingData
from fs2.training.durations import read_durations

CPU = torch.device("cpu")


def test_the_training_split_has_the_teachers_mels_and_the_others_the_recordings(classroom):
    report = classroom.distil()
    assert (report["clips"], report["clips_excluded"]) == (8, 0)
    path = classroom.output / "features.h5"
    with FeatureStore(path) as store:
        assert sorted(store.ids) == [clip.id for clip in classroom.clips]
        assert store.symbols == classroom.symbols
        assert store.statistics == classroom.statistics
        with pytest.raises(FS2Error, match=r"features\.h5: has no 'f0'"):
            store.column("f0")
    recorded = {clip.id: clip for clip in classroom.clips}
    for split in ("train", "validation", "test"):
        data = TrainingData(path, split, CPU, ("mel", "durations"))
        for place, clip in enumerate(data.ids):
            batch, original = data.batch(np.array([place])), recorded[clip]
            count, frames = len(original.phonemes), batch.frames
            assert original.split == split
            assert batch.phonemes[0, :count].tolist() == original.phonemes.tolist()
            assert batch["durations"].sum() == frames
            mel = batch["mel"][0, :frames].numpy()
            if split == "train":
                assert batch["durations"][0, :count].tolist() == [4] * count
                assert (mel == -1).all()
            else:
                np.testing.assert_array_equal(mel, original.mel)


def test_durations_and_textgrids_are_of_every_recording(classroom):
    classroom.distil()
    durations = read_durations(classroom.output / "durations.csv")
    rows = read_table(classroom.output / "durations.csv", ("start_sample", "phonemes"))
    for row in rows:
        assert row["start_sample"] == "300"
        assert row["phonemes"].split() == classroom.phonemes[row["id"]]
    for clip in classroom.clips:
        own = durations[clip.id]
        assert own.sum() == len(clip.mel)
        assert np.ptp(own) <= 3  # a step has two frames; the last one may be cut
        grid = read_textgrid(classroom.output / "textgrids" / f"{clip.id}.TextGrid")
        edges = (300 + 256 * np.cumsum([0, *own])) / 22050
        labels = zip(classroom.phonemes[clip.id], edges[:-1], edges[1:], strict=True)
        expected = [part for part in labels if part[0] not in ("sil", ",", ".")]
        found = [(p.label, p.start, p.end) for p in grid.phones if p.label]
        assert [label for label, _, _ in found] == [label for label, _, _ in expected]
        np.testing.assert_allclose([f[1:] for f in found], [e[1:] for e in expected], atol=1e-6)


def test_focus_coverage_and_monotony_are_told_of_every_clip(classroom):
    report = classroom.distil()
    rows = read_table(classroom.output / "clips.csv")
    assert {row["id"] for row in rows} == {clip.id for clip in classroom.clips}
    for row in rows:
        spoken = row["split"] == "train"
        assert [float(row[name]) for name in ("focus_rate", "coverage", "monotony")] == [1, 1, 1]
        assert (row["outcome"], row["generated_outcome"]) == ("good", "good" if spoken else "")
        assert row["generated_coverage"] == ("1.0" if spoken else "")
        assert bool(row["generated_frames"]) == spoken
    assert report["generated"]["coverage"] == report["aligned"]["focus_rate"] == 1
    assert (report["generated"]["clips"], report["aligned"]["clips"]) == (6, 8)
    assert json.loads((classroom.output / "report.json").read_text()) == report
    assert report["seconds"] >= 0


def test_a_clip_on_which_the_teacher_failed_is_set_aside_by_name(classroom):
    """What it speaks badly is not in the features, where its attention is lost no duration is."""
    count = len(classroom.clips[2].phonemes)
    endless = {c.id for c in classroom.clips if len(c.phonemes) == count and c.split == "train"}
    classroom.teacher.endless = {count}
    classroom.teacher.astray = {len(classroom.clips[0].mel)}
    report = classroom.distil(maximum_bad_share=0.9)
    excluded = {e.id: e.reason for e in read_exclusions(classroom.output / "report.json")}
    assert excluded == dict.fromkeys(endless, "the teacher did not end by itself")
    assert (report["clips_excluded"], report["clips_misaligned"]) == (len(endless), 1)
    everyone = {clip.id for clip in classroom.clips}
    with FeatureStore(classroom.output / "features.h5") as store:
        assert set(store.ids) == everyone - endless
        assert {row["id"] for row in store.attribute("excluded")} == endless
    assert set(read_durations(classroom.output / "durations.csv")) == everyone - {"clip0"}
    rows = {row["id"]: row for row in read_table(classroom.output / "clips.csv")}
    assert "attention on the recording has a low coverage" in rows["clip0"]["outcome"]
    assert {clip for clip, row in rows.items() if "end" in row["generated_outcome"]} == endless
    assert len(list((classroom.output / "textgrids").iterdir())) == 8


def test_failed_clips_may_be_learnt_of_all_the_same(classroom):
    classroom.teacher.endless = set(range(20))
    report = classroom.distil(exclude_failed=False)
    assert (report["clips"], report["excluded"], report["generated"]["failed_share"]) == (8, [], 1)
    assert report["generated"]["failed_by_reason"] == [
        {"reason": "the teacher did not end by itself", "clips": 6}
    ]
    assert len(read_durations(classroom.output / "durations.csv")) == 8


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, r"distillation: \d of 8 clips .*distillation\.maximum_bad_share = 0\.2 allows"),
        ({"maximum_bad_share": 1}, "the split test is empty, all 1 of its clips are excluded"),
    ],
)
def test_a_teacher_that_fails_too_often_is_none(classroom, keys, message):
    classroom.teacher.astray = {len(clip.mel) for clip in classroom.clips[-1:]}
    if not keys:
        classroom.teacher.endless = set(range(20))
    with pytest.raises(FS2Error, match=rf"(?s){message}"):
        classroom.distil(**keys)
    assert not classroom.output.exists()


def test_a_killed_distillation_leaves_nothing(classroom, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(classroom.teacher, "generate", killed)
    with pytest.raises(KeyboardInterrupt):
        classroom.distil()
    assert list(classroom.output.parent.iterdir()) == []
    monkeypatch.undo()
    classroom.distil()
    assert list(classroom.output.parent.iterdir()) == [classroom.output]


def test_what_cannot_teach_is_refused(classroom):
    toy.save_random(classroom.training, toy.config(), classroom.symbols)
    with pytest.raises(FS2Error, match="tts: FastSpeech 2 cannot be a teacher: it has no att"):
        classroom.distil()


def test_a_teacher_of_other_features_is_refused(classroom):
    toy.save_random(classroom.training, classroom.config())
    with pytest.raises(FS2Error, match=r"tts: was trained on other features than .*features\.h5"):
        classroom.distil()


def test_an_alignment_of_other_phonemes_is_named(classroom):
    other, own = (classroom.alignment / "textgrids" / f"clip{n}.TextGrid" for n in (1, 3))
    own.write_bytes(other.read_bytes())
    with pytest.raises(FS2Error, match="clip3: its phonemes in the features are not those of its"):
        classroom.distil()


@pytest.mark.parametrize(("old", "new"), [("clip3,300", "clip3,x"), ("clip3,", "other,")])
def test_an_alignment_that_does_not_tell_where_a_clip_begins_is_named(classroom, old, new):
    table = classroom.alignment / "durations.csv"
    table.write_text(table.read_text().replace(old, new))
    with pytest.raises(FS2Error, match=r"durations\.csv: tells no start_sample of clip 'clip3'"):
        classroom.distil()
