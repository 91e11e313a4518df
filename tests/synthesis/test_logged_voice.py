"""Systems in MLflow, loaded by `mlflow.pyfunc` in a fresh process."""

import logging
import subprocess
import sys

import numpy as np
import pytest
import toy

from fs2 import tracking
from fs2.synthesis.voice import Voice
from fs2.systems.catalogue import Catalogue
from fs2.systems.controls import Controls

LISTENER = """
import sys
import mlflow
import numpy as np
import pandas as pd

store, text, *uris = sys.argv[1:]
texts = [text, "Hello."]

def listen(uri):
    voice = mlflow.pyfunc.load_model(uri)
    spoken = voice.predict(texts, params={"pace": 2.0})
    assert list(spoken.columns) == ["samples", "sample_rate"] and len(spoken) == 2
    assert list(spoken["sample_rate"]) == [22050, 22050]
    lengths = spoken["samples"].map(len).tolist()
    table = pd.DataFrame({"text": texts, "id": [1, 2]})
    for same in ({"text": texts}, table, [{"text": text} for text in texts]):
        assert voice.predict(same, params={"pace": 2.0})["samples"].map(len).tolist() == lengths
    for alone in (text, {"text": text}):
        said = voice.predict(alone, params={"pace": 2.0})
        assert said["samples"].map(len).tolist() == lengths[:1]
    for wrong in (pd.DataFrame({"id": ["a", "b"], "text": texts}), [text, None], [3]):
        try:
            voice.predict(wrong)
        except Exception as error:
            assert "text" in str(error) or "string" in str(error), error
        else:
            raise AssertionError(wrong)
    return spoken["samples"][0]

mlflow.set_tracking_uri(store)
for number, uri in enumerate(uris):
    np.save(f"{number}.npy", listen(uri))
"""


@pytest.fixture(scope="module")
def logged(tmp_path_factory, results, waveform_results, config, waveform_config):
    """The working directory of a store with two systems' voices, and their runs by name.

    One of them was logged twice.
    """
    folder = tmp_path_factory.mktemp("logged")
    systems = {
        "plain": (results, config, results / "toy" / "vocoder" / "griffin_lim"),
        "direct": (waveform_results, waveform_config, None),
    }
    for name, architecture in (("plain", "fastspeech2"), ("direct", "fastspeech2s")):
        (folder / f"{name}.yaml").write_text(f"model: {{architecture: {architecture}}}")
    found, catalogue = {}, Catalogue(toy.values(corpus={"name": "toy"}), (folder,))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, (where, own, vocoder) in systems.items():
            with tracking.stage(catalogue, "synthesis", name, own) as run:
                for _ in range(2 if name == "plain" else 1):
                    run.voice(where / "toy" / "training" / name, vocoder)
            found[name] = run.run_id
    return folder, found


@pytest.fixture
def client(logged, monkeypatch):
    from mlflow import MlflowClient

    monkeypatch.chdir(logged[0])
    return MlflowClient(tracking.store_uri())


def system_of(client, run_id):
    return client.get_run(client.get_run(run_id).data.tags["mlflow.parentRunId"])


def models_of(client, system):
    return client.search_logged_models(
        [system.info.experiment_id], filter_string=f"source_run_id = '{system.info.run_id}'"
    )


@pytest.mark.slow
def test_they_speak_in_a_fresh_process(client, logged, tmp_path, results, waveform_results):
    runs = [system_of(client, logged[1][system]).info.run_id for system in ("plain", "direct")]
    uris, text = [f"runs:/{run_id}/voice" for run_id in runs], "Some text."
    command = [sys.executable, "-P", "-c", LISTENER, tracking.store_uri(), text, *uris]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    vocoder = results / "toy" / "vocoder" / "griffin_lim"
    plain, direct = results / "toy" / "training" / "plain", waveform_results / "toy" / "training"
    for number, voice in enumerate(
        (Voice.load(plain, vocoder, "cpu"), Voice.load(direct / "direct", None, "cpu"))
    ):
        samples = np.load(tmp_path / f"{number}.npy")
        assert samples.dtype == np.float32
        assert len(samples) == len(voice.speak(text, Controls(pace=2.0)).waveform)


