"""What an installed package has, away from the checkout."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import toy
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "fs2", "envs", "config")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
UNPACK = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        int(version("setuptools").partition(".")[0]) < 77,
        reason="setuptools is older than [build-system] of pyproject.toml wants",
    ),
]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with what a wheel of the checkout installs."""
    sources, wheels, site = (
        tmp_path_factory.mktemp(name) for name in ("sources", "wheels", "site")
    )
    for name in SOURCES:
        path = REPOSITORY / name
        if path.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, sources / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy(path, sources)
    command = [sys.executable, "-c", BUILD, str(wheels)]
    subprocess.run(command, cwd=sources, check=True, capture_output=True)
    [wheel] = wheels.glob("*.whl")
    subprocess.run([sys.executable, "-c", UNPACK, str(wheel), str(site)], check=True)
    return site


def test_it_has_every_file_of_the_package(installed: Path):
    def files(folder: Path) -> set[str]:
        found = (path for path in folder.glob("**/*") if path.is_file())
        return {str(path.relative_to(folder)) for path in found if "__pycache__" not in path.parts}

    linked = {
        f"{link}/{path.name}"
        for link, folder in (
            ("envs", "envs"),
            ("config/systems", "config/systems"),
            ("config/sentences", "config/sentences"),
        )
        for path in (REPOSITORY / folder).iterdir()
    }
    assert {"envs/fs2.yaml", "config/systems/fastspeech2.yaml"} <= linked
    assert files(installed / "fs2") == files(REPOSITORY / "fs2") | linked


def test_it_trains_without_the_checkout(installed: Path, tmp_path: Path):
    toy.features(tmp_path / "features.h5")
    values = toy.values(training={"steps": 2})
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(values))
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "fs2.cli", "train", "features.h5", "--config", "own.yaml"]
    done = subprocess.run(
        [*command, "-o", "trained"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "trained" / "model.safetensors").is_file()
