"""The workflow from end to end on a few real clips: what is there, and what would run again."""

import json
import subprocess

import pytest
from toy_workflow import REPOSITORY, STAGES, Workflow, with_downloads

from fs2 import load_voice
from fs2.references import is_reference
from fs2.systems.catalogue import Catalogue
from fs2.tracking import FOLDER

pytestmark = pytest.mark.workflow

SYSTEMS = ("recordings", "vocoded", "fastspeech2")
PAGES = {"configured_tables": 1, "report": 1}
AFTER_SYNTHESIS = {"synthesis": 1, "evaluation": 1, "pitch": 1, "robustness": 1, **PAGES}
AFTER_TRAINING = {"training": 1, "speed": 1, **AFTER_SYNTHESIS}
AFTER_FEATURES = {
    "features": 1,
    **AFTER_TRAINING,
    **dict.fromkeys(("synthesis", "evaluation", "pitch"), 3),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Workflow:
    workflow = with_downloads(tmp_path_factory.mktemp("workflow"))
    workflow.run()
    return workflow


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
    assert {run.info.status for run in children} == {"FINISHED"}
    shared = [
        *("alignment", "corpus", "features", "report", "tables", "text"),
        "vocoder: griffin_lim",
    ]
    each = [f"{s}: {x}" for x in SYSTEMS for s in ("synthesis", "evaluation", "pitch")]
    trained = ["training: fastspeech2", "speed: fastspeech2", "robustness: fastspeech2"]
    asked_for = {"listening_test", "voices: fastspeech2"}  # by other tests of the same results
    names = {run.info.run_name for run in children}
    assert names - asked_for == {*shared, *each, *trained}


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
