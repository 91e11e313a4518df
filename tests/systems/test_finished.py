import json

import pytest

from fs2.config.files import system_config
from fs2.systems.finished import finished_labels, result_settings

VALUES = {"model": {"size": "small"}, "training": {"waveform": {"start_from_mel_system": True}}}
LABELS = ("fastspeech2", "fastspeech2-no-cwt-seed2", "fastspeech2s")


@pytest.fixture
def results(tmp_path):
    for label in LABELS:
        config = system_config(VALUES, label)
        files = {
            f"training/{label}/model.json": json.dumps({"config": config.model_dump(mode="json")}),
            f"evaluation/{label}/metrics.json": "{}",
            f"evaluation/{label}/settings.json": json.dumps(result_settings(config)),
            f"evaluation/{label}/per_clip.csv": "id\n",
            f"synthesis/{label}/variances.h5": "",
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
    return tmp_path


def changed(section, **keys):
    return VALUES | {section: VALUES.get(section, {}) | keys}


def test_what_is_trained_spoken_and_measured_is_finished(results):
    (results / "evaluation" / "recordings").mkdir()
    (results / "evaluation" / "recordings" / "metrics.json").write_text("{}")
    assert finished_labels(VALUES, results) == list(LABELS)
    assert finished_labels(VALUES | {"seeds": [3], "systems": ["x"]}, results) == list(LABELS)


@pytest.mark.parametrize(
    "file",
    [
        "training/{}/model.json",
        "evaluation/{}/metrics.json",
        "evaluation/{}/settings.json",
        "synthesis/{}/variances.h5",
    ],
)
def test_what_lacks_a_file_is_not(results, file):
    (results / file.format("fastspeech2-no-cwt-seed2")).unlink()
    assert finished_labels(VALUES, results) == ["fastspeech2", "fastspeech2s"]


def test_other_settings_of_the_training_or_before_it_are_noticed(results):
    assert finished_labels(changed("features", f0_floor=60), results) == []
    assert finished_labels(changed("model", hidden=64), results) == []
    assert finished_labels(changed("evaluation", report_clips=1), results) == list(LABELS)
    # FastSpeech 2s has steps of its own, but it began with a system that would now be another.
    assert finished_labels(changed("training", steps=7), results) == []
    # The label without a suffix is now that of another seed; the one with it stays what it was.
    assert finished_labels(changed("training", seed=9), results) == ["fastspeech2-no-cwt-seed2"]
    assert finished_labels(changed("training", seed=2), results) == []


def test_what_was_spoken_or_measured_otherwise_is_not_shown_beside_the_rest(results):
    assert finished_labels(changed("synthesis", pace=1.2), results) == []
    assert finished_labels(changed("evaluation", whisper_model="other"), results) == []
    # FastSpeech 2s has no vocoder that could be another.
    assert finished_labels(changed("vocoder", name="griffin_lim"), results) == ["fastspeech2s"]


def test_nothing_is_finished_before_the_first_run(tmp_path):
    assert finished_labels(VALUES, tmp_path) == []


def test_a_description_that_cannot_be_read_is_not_shown(results):
    (results / "training" / "fastspeech2" / "model.json").write_text('{"config": {"modl": 1}}')
    assert finished_labels(VALUES, results) == ["fastspeech2-no-cwt-seed2"]
