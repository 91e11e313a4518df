"""What an installation without extras has is enough to speak, and none of it is under the GPL."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import metadata, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
BASE = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["dependencies"]
SPEAK = """
import json, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(name)

absent = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Absent())

import fs2

before = [name for name in sys.modules if name.startswith(("torch", "numpy", "fs2."))]
fs2.load_voice("voice", "cpu").speak("They read 12 records of Zorbulon.").save("x.wav")
print(json.dumps([before, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def needed(requirements: Iterable[str]) -> set[str]:
    """The packages that pip installs for some requirements."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and name not in found:
            found.add(name)
            waiting += map(Requirement, requires(name) or ())
    return found


@pytest.fixture(scope="module")
def base() -> set[str]:
    return needed(BASE)


def test_a_voice_speaks_with_the_base_packages_alone(voice, tmp_path, base):
    packages = {
        module: {canonicalize_name(name) for name in names}
        for module, names in packages_distributions().items()
    }
    own = {module for module, names in packages.items() if names & (base | {"fs2"})}
    (tmp_path / "voice").symlink_to(voice)
    command = [sys.executable, "-c", SPEAK, json.dumps(sorted(set(packages) - own))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.wav").stat().st_size > 1000
    before, imported = json.loads(done.stdout)
    assert before == [], "import fs2 is cheap"
    assert {"torch", "soundfile", "num2words", "hibari"} <= set(imported)
    heavy = {"h5py", "librosa", "matplotlib", "mlflow", "numba", "onnxruntime", "pandas", "scipy"}
    assert not heavy & set(imported)


def test_no_base_package_is_under_the_gpl(base):
    assert {"torch", "numpy", "soundfile", "num2words"} <= base
    for name in base:
        about = metadata(name)
        terms = [about.get("License-Expression", ""), *about.get("License", "").splitlines()[:1]]
        terms += [term for term in about.get_all("Classifier", []) if term.startswith("License")]
        assert not [term for term in terms if is_gpl(term)], name


def is_gpl(term: str) -> bool:
    gpl = re.search(r"\bA?GPL|General Public License", term)
    return bool(gpl) and not re.search("Lesser|Library", term)


@pytest.mark.parametrize(
    ("term", "gpl"),
    [
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", True),
        ("License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)", False),
        ("LGPL-2.1-or-later", False),
        ("MIT", False),
    ],
)
def test_the_gpl_is_known_from_the_lgpl(term, gpl):
    assert is_gpl(term) == gpl
