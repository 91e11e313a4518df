"""Runs of systems above their stages, what is handed on to them, and the workflow's comparisons."""

from pathlib import Path

import pytest

from fs2 import tracking
from fs2.config.files import parse_config
from fs2.systems.catalogue import OVERLAY_SECTIONS, Catalogue
from fs2.tracking.parents import describe, short_name

CATALOGUE = Catalogue({})
CONFIG = CATALOGUE.base
ABLATION = "fastspeech2-no-energy"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A working directory with a store as it was made before systems had runs."""
    from mlflow import MlflowClient

    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with tracking.stage(CATALOGUE, "corpus"):
            pass
        client = MlflowClient(tracking.store_uri())
        [experiment] = client.search_experiments(filter_string="name = 'fastspeech2'")
        [workflow] = client.search_runs([experiment.experiment_id], "tags.stage = 'workflow'")
        tags = {"stage": "evaluation", "system": "old", "mlflow.parentRunId": workflow.info.run_id}
        tags |= {key: workflow.data.tags[key] for key in ("corpus", "configuration", "commit")}
        old = client.create_run(workflow.info.experiment_id, tags=tags).info.run_id
        client.log_metric(old, "evaluation/pitch_dtw", 5.0)
        client.set_terminated(old)
    return folder


def record(name, subject, own, values=None, **changes):
    """A stage of a system, whose configuration `own` is."""
    with tracking.stage(CATALOGUE, name, subject, own) as run:
        run.metrics(values or {"value": 1.0}, **changes)
    assert run.run_id
    return run.run_id


def parent_of(client, run_id):
    return client.get_run(client.get_run(run_id).data.tags["mlflow.parentRunId"])


def test_stages_of_a_system_are_nested_under_it_and_it_under_the_workflow(client, runs):
    own = CATALOGUE.config(ABLATION)
    stages = [record(name, ABLATION, own) for name in ("training", "synthesis", "evaluation")]
    parents = {parent_of(client, run_id).info.run_id for run_id in stages}
    [system] = runs(stage="system", system=ABLATION)
    assert parents == {system.info.run_id}
    assert system.info.run_name == ABLATION
    assert system.info.status == "FINISHED"
    [workflow] = runs(stage="workflow", configuration=CONFIG.hash())
    assert parent_of(client, system.info.run_id).info.run_id == workflow.info.run_id
    tags = system.data.tags
    assert (tags["seed"], tags["corpus"]) == ("1234", "asterisk")
    assert tags["configuration"] == CONFIG.hash()
    assert tags["commit"]
    for name, subject in (("text", None), ("vocoder", "griffin_lim")):
        assert parent_of(client, record(name, subject, None)).info.run_id == workflow.info.run_id


def test_a_system_has_what_tells_it_from_others(runs):
    for name in ("fastspeech2", ABLATION):
        record("training", name, CATALOGUE.config(name))
    [first] = runs(stage="system", system="fastspeech2")
    [second] = runs(stage="system", system=ABLATION)
    one, other = first.data.params, second.data.params
    assert one.keys() == other.keys()
    assert {key for key in one if one[key] != other[key]} == {"row", "model.energy"}
    assert (other["row"], other["seed"], other["model.energy"]) == ("2-energy", "1234", "False")
    assert other["training.steps"] == "160000"
    assert "training.device" not in other
    note = second.data.tags["mlflow.note.content"]
    assert note.startswith("Without energy (paper table 6, - energy).")
    assert note.endswith("- `model.energy`: false, not true")


def test_short_names_differ_in_what_a_parallel_coordinates_plot_shows_of_them(tmp_path):
    names = [short_name(CATALOGUE, f"{system}-seed2") for system in CATALOGUE.names]
    assert len({name[:10] for name in names}) == len(names)
    assert short_name(CATALOGUE, "fastspeech2-no-pitch-seed2") == "2-pitch"
    (tmp_path / "own.yaml").touch()
    assert short_name(Catalogue({}, (tmp_path,)), "own") == "own"
    assert short_name(CATALOGUE, "vocoded") == "vocoded"


@pytest.mark.parametrize("system", CATALOGUE.names)
def test_each_description_tells_every_key_that_the_systems_file_changes(system):
    file = CATALOGUE.file(system)
    note = describe(CATALOGUE, system, CATALOGUE.config(system))
    assert note.startswith(file.description)
    keys = {f"{part}.{key}" for part in OVERLAY_SECTIONS for key in getattr(file, part)}
    same = {"model.architecture"} if file.model["architecture"] == "fastspeech2" else set()
    told = [line.split("`")[1] for line in note.splitlines() if line.startswith("- ")]
    assert sorted(told) == sorted(keys - same)


def test_another_seed_is_another_system_with_the_same_description(runs):
    own = parse_config({"training": {"seed": 7}, "model": {"energy": False}})
    run = f"{ABLATION}-seed7"
    record("training", run, own, {"mel_loss": 0.5})
    record("training", ABLATION, CATALOGUE.config(ABLATION), {"mel_loss": 0.7})
    [seeded] = runs(stage="system", system=run)
    assert seeded.data.params["seed"] == seeded.data.tags["seed"] == "7"
    assert seeded.data.metrics["training/mel_loss"] == 0.5
    note = seeded.data.tags["mlflow.note.content"]
    assert note.startswith("Without energy")
    assert "- `training.seed`: 7, not 1234" in note


def test_the_last_of_each_metric_is_handed_on_under_the_same_name(client, runs):
    own = CATALOGUE.config("fastspeech2-no-cwt")
    with tracking.stage(CATALOGUE, "training", "fastspeech2-no-cwt", own) as run:
        for step in range(3):
            run.metrics({"training/mel_loss": 3.0 - step}, step)
        run.metrics({"steps": 3})
    record("evaluation", "fastspeech2-no-cwt", own, {"pitch_dtw": 9.0})
    record("evaluation", "fastspeech2-no-cwt", own, {"pitch_dtw": 8.0})
    record("evaluation", "fastspeech2-no-cwt", own, {"pitch_dtw_low": 7.0}, detail=True)
    with pytest.raises(ValueError, match="x"):
        fail(own)
    [system] = runs(stage="system", system="fastspeech2-no-cwt")
    assert system.data.metrics == {
        "training/mel_loss": 1.0,
        "training/steps": 3.0,
        "evaluation/pitch_dtw": 8.0,
    }
    assert system.info.status == "FAILED"
    record("evaluation", "fastspeech2-no-cwt", own, {"pitch_dtw": 8.0})
    assert client.get_run(system.info.run_id).info.status == "FINISHED"


def fail(own):
    with tracking.stage(CATALOGUE, "evaluation", "fastspeech2-no-cwt", own) as run:
        run.metrics({"pitch_dtw": 1.0})
        raise ValueError("x")


def test_references_have_runs_too(runs):
    for run in ("recordings", "vocoded", "vocoded-griffin_lim"):
        record("evaluation", run, CONFIG, {"distillmos": 4.0})
        [system] = runs(stage="system", system=run)
        assert system.data.params == {"row": run}
        assert system.data.metrics == {"evaluation/distillmos": 4.0}
        assert system.data.tags["mlflow.note.content"].startswith("The recordings")


def test_an_edited_overlay_makes_another_run(runs):
    before = parse_config({"model": {"hidden": 64}})
    after = parse_config({"model": {"hidden": 32}})
    for own in (before, after, after):
        record("training", "fastspeech2-author", own)
    found = runs(stage="system", system="fastspeech2-author")
    assert sorted(run.data.params["model.hidden"] for run in found) == ["32", "64"]


def test_comparisons_lie_at_the_workflow_and_replace_those_of_before(client, runs, tmp_path):
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "tables.md").write_text(name)
        (folder / f"only-{name}.csv").write_text(name)
        with tracking.stage(CATALOGUE, "tables") as run:
            run.comparison(folder, "tables")
            run.comparison(folder / "tables.md", "report")
    [workflow] = runs(stage="workflow", configuration=CONFIG.hash())
    where = workflow.info.run_id
    files = [file.path for file in client.list_artifacts(where, "tables")]
    assert files == ["tables/only-two.csv", "tables/tables.md"]
    [page] = client.list_artifacts(where, "report")
    assert page.path == "report/tables.md"
    downloaded = client.download_artifacts(where, "tables/tables.md")
    assert Path(downloaded).read_text() == "two"
    assert not client.list_artifacts(run.run_id)
    assert "config.yaml" in [file.path for file in client.list_artifacts(where)]


def test_a_store_of_before_is_read_and_written_on(runs):
    record("evaluation", "fastspeech2", CATALOGUE.config("fastspeech2"), {"pitch_dtw": 4.0})
    found = {
        record.system: record.metrics["pitch_dtw"]
        for record in tracking.read_evaluations()
        if "pitch_dtw" in record.metrics
    }
    assert (found["old"], found["fastspeech2"]) == (5.0, 4.0)
    assert len(runs(stage="workflow", configuration=CONFIG.hash())) == 1
