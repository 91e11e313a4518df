import json
import shutil

import pytest
import toy

from fs2.systems.catalogue import Catalogue
from fs2.systems.finished import finished_runs

VALUES = toy.values(architectures={"fastspeech2s": {"training": {"warm_start": True}}})
RUNS = ["fastspeech2", "fastspeech2-no-cwt-seed2", "fastspeech2s"]


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Results as the stages leave them."""
    folder = tmp_path_factory.mktemp("left")
    for run in RUNS:
        toy.finish(folder, Catalogue(VALUES), run)
    return folder


@pytest.fixture
def results(left, tmp_path):
    """A copy of them, to be changed."""
    return shutil.copytree(left, tmp_path / "results")


def finished(results, **sections):
    """Those that are finished if these keys of the configuration are other ones."""
    changed = {name: VALUES.get(name, {}) | keys for name, keys in sections.items()}
    return finished_runs(Catalogue(VALUES | changed), results)


def test_what_is_trained_spoken_and_measured_is_finished(results):
    (results / "evaluation" / "recordings").mkdir()
    (results / "evaluation" / "recordings" / "metrics.json").write_text("{}")
    assert finished(results) == RUNS
    other = Catalogue(VALUES | {"seeds": [3], "systems": ["x"]})
    assert finished_runs(other, results) == RUNS


@pytest.mark.parametrize(
    "file",
    [
        "training/{}/model.json",
        "evaluation/{}/metrics.json",
        "evaluation/{}/settings.json",
        "evaluation/{}/per_clip.csv",
        "synthesis/{}/variances.h5",
    ],
)
def test_what_lacks_a_file_is_not(results, file):
    (results / file.format("fastspeech2-no-cwt-seed2")).unlink()
    assert finished(results) == ["fastspeech2", "fastspeech2s"]


def test_other_settings_of_the_training_or_before_it_are_noticed(results):
    assert finished(results, features={"f0_floor": 60}) == []
    assert finished(results, model={"hidden": 64}) == []
    assert finished(results, evaluation={"report_clips": 1}) == RUNS
    # FastSpeech 2s has steps of its own, but it began with a system that would now be another.
    assert finished(results, training={"steps": 7}) == []
    # The name without a suffix is now that of another seed; the one with it stays what it was.
    assert finished(results, training={"seed": 9}) == ["fastspeech2-no-cwt-seed2"]
    assert finished(results, training={"seed": 2}) == []


def test_what_was_spoken_or_measured_otherwise_is_not_shown_beside_the_rest(results):
    assert finished(results, synthesis={"pace": 1.2}) == []
    assert finished(results, evaluation={"whisper_model": "other"}) == []
    # FastSpeech 2s has no vocoder that could be another.
    assert finished(results, vocoder={"name": "hifigan_universal"}) == ["fastspeech2s"]


def test_what_learnt_of_a_distillation_of_other_settings_is_noticed(tmp_path):
    for run in ("fastspeech", "fastspeech-aligner", "transformer_tts"):
        toy.finish(tmp_path, Catalogue(VALUES), run)
    assert finished(tmp_path) == ["fastspeech", "fastspeech-aligner", "transformer_tts"]
    other = {"distillation": {"minimum_monotony": 0.5}}
    assert finished(tmp_path, **other) == ["fastspeech-aligner", "transformer_tts"]


def test_nothing_is_finished_before_the_first_run(tmp_path):
    assert finished(tmp_path) == []


def test_a_description_that_cannot_be_read_or_is_of_before_is_not_shown(results):
    path = results / "training" / "fastspeech2" / "model.json"
    ours = json.loads(path.read_text())
    older = {key: value for key, value in ours.items() if key != "format"}
    for other in ({"config": {"modl": 1}}, {"format": 2, "config": {"modl": 1}}, older, []):
        path.write_text(json.dumps(other))
        assert finished(results) == ["fastspeech2-no-cwt-seed2"]
    path.write_text(json.dumps(ours))
    assert finished(results) == RUNS
