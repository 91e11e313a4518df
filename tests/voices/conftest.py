"""A voice of random weights, exported from a results folder."""

from pathlib import Path

import pytest
import toy

from fs2.config.schema import Config
from fs2.files import write_json
from fs2.synthesis.find import VoiceFolders

REPORT = {"licence": "CC0 1.0", "attribution": "Nobody", "clips": 12, "hours": 0.5, "found": 20}


@pytest.fixture(scope="session")
def config() -> Config:
    return toy.config(corpus={"name": "toy"})


@pytest.fixture
def trained(tmp_path: Path, config: Config) -> VoiceFolders:
    """A trained system of one corpus, and its vocoder."""
    results = tmp_path / "results" / "toy"
    write_json(results / "corpus" / "report.json", REPORT)
    folders = VoiceFolders(results / "training" / "plain", results / "vocoder" / "griffin_lim")
    toy.save_random(folders.training, config)
    toy.make_vocoder(config, folders.vocoder)
    return folders
