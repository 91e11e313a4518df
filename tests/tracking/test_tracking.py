import logging
import math
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from fs2 import tracking
from fs2.errors import FS2Error
from fs2.machine import git_commit
from fs2.systems.catalogue import Catalogue
from fs2.tracking import address

CATALOGUE = Catalogue({})
HASH = CATALOGUE.base.hash()

KILLED = """
import os, signal
from fs2 import tracking
from fs2.systems.catalogue import Catalogue
with tracking.stage(Catalogue({}), "training", "a") as run:
    assert run.active
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A working directory whose store has a run of the workflow."""
    folder = tmp_path_factory.mktemp("a folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with tracking.stage(CATALOGUE, "corpus"):
            pass
    return folder


def test_a_stage_without_mlflow_is_recorded_afterwards_and_once(client, runs, tmp_path):
    report = tmp_path / "report.json"
    report.write_text('{"clips": 7, "aligner": "mfa"}')
    for _ in range(2):
        tracking.record_afterwards(
            CATALOGUE, "alignment", {"alignment": {"aligner": "mfa"}}, report
        )
    [record] = runs(stage="alignment", configuration=HASH)
    [parent] = runs(stage="workflow", configuration=HASH)
    assert record.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert record.data.metrics["alignment/clips"] == 7
    assert record.data.params["alignment.aligner"] == "mfa"
    assert [file.path for file in client.list_artifacts(record.info.run_id)] == ["report.json"]


def test_a_stage_is_recorded_whole(client, runs, tmp_path):
    sound = tmp_path / "clip.wav"
    sound.write_bytes(b"RIFF")
    with tracking.stage(CATALOGUE, "evaluation", "fastspeech2") as run:
        run.parameters({"evaluation": {"mos": True}, "threads": 2, "long": "x" * 9000})
        run.parameters({f"key{i}": i for i in range(250)})
        run.metrics({"pitch_dtw": 24.5, "nested": {"loss": 1}, "text": "no number", "on": True})
        run.artifact(sound, "audio")
        run.artifact(tmp_path / "missing")
    record = client.get_run(run.run_id)
    assert record.info.status == "FINISHED"
    assert record.info.run_name == "evaluation: fastspeech2"
    assert record.data.metrics == {"evaluation/pitch_dtw": 24.5, "evaluation/nested/loss": 1}
    assert record.data.params["evaluation.mos"] == "True"
    assert len(record.data.params) == 253
    tags = record.data.tags
    assert (tags["stage"], tags["system"], tags["corpus"]) == (
        "evaluation",
        "fastspeech2",
        "asterisk",
    )
    assert tags["configuration"] == HASH
    assert tags["commit"] == git_commit()
    assert [file.path for file in client.list_artifacts(run.run_id, "audio")] == ["audio/clip.wav"]
    [parent] = runs(stage="workflow", configuration=HASH)
    assert tags["mlflow.parentRunId"] == parent.info.run_id
    assert parent.data.tags["mlflow.note.content"].startswith("All stages of configuration")
    assert [file.path for file in client.list_artifacts(parent.info.run_id)] == ["config.yaml"]


def test_evaluations_are_read_back_the_newest_of_each_system(client):
    for value in (30.0, 24.5):
        with tracking.stage(CATALOGUE, "evaluation", "recorded") as run:
            run.metrics({"pitch_dtw": value, "pitch_dtw_low": value - 1})
    with pytest.raises(ValueError, match="x"), tracking.stage(CATALOGUE, "evaluation", "recorded"):
        raise ValueError("x")
    [record] = [r for r in tracking.read_evaluations() if r.system == "recorded"]
    assert (record.corpus, record.configuration) == ("asterisk", HASH)
    assert record.metrics == {"pitch_dtw": 24.5, "pitch_dtw_low": 23.5}
    with pytest.raises(FS2Error, match="no experiment 'nothing'"):
        tracking.read_evaluations(experiment="nothing")


def test_evaluations_of_no_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FS2Error, match=r"mlflow\.db: no such file"):
        tracking.read_evaluations()
    with pytest.raises(FS2Error, match=r"^typo\.db: no such file"):
        tracking.read_evaluations("sqlite:///typo.db")
    assert not list(tmp_path.iterdir())


def test_another_configuration_has_another_parent_and_a_choice_of_systems_has_not(client):
    other = Catalogue({"training": {"steps": 5}})
    chosen = Catalogue({"systems": ["x"], "tracking": {"enabled": True}})
    parents = []
    for catalogue in (CATALOGUE, other, chosen):
        with tracking.stage(catalogue, "text") as run:
            pass
        parents.append(client.get_run(run.run_id).data.tags["mlflow.parentRunId"])
    assert parents[0] == parents[2] != parents[1]


