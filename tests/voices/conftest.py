"""A voice of random weights, exported from a results folder."""

import shutil
from pathlib import Path

import pytest
import toy

from fs2.config.schema import Config
from fs2.files import write_json
from fs2.synthesis.find import VoiceFolders
from fs2.voices.export import export_voice

REPORT = {
    "name": "toy",
    "licence": "CC0 1.0",
    "attribution": "Nobody",
    "clips": 12,
    "hours": 0.5,
    "warnings": [{"warning": "too quiet", "clips": ["a", "b"]}],
}


@pytest.fixture(scope="session")
def config() -> Config:
    return toy.config(corpus={"name": "toy"})


def folders(results: Path) -> VoiceFolders:
    return VoiceFolders(results / "training" / "plain", results / "vocoder" / "parallel_wavegan")


@pytest.fixture(scope="session")
def made(tmp_path_factory, config: Config) -> Path:
    """The results of a corpus: a trained system and its vocoder."""
    results = tmp_path_factory.mktemp("results") / "toy"
    write_json(results / "corpus" / "report.json", REPORT)
    toy.save_random(folders(results).training, config)
    toy.save_random_vocoder(config, folders(results).vocoder)
    return results


@pytest.fixture
def trained(tmp_path: Path, made: Path) -> VoiceFolders:
    """A copy of them for a test alone."""
    return folders(shutil.copytree(made, tmp_path / "results" / "toy"))


@pytest.fixture(scope="session")
def voice(tmp_path_factory, made: Path) -> Path:
    """The folder of a voice."""
    output = tmp_path_factory.mktemp("voices") / "voice"
    export_voice(folders(made), output)
    return output
