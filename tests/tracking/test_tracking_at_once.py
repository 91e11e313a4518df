"""Two jobs of one system, in folders of their own, that begin at once with a store that is new."""

import subprocess
import sys

import pytest

from fs2 import tracking

STAGES = ("training", "evaluation")
STEPS = 1200
JOB = f"""
import sys
from fs2 import tracking
from fs2.systems.catalogue import Catalogue
catalogue = Catalogue({{"tracking": {{"uri": sys.argv[1]}}}})
own = catalogue.config("fastspeech2s")
with tracking.stage(catalogue, sys.argv[2], "fastspeech2s", own) as run:
    for step in range({STEPS}):
        run.metrics({{"mel_loss": step, "learning_rate": 0.5}}, step)
assert run.run_id
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A folder that has the store where the configuration has it by default."""
    folder = tmp_path_factory.mktemp("a folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        uri = tracking.store_uri()
    jobs = []
    for stage in STAGES:
        (folder / stage).mkdir()
        command = [sys.executable, "-c", JOB, uri, stage]
        jobs.append(subprocess.Popen(command, cwd=folder / stage))
    assert [job.wait(timeout=400) for job in jobs] == [0, 0]
    return folder


def test_nothing_is_lost(client, runs):
    for stage in STAGES:
        [record] = runs(stage=stage)
        assert record.info.status == "FINISHED"
        history = client.get_metric_history(record.info.run_id, f"{stage}/mel_loss")
        assert sorted(point.step for point in history) == list(range(STEPS))
        assert all(point.value == point.step for point in history)


def test_they_share_the_run_of_their_system_and_that_of_the_workflow(runs):
    [workflow], [system] = runs(stage="workflow"), runs(stage="system")
    assert system.data.tags["mlflow.parentRunId"] == workflow.info.run_id
    parents = {run.data.tags["mlflow.parentRunId"] for stage in STAGES for run in runs(stage=stage)}
    assert parents == {system.info.run_id}
    assert {f"{stage}/mel_loss" for stage in STAGES} <= system.data.metrics.keys()


def test_there_is_one_store(store):
    assert not list(store.glob("*/mlruns"))
    assert not list(store.glob("*/results"))
