"""The workflow from end to end on a few real clips: one run, killed twice while it trains."""

import json
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from fs2 import load_voice
from fs2.references import is_reference
from fs2.systems.catalogue import Catalogue
from fs2.tracking import FOLDER

pytestmark = pytest.mark.workflow

REPOSITORY = Path(__file__).resolve().parents[2]
TOY = Path(__file__).with_name("toy.yaml")
SYSTEMS = ("recordings", "vocoded", "fastspeech2")
STAGES = (
    "corpus",
    "text",
    "alignment",
    "features",
    "training",
    "vocoder",
    "synthesis",
    "evaluation",
)
PAGES = {"configured_tables": 1, "report": 1}
AFTER_SYNTHESIS = {"synthesis": 1, "evaluation": 1, "pitch": 1, "robustness": 1, **PAGES}
AFTER_TRAINING = {"training": 1, "speed": 1, **AFTER_SYNTHESIS}
AFTER_FEATURES = {
    "features": 1,
    **AFTER_TRAINING,
    **dict.fromkeys(("synthesis", "evaluation", "pitch"), 3),
}
PATIENCE = 900
THREADS = [f"{stage}=1" for stage in STAGES]
"""Two small jobs at a time are faster than one on two threads, and meet each other."""


class Workflow:
    """Snakemake on a configuration, by default the toy's, in a folder of its own."""

    def __init__(self, folder: Path, configuration: Path = TOY) -> None:
        self.folder = folder
        self.configuration = configuration
        self.results = folder / "results" / "toy"

    def command(self, *arguments: str) -> list[str]:
        snakemake = [
            sys.executable,
            "-m",
            "snakemake",
            "--snakefile",
            str(REPOSITORY / "Snakefile"),
        ]
        place = [
            "--directory",
            str(self.folder),
            "--configfile",
            str(self.configuration),
            "--cores",
            "2",
        ]
        threads = ["--set-threads", *THREADS]
        # Another option must end the list of --set-threads, before a target can follow.
        return [*snakemake, *threads, *place, *arguments]

    def run(self, *arguments: str, ok: bool = True) -> str:
        """What Snakemake says; it must end well, or badly if not `ok`."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode == 0) == ok, done.stdout
        return done.stdout

    def plan(self, *arguments: str) -> dict[str, int]:
        """Rule -> number of jobs that Snakemake would run, without the target itself."""
        table = re.findall(r"^(\w+) +(\d+)$", self.run("-n", *arguments), re.MULTILINE)
        return {rule: int(jobs) for rule, jobs in table if rule not in ("all", "total")}

    def kill(self, *, snakemake: bool) -> str:
        """Start the workflow; once the training has written a checkpoint, kill -9 the training.

        With `snakemake` that is killed first, and everything that it runs. Returns what was said.
        """
        checkpoint = self.results / "training" / "fastspeech2" / "checkpoint" / "state.pt"
        before = _time(checkpoint)
        process = subprocess.Popen(
            self.command(),
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
        jobs = (
            psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        )
        if snakemake:
            process.kill()
        for job in jobs:
            with suppress(psutil.NoSuchProcess):  # another job may just have ended
                if snakemake or any("logs/training" in file.path for file in job.open_files()):
                    job.kill()
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode != 0, said
        assert _time(checkpoint) != before, said
        return said


def _time(file: Path) -> int | None:
    return file.stat().st_mtime_ns if file.exists() else None


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> tuple[Workflow, list[Path]]:
    """The workflow after its training was killed, and the files that it had left there."""
    folder = tmp_path_factory.mktemp("workflow")
    downloads = REPOSITORY / "resources"  # fetched once for all
    downloads.mkdir(exist_ok=True)
    (folder / "resources").symlink_to(downloads)
    workflow = Workflow(folder)
    workflow.kill(snakemake=False)
    return workflow, list((workflow.results / "training").rglob("*"))


@pytest.fixture(scope="module")
def locked(killed) -> tuple[Workflow, str]:
    """The workflow after Snakemake was killed too, and what its next start says."""
    workflow, _ = killed
    workflow.kill(snakemake=True)
    return workflow, workflow.run(ok=False)


@pytest.fixture(scope="module")
def finished(locked) -> Workflow:
    """The workflow after a third start, which has to complete it."""
    workflow, _ = locked
    workflow.run("--unlock")
    workflow.run()
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


def test_next_run_resumes_and_completes(finished):
    log = (finished.results / "logs" / "training" / "fastspeech2.log").read_text()
    [step] = re.findall(r"resuming at step (\d+)", log)
    assert int(step) >= 40, "each of the two killed runs wrote a checkpoint after 20 steps"
    folder = finished.results / "training" / "fastspeech2"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["history.csv", "model.json", "model.safetensors"]


def test_every_system_is_spoken_and_measured(finished):
    for system in SYSTEMS:
        folder = finished.results / "synthesis" / system
        spoken = sorted(p.stem for p in folder.glob("*.wav"))
        splits = (finished.results / "corpus" / "splits.csv").read_text()
        assert spoken
        assert all(f"{clip},test" in splits for clip in spoken)
        metrics = json.loads(
            (finished.results / "evaluation" / system / "metrics.json").read_text()
        )
        in_time = sorted(p.stem for p in folder.glob("recorded_durations/*.wav"))
        assert in_time == ([] if is_reference(system) else spoken)
        assert (metrics["energy_mae_mel_recorded_durations"]["value"] > 0) == (
            system != "recordings"
        )


def test_report_is_written(finished):
    page = (finished.results / "report" / "index.html").read_text(encoding="utf-8")
    assert all(system in page for system in SYSTEMS)


def test_tables_are_written_and_say_what_was_not_run(finished):
    folder = finished.results / "tables"
    assert len(list(folder.glob("table[1-7].csv"))) == 7
    page = (folder / "tables.md").read_text(encoding="utf-8")
    assert "| FastSpeech 2 - CWT | not run |" in page
    assert page.count("| Recordings |") == 7  # table 5 has none, that of robustness has


def test_another_system_does_not_train_a_finished_one_again(finished):
    added = finished.plan("--config", "systems=fastspeech2,fastspeech2-no-cwt")
    assert added == AFTER_TRAINING
    catalogue = Catalogue({"corpus": {"name": "toy"}})
    ablations, rows = len(catalogue.ablations), len(catalogue.compared)
    assert finished.plan("ablations") == {
        "training": ablations,  # without the finished one, with a teacher that is no ablation
        "distillation": 1,
        **dict.fromkeys(("synthesis", "evaluation"), ablations - 1),
        "ablations": 1,
    }
    planned = finished.plan("tables")
    assert planned == {
        **dict.fromkeys(("training", "synthesis", "evaluation", "speed", "robustness"), rows - 1),
        "distillation": 1,
        "tables": 1,
    }


def test_help_explains_the_targets(finished):
    said = finished.run("help")
    assert all(f"  {target} " in said for target in ("all", "listening_test", "tables", "voices"))
    assert "fastspeech2-no-cwt" in said


def test_a_listening_test_is_made_if_asked_for_and_answers_make_the_tables_again(finished):
    finished.run("listening_test")
    assert (finished.results / "listening_test" / "page" / "index.html").is_file()
    folder = finished.folder / "listening_test" / "toy"
    assert [path.name for path in folder.iterdir()] == ["key.json"]
    answers = folder / "a.csv"
    answers.touch()
    assert finished.plan() == PAGES
    answers.unlink()


def test_voices_are_folders_that_speak(finished):
    assert finished.plan("voices") == {"voice": 1, "voices": 1}
    finished.run("voices")
    folder = finished.results / "voices" / "fastspeech2"
    assert "| test split (" in (folder / "README.md").read_text()
    assert len(load_voice(folder, "cpu").speak("Hello.").waveform) > 0
    assert "Nothing to be done" in finished.run("voices")


def test_second_run_does_nothing(finished):
    assert "Nothing to be done" in finished.run()


@pytest.mark.parametrize(
    ("change", "jobs"),
    [
        ("tracking={enabled: false, experiment: other}", {}),
        ("evaluation={report_clips: 1}", {"report": 1}),
        ("evaluation={maximum_sentences: 3}", {"robustness": 1, **PAGES}),
        (
            "evaluation={bootstrap_samples: 150}",
            {"evaluation": 3, "pitch": 3, "robustness": 1, **PAGES},
        ),
        ("synthesis={pace: 1.5}", AFTER_SYNTHESIS),
        (
            "synthesis={pitch_std_scale: 0.8}",
            AFTER_SYNTHESIS,
        ),
        (
            "vocoder={griffin_lim: {iterations: 3}}",
            {
                "vocoder": 1,
                "speed": 1,
                "robustness": 1,
                **PAGES,
                **dict.fromkeys(("synthesis", "evaluation", "pitch"), 2),
            },
        ),
        ("training={steps: 201}", AFTER_TRAINING),
        ("model={hidden: 24}", AFTER_TRAINING),
        ("features={f0_floor: 60}", AFTER_FEATURES),
        ("audio={mel_fmax: 7000}", {"vocoder": 1, **AFTER_FEATURES}),
        ("alignment={edge_silence: 0.05}", {"alignment": 1, **AFTER_FEATURES}),
        ("text={heteronyms: false}", {"text": 1, "alignment": 1, **AFTER_FEATURES}),
        ("corpus={seed: 1}", {"corpus": 1, "text": 1, "alignment": 1, **AFTER_FEATURES}),
    ],
)
def test_a_changed_key_runs_again_what_depends_on_it_and_nothing_else(finished, change, jobs):
    assert finished.plan("--config", change) == jobs


def test_forced_stage_runs_again_with_what_follows(finished):
    assert finished.plan("-R", "features") == AFTER_FEATURES


def test_deleted_result_is_made_again(finished):
    result = finished.results / "evaluation" / "vocoded" / "metrics.json"
    aside = result.rename(result.with_suffix(".aside"))
    try:
        assert finished.plan() == {"evaluation": 1, **PAGES}
    finally:
        aside.rename(result)


def test_single_target_and_rulegraph(finished):
    assert finished.plan("-F", "results/toy/text/phonemes.csv") == {"corpus": 1, "text": 1}
    graph = finished.run("--rulegraph")
    assert all(f'"{stage}"' in graph for stage in STAGES)


def test_snakemakes_own_report_needs_no_number_of_cores(finished):
    page = finished.folder / "own.html"
    command = finished.command("--report", str(page))
    place = command.index("--cores")
    del command[place : place + 2]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert all(f"results/toy/tables/table{number}.csv" in text for number in range(1, 8))
    assert "results/toy/report/index.html" in text


def test_every_stage_is_recorded_below_one_run(finished):
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{finished.folder / FOLDER / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("fastspeech2").experiment_id
    runs = client.search_runs([experiment])
    [parent] = [run for run in runs if run.data.tags["stage"] == "workflow"]
    systems = {r.data.tags["system"]: r for r in runs if r.data.tags["stage"] == "system"}
    assert set(systems) == set(SYSTEMS)
    children = [run for run in runs if run.data.tags["stage"] not in ("workflow", "system")]
    for run in [*children, *systems.values()]:
        above = systems.get(run.data.tags.get("system")) if run in children else None
        assert run.data.tags["mlflow.parentRunId"] == (above or parent).info.run_id
    metrics = systems["fastspeech2"].data.metrics
    names = ("training/mel_loss", "evaluation/pitch_dtw", "speed/real_time_factor/median",
             "robustness/hard/endless")  # fmt: skip
    assert all(name in metrics for name in names)
    voices = client.search_logged_models([experiment])
    assert {voice.source_run_id for voice in voices} == {systems["fastspeech2"].info.run_id}
    files = {
        f: client.list_artifacts(parent.info.run_id, f) for f in ("tables", "report", "figures")
    }
    assert len(files["tables"]) == 9
    assert [file.path for file in files["report"]] == ["report/index.html"]
    assert any(file.path.endswith(".svg") for file in files["figures"])
    # A set: a job that Snakemake, when it was killed, had not yet seen to end has run twice.
    names = {run.info.run_name for run in children if run.info.status == "FINISHED"}
    shared = ["alignment", "corpus", "features", "report", "tables", "text", "vocoder: griffin_lim"]
    each = [f"{s}: {x}" for x in SYSTEMS for s in ("synthesis", "evaluation", "pitch")]
    trained = ["training: fastspeech2", "speed: fastspeech2", "robustness: fastspeech2"]
    assert names == {*shared, *each, *trained}
    killed = [run.info for run in children if run.info.status != "FINISHED"]
    assert {run.status for run in killed} == {"KILLED"}
    assert [run.run_name for run in killed].count("training: fastspeech2") == 2


def test_bad_key_stops_the_workflow_with_the_message_alone(finished):
    said = finished.run("-n", "--config", "training={step: 5}", ok=False)
    assert "training.step: unknown key" in said
    assert "Traceback" not in said


def test_unknown_system_is_named(finished):
    said = finished.run("-n", "--config", "systems=fastspeech3", ok=False)
    assert "'fastspeech3'; known systems:" in said
    assert "Traceback" not in said


def test_a_failing_stage_leaves_its_message_in_the_log_and_no_results(finished, tmp_path):
    source = {"name": "empty", "source": "folder", "path": str(tmp_path)}
    said = finished.run("--config", f"corpus={json.dumps(source)}", ok=False)
    log = (finished.folder / "results" / "empty" / "logs" / "corpus.log").read_text()
    assert "ERROR" in log
    assert "metadata.csv" in log
    assert "Traceback" not in log + said
    assert not (finished.folder / "results" / "empty" / "corpus" / "metadata.csv").exists()


def test_fastspeech2s_begins_with_fastspeech2_and_needs_no_vocoder(finished):
    target = "results/toy/evaluation/fastspeech2s/metrics.json"
    assert finished.plan(target) == {"training": 1, "synthesis": 1, "evaluation": 1}
    finished.run(target)
    log = (finished.results / "logs" / "training" / "fastspeech2s.log").read_text()
    assert "begins with the weights of results/toy/training/fastspeech2" in log
    recorded, spoken = (
        {path.name for path in (finished.results / "synthesis" / system).glob("*.wav")}
        for system in ("recordings", "fastspeech2s")
    )
    assert spoken == recorded
    assert json.loads((finished.folder / target).read_text())["energy_mae_mel"]["value"] > 0
    assert not finished.plan(target, "--config", "vocoder={griffin_lim: {iterations: 3}}")
    own = "architectures={fastspeech2s: {training: {steps: 21}}}"
    waveform = finished.plan(target, "--config", own)
    assert waveform == {"training": 1, "synthesis": 1, "evaluation": 1}
    assert finished.plan("--config", own) == {}


def test_parallel_wavegan_is_trained_and_copies_the_recordings(finished):
    chosen = ("--config", "vocoder={name: parallel_wavegan}")
    target = "results/toy/evaluation/vocoded/metrics.json"
    assert finished.plan(target, *chosen) == {
        "vocoder": 1,
        "synthesis": 1,
        "evaluation": 1,
    }
    finished.run(target, *chosen)
    folder = finished.results / "vocoder" / "parallel_wavegan"
    assert sorted(path.name for path in folder.iterdir()) == [
        "generator.safetensors",
        "history.csv",
        "vocoder.json",
    ]
    assert json.loads((finished.folder / target).read_text())["energy_mae_mel"]["value"] > 0
