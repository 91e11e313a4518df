import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
NEEDED = [
    *PROJECT["dependencies"],
    *EXTRAS["training"],
    *(package for package in EXTRAS["workflow"] if package != "fs2[training]"),
    *EXTRAS["evaluation"],
]


def name(requirement):
    return re.sub(r"[-_.]+", "-", re.split("[<>=]", requirement)[0]).lower()


def test_conda_environment_has_what_the_project_needs_but_snakemake():
    environment = yaml.safe_load((REPOSITORY / "envs" / "fs2.yaml").read_text())
    [pip] = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    assert pip == [requirement for requirement in NEEDED if name(requirement) != "snakemake"]


def test_every_requirement_is_locked_to_one_version():
    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    locked = {name(pin) for pin in pins}
    wanted = [*NEEDED, *EXTRAS["dev"]]
    assert {name(requirement) for requirement in wanted} <= locked


def test_every_package_has_its_sentence():
    text = (REPOSITORY / "docs" / "packages.md").read_text()
    wanted = [*NEEDED, *EXTRAS["dev"]]
    missing = {name(requirement) for requirement in wanted if name(requirement) not in text}
    assert not missing


def test_the_alignment_stage_needs_no_package_that_mfas_environment_lacks():
    absent = (
        "av", "filelock", "h5py", "hibari_tts", "matplotlib", "mlflow", "numba",
        "pandas", "pywt", "pyworld", "safetensors", "scipy", "snakemake", "torch",
    )  # fmt: skip
    script = f"""
import sys
from pathlib import Path

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ImportError(name)

sys.meta_path.insert(0, Absent())

from fs2.stages.job import Job
from fs2.stages.stage import STAGES
from fs2.alignment.prepare import prepare_alignment

job = Job.of_config("alignment", Path("config/ljspeech.yaml"))
STAGES["alignment"].check(job)
print(job.config.alignment.entry.environment)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "mfa\n"
