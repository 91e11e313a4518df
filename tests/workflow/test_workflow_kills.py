"""The toy workflow, killed twice while it trains: what is left, what is said, what goes on."""

import re
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from toy_workflow import PATIENCE, REPOSITORY, Workflow, with_downloads

from fs2.tracking import FOLDER

pytestmark = pytest.mark.workflow

MODEL = "results/toy/training/fastspeech2/model.safetensors"


def kill(workflow: Workflow, *, snakemake: bool) -> None:
    """Start a training; once it has written a checkpoint, kill -9 it.

    With `snakemake` that is killed first, and everything that it runs.
    """
    checkpoint = workflow.results / "training" / "fastspeech2" / "checkpoint" / "state.pt"
    before = _time(checkpoint)
    process = subprocess.Popen(
        workflow.command(MODEL),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + PATIENCE
    while _time(checkpoint) == before and process.poll() is None:
        if time.monotonic() > deadline:
            snakemake = True
            break
        time.sleep(0.05)
    jobs = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    if snakemake:
        process.kill()
    for job in jobs:
        with suppress(psutil.NoSuchProcess):  # another job may just have ended
            if snakemake or any("logs/training" in file.path for file in job.open_files()):
                job.kill()
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0, said
    assert _time(checkpoint) != before, said


def _time(file: Path) -> int | None:
    return file.stat().st_mtime_ns if file.exists() else None


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> tuple[Workflow, list[Path]]:
    """The workflow after its training was killed, and the files that it had left there."""
    workflow = with_downloads(tmp_path_factory.mktemp("killed"))
    kill(workflow, snakemake=False)
    return workflow, list((workflow.results / "training").rglob("*"))


@pytest.fixture(scope="module")
def locked(killed) -> tuple[Workflow, str]:
    """The workflow after Snakemake was killed too, and what its next start says."""
    workflow, _ = killed
    kill(workflow, snakemake=True)
    return workflow, workflow.run(MODEL, ok=False)


@pytest.fixture(scope="module")
def resumed(locked) -> Workflow:
    """The workflow after a third start, which has to complete the training."""
    workflow, _ = locked
    workflow.run("--unlock")
    workflow.run(MODEL)
    return workflow


def test_killed_training_leaves_a_checkpoint_and_nothing_that_looks_finished(killed):
    _, left = killed
    names = {path.name for path in left}
    assert "state.pt" in names
    assert not names & {"model.safetensors", "model.json", "history.csv"}


def test_killed_snakemake_leaves_a_lock_and_says_how_to_remove_it(locked):
    _, said = locked
    assert "Directory cannot be locked" in said
    assert "--unlock" in said
    assert "Traceback" not in said


def test_next_run_resumes_and_completes(resumed):
    log = (resumed.results / "logs" / "training" / "fastspeech2.log").read_text()
    [step] = re.findall(r"resuming at step (\d+)", log)
    assert int(step) >= 40, "each of the two killed runs wrote a checkpoint after 20 steps"
    folder = resumed.results / "training" / "fastspeech2"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["history.csv", "model.json", "model.safetensors"]


def test_killed_trainings_are_recorded_as_such(resumed):
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{resumed.folder / FOLDER / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("fastspeech2").experiment_id
    runs = [run.info for run in client.search_runs([experiment])]
    trainings = [run.status for run in runs if run.run_name == "training: fastspeech2"]
    assert sorted(trainings) == ["FINISHED", "KILLED", "KILLED"]
