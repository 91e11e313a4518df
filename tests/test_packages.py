"""What is installed, what is documented and what conda deploys are the same packages."""

import re
import tomllib

import yaml

CONDA_NAMES = {
    "soundfile": "python-soundfile",
    "soxr": "python-soxr",
    "torch": "pytorch",
    "matplotlib": "matplotlib-base",
}
RUNS_THE_ENVIRONMENT = {"snakemake"}


def names(requirements):
    return {re.match(r"[A-Za-z0-9_.-]+", item)[0].lower() for item in requirements}


def project(repository):
    return tomllib.loads((repository / "pyproject.toml").read_text())["project"]


def test_conda_environment_has_every_package_of_the_stages(repository):
    values = project(repository)
    wanted = names(values["dependencies"]) | names(values["optional-dependencies"]["evaluation"])
    wanted = {CONDA_NAMES.get(name, name) for name in wanted - RUNS_THE_ENVIRONMENT}
    environment = yaml.safe_load((repository / "envs" / "fs2.yaml").read_text())
    items = environment["dependencies"]
    deployed = names(item for item in items if isinstance(item, str)) | names(items[-1]["pip"])
    assert wanted <= deployed, wanted - deployed


def test_every_package_has_its_sentence(repository):
    values = project(repository)
    groups = [values["dependencies"], *values["optional-dependencies"].values()]
    text = (repository / "docs" / "packages.md").read_text()
    missing = {name for group in groups for name in names(group) if name not in text}
    assert not missing


def test_lock_pins_every_package(repository):
    lines = (repository / "requirements.lock").read_text().splitlines()
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in lines
        if line and not line.startswith("#")
    }
    assert all("==" in line for line in lines if line and not line.startswith("#"))
    values = project(repository)
    wanted = set().union(
        names(values["dependencies"]), *map(names, values["optional-dependencies"].values())
    )
    assert wanted <= pinned, wanted - pinned