def test_metric_names_that_carry_the_stage_keep_it_once(client):
    with tracking.stage(CATALOGUE, "training", "b") as run:
        run.metrics({"training/mel_loss": 0.5}, 3)
    [point] = client.get_metric_history(run.run_id, "training/mel_loss")
    assert (point.value, point.step) == (0.5, 3)


def test_a_failure_passes_through_and_marks_the_record(client):
    with (
        pytest.raises(ValueError, match="broken"),
        tracking.stage(CATALOGUE, "features") as run,
    ):
        run.metrics({"before": 1})
        raise ValueError("broken")
    record = client.get_run(run.run_id)
    assert record.info.status == "FAILED"
    assert record.data.metrics == {"features/before": 1}


def test_the_record_of_a_killed_job_is_closed_by_its_next_run(runs):
    done = subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert done.returncode < 0
    with tracking.stage(CATALOGUE, "training", "a"):
        statuses = [run.info.status for run in runs(stage="training", system="a")]
        assert sorted(statuses) == ["KILLED", "RUNNING"]


def test_off_means_that_nothing_is_written(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    with (
        caplog.at_level(logging.INFO),
        tracking.stage(Catalogue({"tracking": {"enabled": False}}), "text") as run,
    ):
        use_all(run, tmp_path)
    assert not list(tmp_path.iterdir())
    assert [record.message for record in caplog.records] == ["text is not recorded in MLflow"]


@pytest.mark.parametrize("server", ["gone", "hangs"])
def test_without_its_server_the_stage_goes_on_soon_and_says_so(
    server, tmp_path, monkeypatch, caplog
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(address, "SERVER_SECONDS", 0.3)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if server == "hangs":
            listener.listen()  # connections are taken, requests never answered
        uri = f"http://127.0.0.1:{listener.getsockname()[1]}"
        started = time.monotonic()
        with tracking.stage(Catalogue({"tracking": {"uri": uri}}), "text") as run:
            use_all(run, tmp_path)
        assert time.monotonic() - started < 10
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "MLflow fails" in warning.message


def test_without_mlflow_the_stage_goes_on(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with tracking.stage(CATALOGUE, "alignment") as run:
        use_all(run, tmp_path)
    assert "the stage goes on without it" in caplog.text


def test_a_store_that_breaks_in_the_middle_is_reported_once(client, caplog):
    with tracking.stage(CATALOGUE, "synthesis", "a") as run:
        run._client.log_batch = fail
        for step in range(3):
            run.metrics({"loss": 1}, step)
            run.flush()
        assert run.active
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ["MLflow fails (OSError: disk full): the stage goes on without it"]
    assert client.get_run(run.run_id).info.status == "FINISHED"


def test_what_mlflow_refuses_costs_that_value_alone(client, caplog):
    with tracking.stage(CATALOGUE, "alignment") as run:
        run.parameters({"aligner": "mfa", "threads": 1})
        run.parameters({"aligner": "viter", **{f"key{i}": i for i in range(7)}})
        run.metrics({"excluded": {"noisy, or silent": 1, "<unk>": 2}, "clips": 3})
        run.metrics({"frames": np.float32(2.5), "huge": -(10**400), "nothing": math.nan})
        run.metrics({"array": np.zeros(3), "truth": np.True_})
    record = client.get_run(run.run_id)
    assert record.info.status == "FINISHED"
    named = {key.removeprefix("alignment/"): value for key, value in record.data.metrics.items()}
    assert math.isnan(named.pop("nothing"))
    assert named.pop("huge") < -1e308
    wanted = {"excluded/noisy_ or silent": 1, "excluded/_unk_": 2, "clips": 3, "frames": 2.5}
    assert named == wanted
    assert record.data.params["aligner"] == "mfa"
    assert len(record.data.params) == 9
    [warning] = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert "MLflow leaves out aligner" in warning
    assert "\n" not in warning


def test_a_record_whose_store_is_gone_for_a_while_is_closed_all_the_same(client, monkeypatch):
    with tracking.stage(CATALOGUE, "synthesis", "b") as run:
        with monkeypatch.context() as patch:
            patch.setattr(run._client, "log_batch", fail)
            patch.setattr(run._client, "get_run", fail)
            run.metrics({"loss": 1})
            run.flush()
            assert not run.active
        run.metrics({"unheard": 1})
    assert client.get_run(run.run_id).info.status == "FINISHED"


def use_all(run, folder):
    run.parameters({"a": 1})
    run.metrics({"b": 2.0}, 1)
    run.artifact(folder)
    run.comparison(folder, "tables")
    run.voice(folder, None)
    run.flush()
    assert not run.active


def fail(*arguments, **named):
    raise OSError("disk full")
