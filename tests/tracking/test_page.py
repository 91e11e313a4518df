"""The page of systems that `make ui` opens."""

import json

import pytest

from fs2 import tracking
from fs2.config.tracking import Tracking
from fs2.errors import FS2Error
from fs2.evaluation.metrics import METRICS
from fs2.systems.catalogue import Catalogue
from fs2.tracking import page

CATALOGUE = Catalogue({})


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A working directory with the store of one stage."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with tracking.stage(CATALOGUE, "corpus"):
            pass
    return folder


def test_it_opens_on_the_systems_of_model_training(client, monkeypatch, capsys):
    monkeypatch.setattr("os.execv", lambda *_: None)
    monkeypatch.setenv("MLFLOW_BACKEND_STORE_URI", "")
    page.show(Tracking())
    address = capsys.readouterr().out.strip()
    experiment = client.get_experiment_by_name("fastspeech2")
    assert address == (
        f"http://127.0.0.1:5000/#/experiments/{experiment.experiment_id}/runs"
        "?workflowType=machine_learning&viewStateShareKey=systems"
    )
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    view = json.loads(experiment.tags["mlflow.sharedViewState.systems"])
    assert view["searchFilter"] == "tags.stage = 'system'"
    assert "metrics.`evaluation/distillmos`" in view["selectedColumns"]


def test_its_columns_are_of_metrics_that_there_are():
    known = {f"evaluation/{metric.name}" for metric in METRICS}
    assert known >= {name for name in page.METRICS if name.startswith("evaluation/")}


def test_without_a_store_it_says_so_and_makes_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FS2Error, match="no such file"):
        page.show(Tracking(uri="sqlite:///typo.db"))
    assert not (tmp_path / "typo.db").exists()
