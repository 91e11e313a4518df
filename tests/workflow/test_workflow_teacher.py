"""FastSpeech and its teacher, from recordings to the tables, on a few real clips."""

import json

import pytest
from toy_workflow import Workflow, with_downloads

from fs2.features.store import FeatureStore
from fs2.files import read_table

pytestmark = pytest.mark.workflow

CONFIGURATION = [
    "--config",
    "systems=[fastspeech,transformer_tts]",
    "corpus={maximum_clips: 20}",
    "distillation={exclude_failed: false}",  # a teacher of a few steps fails on every clip
]
TABLES = "results/toy/tables/tables.md"


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Workflow:
    workflow = with_downloads(tmp_path_factory.mktemp("teacher"))
    workflow.run(TABLES, *CONFIGURATION)
    return workflow


def test_it_learns_what_the_teacher_spoke(finished):
    taught = finished.results / "distillation" / "transformer_tts"
    with (
        FeatureStore(taught / "features.h5") as store,
        FeatureStore(finished.results / "features" / "features.h5") as recorded,
    ):
        assert sorted(store.ids) == sorted(recorded.ids)
        assert store.column("mel").shape[0] != recorded.column("mel").shape[0]
        assert len(list((taught / "textgrids").glob("*.TextGrid"))) == len(recorded)
    model = json.loads((finished.results / "training/fastspeech/model.json").read_text())
    assert model["needs"] == {"teacher": "transformer_tts"}
    work = [(part["stage"], part["run"]) for part in model["training"]["needed"]]
    assert work == [("training", "transformer_tts"), ("distillation", "transformer_tts")]


def test_the_tables_have_its_hours_with_the_teachers_and_its_speed_up(finished):
    rows = {row["system"]: row for row in read_table(finished.results / "tables/table2.csv")}
    assert float(rows["Transformer TTS"]["speed_up"]) == 1
    assert float(rows["FastSpeech"]["speed_up"]) > 0
    hours = (float(rows[name]["training_hours"]) for name in ("FastSpeech", "Transformer TTS"))
    assert next(hours) > next(hours)


def test_nothing_runs_again_and_a_stricter_distillation_what_learns_of_it(finished):
    assert "Nothing to be done" in finished.run(TABLES, *CONFIGURATION, "-n")
    other = [*CONFIGURATION[:-1], "distillation={minimum_coverage: 0.5}"]
    planned = finished.run(TABLES, *other, "-n")
    assert "Distillation: transformer_tts" in planned
    assert "Training: fastspeech" in planned
    assert "Training: transformer_tts" not in planned
