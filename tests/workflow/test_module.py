"""The workflow as a module of another one."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_workflow import REPOSITORY, TOY

from fs2.config.files import read_yaml

pytestmark = pytest.mark.workflow

SNAKEFILE = """
configfile: "own.yaml"


module fs2:
    snakefile:
        "{snakefile}"
    config:
        config["fs2"]


use rule * from fs2
"""


@pytest.mark.parametrize("included", [False, True])
def test_it_takes_the_configuration_that_it_is_given(tmp_path: Path, included: bool):
    (tmp_path / "Snakefile").write_text(SNAKEFILE.format(snakefile=REPOSITORY / "Snakefile"))
    values = {"include": str(TOY)} if included else read_yaml(TOY)
    (tmp_path / "own.yaml").write_text(yaml.safe_dump({"other": 1, "fs2": values}))
    command = [sys.executable, "-m", "snakemake", "-n", "--cores", "1"]
    target = "results/toy/training/fastspeech2/model.json"
    done = subprocess.run(
        [*command, target], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