def test_its_signature_tells_text_and_factors_in_and_samples_out(client, logged):
    from mlflow.models import Model

    system = system_of(client, logged[1]["plain"])
    [model] = models_of(client, system)
    signature = Model.load(model.artifact_location.removeprefix("file://")).signature
    assert [(column.name, column.type.name) for column in signature.inputs] == [(None, "string")]
    assert signature.outputs.input_names() == ["samples", "sample_rate"]
    assert {p.name: p.default for p in signature.params} == dict.fromkeys(
        ("pace", "pitch", "energy"), 1.0
    )
    assert model.params["model.architecture"] == "fastspeech2"


def test_it_has_a_description(client, logged):
    system = system_of(client, logged[1]["plain"])
    [model] = models_of(client, system)
    note = model.tags["mlflow.note.content"]
    assert note.startswith(system.data.tags["mlflow.note.content"])
    assert 'voice.predict(["Some text."]' in note
    assert model.tags["system"] == "plain"


def test_logged_again_it_replaces_the_former_one(client, logged):
    system = system_of(client, logged[1]["plain"])
    assert [model.name for model in models_of(client, system)] == ["voice"]
    assert len(system.outputs.model_outputs) == 2  # links stay; the former model is deleted


def test_a_local_store_shares_the_weights_with_the_results(client, logged, results):
    [model] = models_of(client, system_of(client, logged[1]["plain"]))
    weights = results / "toy" / "training" / "plain" / "model.safetensors"
    folder = model.artifact_location.removeprefix("file://")
    copy = logged[0] / folder / "artifacts" / "plain" / "model.safetensors"
    assert copy.samefile(weights)


def test_a_voice_that_cannot_be_logged_does_not_stop_the_stage(client, logged, tmp_path, caplog):
    catalogue = Catalogue({})
    with tracking.stage(catalogue, "synthesis", "recordings", catalogue.base) as run:
        run.voice(tmp_path / "missing", None)
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert any("the stage goes on without it" in record.message for record in warnings)


def test_what_was_measured_belongs_to_it_whatever_came_first(client, logged, results, config):
    training, vocoder = (
        results / "toy" / part for part in ("training/plain", "vocoder/griffin_lim")
    )
    catalogue = Catalogue(toy.values(corpus={"name": "toy"}), (logged[0],))

    def record(stage, values):
        with tracking.stage(catalogue, stage, "plain", config) as run:
            run.metrics(values)
            if stage == "synthesis":
                run.voice(training, vocoder)

    record("training", {"seconds": 9.0})
    record("speed", {"real_time_factor": {"median": 0.25}})
    record("evaluation", {"distillmos": 1.0})  # of the voice before
    record("synthesis", {})
    system = system_of(client, logged[1]["plain"])
    [model] = models_of(client, system)
    before = {"training/seconds": 9.0, "speed/real_time_factor/median": 0.25}
    assert measured(client, model) == before
    record("evaluation", {"distillmos": 4.0, "word_error_rate": 2.0})
    evaluated = {"evaluation/distillmos": 4.0, "evaluation/word_error_rate": 2.0}
    assert measured(client, model) == {**before, **evaluated}
    [best] = client.search_logged_models(
        [system.info.experiment_id], filter_string="metrics.`evaluation/distillmos` > 3"
    )
    assert best.model_id == model.model_id


def measured(client, model):
    """The metrics of a model but the seconds of the stages after its training."""
    metrics = client.get_logged_model(model.model_id).metrics
    ours = {metric.key: metric.value for metric in metrics}
    times = {f"{stage}/seconds" for stage in ("synthesis", "evaluation", "speed")}
    return {key: value for key, value in ours.items() if key not in times}
