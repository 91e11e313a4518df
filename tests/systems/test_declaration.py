"""What a system declares is said once: a key that is added to it is seen everywhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import pytest
import toy
import yaml
from pydantic import Field

from fs2.evaluation.tables.measured import NOT_ASKED, NOT_RUN, Measured
from fs2.registry import SYSTEMS
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan
from fs2.systems.catalogue import Catalogue
from fs2.systems.declaration import parameters
from fs2.systems.fastspeech2 import FastSpeech2System
from fs2.systems.fastspeech2.settings import FastSpeech2Model, FastSpeech2Training


class ToyModel(FastSpeech2Model):
    architecture: Literal["toy"] = "toy"
    temperature: float = Field(1.0, gt=0)
    """A key that no other architecture has."""


class ToyTraining(FastSpeech2Training):
    patience: int = Field(3, ge=0)
    """Another one."""


class ToySystem(FastSpeech2System):
    name = "toy"
    title = "A toy"
    model = ToyModel
    training = ToyTraining

    def needs(self, training, file):
        return {"teacher": file.teacher} if file.teacher else {}

    def build(self, config, symbols, statistics):
        from fs2.systems.fastspeech2.network import FastSpeech2

        n_mels = config.audio.n_mels
        return FastSpeech2(config.model, config.features, len(symbols), n_mels, statistics)


@pytest.fixture
def systems(tmp_path) -> Iterator[Path]:
    """A folder with the file of a system of the architecture `toy`, which is registered."""
    SYSTEMS.add(ToySystem())
    folder = tmp_path / "systems"
    folder.mkdir()
    file = {
        "model": {"architecture": "toy"}, "compare_with": "fastspeech2", "tables": [7],
        "teacher": "fastspeech2",
    }  # fmt: skip
    (folder / "mine.yaml").write_text(yaml.safe_dump(file))
    yield folder
    SYSTEMS.remove("toy")


KEYS = [("model", "temperature", 2.0), ("training", "patience", 4)]


def values(folder: Path, **own) -> dict:
    base = toy.values()
    base["model"].pop("architecture")
    return base | {"system_folders": [str(folder)], "architectures": {"toy": own}}


@pytest.mark.parametrize(("section", "key", "other"), KEYS)
def test_a_key_of_a_system_is_seen_by_rules_checkpoints_mlflow_and_tables(
    systems, tmp_path, section, key, other
):
    features = toy.features(tmp_path / "features.h5")
    seen = []
    for own in ({}, {section: {key: other}}):
        catalogue = Catalogue(values(systems, **own))
        config = catalogue.config("mine")
        plan = Plan(catalogue, Layout(tmp_path / "results"))
        trainer = toy.trainer(config, features, tmp_path / "out", "mine")
        seen.append(
            SimpleNamespace(
                catalogue=catalogue,
                plan=plan,
                params=plan.training_settings("mine"),
                fingerprint=trainer.fingerprint,
                mlflow=parameters(config),
            )
        )
    before, after = seen
    assert after.params[section][key] == other
    assert before.params != after.params
    assert before.fingerprint != after.fingerprint
    assert before.mlflow[section][key] != after.mlflow[section][key] == other
    results = tmp_path / "results"
    assert _row(before, results) == NOT_RUN
    _finish(before, results)
    assert before.plan.finished == ["fastspeech2", "mine"]
    assert after.plan.finished == ["fastspeech2"]
    assert _row(before, results) == "1"
    assert _row(after, results) == NOT_ASKED


def _row(seen, results: Path) -> str:
    """What table 7 says of it."""
    plan = Plan(seen.catalogue, Layout(results))
    measured = Measured(seen.catalogue, results, plan.shown([]))
    assert "mine" in measured.rows(7)
    return measured.seeds("mine")


def _finish(seen, results: Path) -> None:
    """Results of the system and of its teacher."""
    for run in ("fastspeech2", "mine"):
        toy.finish(results, seen.catalogue, run)


def test_what_a_system_needs_is_of_the_same_seed_and_decides_whether_it_is_finished(
    systems, tmp_path
):
    catalogue = Catalogue(values(systems))
    assert catalogue.needs("mine-seed7") == {"teacher": "fastspeech2-seed7"}
    seen = SimpleNamespace(catalogue=catalogue)
    _finish(seen, tmp_path)
    plan = Plan(catalogue, Layout(tmp_path))
    assert plan.finished == ["fastspeech2", "mine"]
    path = tmp_path / "training" / "fastspeech2" / "model.json"
    description = json.loads(path.read_text())
    description["config"]["training"]["steps"] += 1
    path.write_text(json.dumps(description))
    assert Plan(catalogue, Layout(tmp_path)).finished == []


def test_only_the_keys_that_two_architectures_share_are_taken_over(systems):
    base = values(systems, training={"patience": 9})
    base["training"] = base["training"] | {"steps": 77, "adversarial_start": 0.9}
    mine = Catalogue(base).config("mine").training
    assert (mine.steps, mine.adversarial_start, mine.patience) == (77, 0.9, 9)
    direct = Catalogue(base).config("fastspeech2s").training
    assert direct.steps == 600_000, "FastSpeech 2s has steps of its own"
    assert direct.batch_frames == base["training"]["batch_frames"]


def test_what_a_systems_file_says_of_rows_decides_the_tables(systems):
    before = Plan(Catalogue(values(systems)), Layout(systems)).rows
    path = systems / "mine.yaml"
    path.write_text(path.read_text().replace("tables:", "title: Mine\ntables:"))
    after = Plan(Catalogue(values(systems)), Layout(systems)).rows
    assert before.pop("mine") | {"title": "Mine"} == after.pop("mine")
    assert before == after


def test_a_row_of_its_own_stands_in_a_table_once(systems, tmp_path):
    path = systems / "mine.yaml"
    path.write_text(path.read_text().replace("- 7", "- 4"))
    catalogue = Catalogue(values(systems))
    toy.finish(tmp_path, catalogue, "mine")
    measured = Measured(catalogue, tmp_path, ["mine"])
    assert measured.rows(4).count("mine") == 1
    assert measured.others(4) == []
    assert measured.others(3) == ["mine"]
