"""FastSpeech learns of what the stage distillation left of a teacher."""

import json

import numpy as np
import pytest
import torch
import toy
from safetensors.torch import load_file

from fs2.errors import FS2Error
from fs2.systems.system import Distilled
from fs2.training.data import TrainingData
from fs2.training.durations import read_durations


def config(**training):
    keys = {"targets": "teacher", "durations": "teacher", "steps": 4, "checkpoint_interval": 2}
    return toy.config("fastspeech", training={**keys, **training})


@pytest.fixture
def taught(classroom):
    """What a training gets besides the features."""
    classroom.distil()
    distilled = Distilled(classroom.output)
    return {"needs": {"teacher": classroom.training}, "distilled": distilled}


def test_whose_mels_and_durations_it_learns(classroom, taught):
    def mel_and_durations(**training):
        trainer = toy.trainer(config(**training), classroom.features, classroom.folder, **taught)
        data = trainer.training_data
        place = np.array([data.ids.index("clip1")])
        batch = data.batch(place)
        count = len(classroom.phonemes["clip1"])
        return batch["mel"][0, : batch.frames], batch["durations"][0, :count].tolist()

    original = classroom.clips[1]
    mel, durations = mel_and_durations()
    assert (mel == -1).all()
    assert set(durations) == {4}
    aligned = read_durations(classroom.output / "durations.csv")["clip1"].tolist()
    mel, durations = mel_and_durations(targets="recordings")
    assert torch.equal(mel, torch.from_numpy(original.mel))
    assert durations == aligned != original.durations.tolist()
    mel, durations = mel_and_durations(targets="recordings", durations="aligner")
    assert torch.equal(mel, torch.from_numpy(original.mel))
    assert durations == original.durations.tolist()


class Killed(BaseException):
    pass


def test_it_is_trained_resumed_and_tells_what_was_needed(classroom, taught):
    def train(name, **keys):
        output = classroom.folder / name
        toy.train(config(), classroom.features, output, **taught, **keys)
        return load_file(output / "model.safetensors")

    def kill(step, _):
        if step >= 3:
            raise Killed

    whole = train("whole")
    with pytest.raises(Killed):
        train("cut", on_log=kill)
    assert (classroom.folder / "cut" / "checkpoint").exists()
    for name, values in train("cut").items():
        assert torch.equal(values, whole[name]), name
    description = json.loads((classroom.folder / "whole" / "model.json").read_text())
    assert description["needs"] == {"teacher": "tts"}
    seconds = json.loads((classroom.output / "report.json").read_text())["seconds"]
    assert description["training"]["needed"] == [
        {"stage": "training", "run": "tts", "seconds": 0.0},
        {"stage": "distillation", "run": "tts", "seconds": seconds},
    ]


def test_another_distillation_is_another_training(classroom, taught):
    def fingerprint():
        return toy.trainer(config(), classroom.features, classroom.folder, **taught).fingerprint

    before = fingerprint()
    assert fingerprint() == before
    classroom.teacher.endless = {len(classroom.clips[0].phonemes)}
    classroom.distil(maximum_bad_share=0.9)
    assert fingerprint() != before


def test_without_a_distillation_it_says_what_is_missing(classroom):
    with pytest.raises(FS2Error, match="training/one: learns of a teacher; name the folder that"):
        toy.trainer(config(), classroom.features, classroom.folder)


def test_durations_of_other_features_are_named(classroom):
    wrong = {clip.id: clip.durations for clip in classroom.clips}
    wrong["clip2"] = wrong["clip2"] + 1
    with pytest.raises(FS2Error, match=r"clip 'clip2': has \d durations that sum to \d+, but \d"):
        TrainingData(classroom.features, "train", torch.device("cpu"), ("durations",), wrong)


def test_a_duration_that_is_no_number_is_named(tmp_path):
    path = tmp_path / "durations.csv"
    path.write_text("id,durations\nclip1,3 x 4\n")
    with pytest.raises(FS2Error, match=r"durations\.csv: clip 'clip1': a duration is no number"):
        read_durations(path)
