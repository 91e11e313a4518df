"""A system, a vocoder and an aligner from `plugin.py` alone go through the workflow to the tables.

Nothing of them stands in the package: a plugin, a file of a system, and a configuration are enough.
"""

import json
from pathlib import Path

import pytest
from toy_workflow import Workflow, with_downloads

from fs2.files import read_table

pytestmark = pytest.mark.workflow

HERE = Path(__file__).parent
CONFIGURATION = [
    "--config",
    f"plugins={HERE / 'plugin.py'}",
    f"system_folders={HERE / 'systems'}",
    "systems=table-lookup",
    "alignment={aligner: even, even: {edge: 0.04}, maximum_outliers: 1000}",
    "vocoder={name: hum}",
    "corpus={maximum_clips: 20}",
    "architectures={table_lookup: {training: {steps: 30, patience: 0.5}}}",
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Workflow:
    workflow = with_downloads(tmp_path_factory.mktemp("registries"))
    workflow.run(*CONFIGURATION)
    return workflow


def test_the_tables_have_their_titles_and_numbers(finished):
    page = (finished.results / "tables" / "tables.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| Table lookup |")]
    assert len(rows) == 6, "tables 1 to 4 at the end, 7, which its file names, and robustness"
    starts = [*["| Table lookup | 1 |"] * 5, "| Table lookup | hard | 1 |"]
    assert all(map(str.startswith, rows, starts)), "one seed was run"
    assert "| This workflow: even lengths |" in page
    assert "vocoder hum: Table lookup." in page
    assert "| FastSpeech 2 | not run |" in page
    report = (finished.results / "report" / "index.html").read_text(encoding="utf-8")
    assert "Table lookup" in report


def test_its_folders_are_those_of_any_other(finished):
    model = json.loads((finished.results / "training/table-lookup/model.json").read_text())
    assert model["config"]["model"] == {
        "architecture": "table_lookup",
        "size": "small",  # shared by every architecture, so it is that of toy.yaml
        "hidden": 8,  # not shared: toy.yaml's 16 is FastSpeech 2's
    }
    assert model["config"]["training"]["patience"] == 0.5
    assert model["config"]["training"]["steps"] == 30
    assert model["config"]["training"]["batch_frames"] == 1000, "both are trained by Adam"
    vocoder = json.loads((finished.results / "vocoder/hum/vocoder.json").read_text())
    assert vocoder["settings"] == {"pitch": 150.0}
    report = json.loads((finished.results / "alignment/report.json").read_text())
    assert report["aligner"] == "even"


def test_a_system_without_durations_has_no_errors_phoneme_by_phoneme(finished):
    folder = finished.results / "evaluation" / "table-lookup"
    metrics = json.loads((folder / "metrics.json").read_text())
    for name in ("duration_error", "energy_mae_mel", "energy_mae_mel_recorded_durations"):
        assert metrics[name]["value"] is None
        assert len(metrics[name]["undefined"]) == len(list(_spoken(finished))) > 0
    assert metrics["pitch_dtw"]["value"] > 0
    assert metrics["energy_mae_mel_dtw"]["value"] > 0, "frames that correspond are found without"
    rows = read_table(finished.results / "tables" / "table4.csv")
    [row] = [row for row in rows if row["system"] == "Table lookup"]
    assert row["energy_mae_mel"].startswith("undefined on all")
    assert row["energy_mae_mel_recorded_durations"] == row["energy_mae_mel"]
    assert float(row["energy_mae_mel_dtw"]) == pytest.approx(metrics["energy_mae_mel_dtw"]["value"])
    assert not (finished.results / "synthesis/table-lookup/recorded_durations").exists()


def _spoken(finished):
    return (finished.results / "synthesis" / "table-lookup").glob("*.wav")


def test_a_changed_key_runs_again_what_depends_on_it(finished):
    after_synthesis = {"synthesis": 1, "evaluation": 1, "pitch": 1, "report": 1}
    tables = {"configured_tables": 1}
    assert finished.plan(*CONFIGURATION) == {}
    assert finished.plan(*_changed("patience: 0.5", "patience: 0.6")) == {
        "training": 1, "speed": 1, "robustness": 1, **after_synthesis, **tables,
    }  # fmt: skip
    assert finished.plan(*_changed("name: hum", "name: hum, hum: {pitch: 99}")) == {
        "vocoder": 1, "speed": 1, "synthesis": 2, "evaluation": 2, "pitch": 2, "report": 1,
        "robustness": 1, **tables,
    }  # fmt: skip
    assert finished.plan(*_changed("edge: 0.04", "edge: 0.05"))["alignment"] == 1
    assert finished.plan(*_changed("name: hum", "name: hum, griffin_lim: {iterations: 3}")) == {}


def test_it_is_in_mlflow_with_its_settings(finished):
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{finished.folder / 'results/mlflow/mlflow.db'}")
    experiment = client.get_experiment_by_name("fastspeech2").experiment_id
    runs = client.search_runs([experiment], "tags.system = 'table-lookup'")
    [run] = [run for run in runs if run.data.tags["stage"] == "system"]
    assert run.data.params["row"] == "lookup"
    assert run.data.params["training.patience"] == "0.5"
    assert run.data.params["model.architecture"] == "table_lookup"
    assert run.data.params["vocoder.name"] == "hum"
    assert "looks up one mel frame" in run.data.tags["mlflow.note.content"]


def test_an_unknown_name_lists_the_plugins_too(finished):
    said = finished.run("-n", *_changed("aligner: even", "aligner: odd"), ok=False)
    assert "'odd' is not known; known are: viter, mfa, textgrids, even" in said
    assert "Traceback" not in said


def test_a_stage_runs_without_snakemake(finished, capfd):
    """The same job, in this process, leaves the same files."""
    import yaml
    from toy_workflow import TOY

    from fs2.cli import main
    from fs2.config.files import merge, read_yaml

    overlay = {}
    for item in CONFIGURATION[1:]:
        key, _, value = item.partition("=")
        overlay[key] = yaml.safe_load(value)
    config = finished.folder / "toy.yaml"
    off = {"tracking": {"enabled": False}}
    config.write_text(yaml.safe_dump(merge(merge(read_yaml(TOY), overlay), off)))
    place = ["--config", str(config), "--results", str(finished.folder / "results")]
    spoken = finished.results / "synthesis" / "table-lookup"
    before = {path.name: path.read_bytes() for path in spoken.glob("*.wav")}
    assert main(["stage", "synthesis", "--system", "table-lookup", *place]) == 0
    assert before == {path.name: path.read_bytes() for path in spoken.glob("*.wav")}
    assert main(["stage", "synthesis", *place]) == 2
    assert "stage synthesis needs a system: --system NAME" in capfd.readouterr().err
    assert main(["stage", "speed", "--system", "recordings", *place]) == 2
    assert main(["stage", "sythesis", *place]) == 2


def _changed(old: str, new: str) -> list[str]:
    changed = [item.replace(old, new) for item in CONFIGURATION]
    assert changed != CONFIGURATION
    return changed
