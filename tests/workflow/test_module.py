"""The workflow as a module of another one."""

import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pytest
import yaml
from toy_workflow import REPOSITORY, TOY

from fs2.audio import write_audio
from fs2.config.files import read_yaml

pytestmark = pytest.mark.workflow

SNAKEFILE = """
configfile: "own.yaml"


module fs2:
    snakefile:
        "{snakefile}"
    config:
        config["fs2"]
    {prefix}


use rule * from fs2 {renamed}
"""
RENAMED = {"prefix": 'prefix: "moved"', "renamed": "as fs2_*"}
OWN_FOLDER = {"include": str(TOY), "corpus": {"name": "own", "source": "folder", "path": "mine"}}
CLIPS = 4


def write_module(
    folder: Path, values: dict[str, object], prefix: str = "", renamed: str = ""
) -> None:
    """A workflow in `folder` that has this one as a module with the configuration `values`."""
    snakefile = SNAKEFILE.format(snakefile=REPOSITORY / "Snakefile", prefix=prefix, renamed=renamed)
    (folder / "Snakefile").write_text(snakefile)
    (folder / "own.yaml").write_text(yaml.safe_dump({"other": 1, "fs2": values}))


def write_recordings(folder: Path) -> None:
    """A folder corpus of noise."""
    for number in range(CLIPS):
        noise = np.random.default_rng(number).standard_normal(2 * 22050) * 0.05
        write_audio(folder / "wavs" / f"c{number}.wav", noise, 22050)
    lines = [f"c{number}|the words of sentence {number}" for number in range(CLIPS)]
    (folder / "metadata.csv").write_text("\n".join(lines) + "\n")


def snakemake(folder: Path, *arguments: str) -> str:
    """What Snakemake says; it must end well."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("included", [False, True])
def test_it_takes_the_configuration_that_it_is_given(tmp_path: Path, included: bool):
    write_module(tmp_path, {"include": str(TOY)} if included else read_yaml(TOY))
    snakemake(tmp_path, "-n", "results/toy/training/fastspeech2/model.json")


def test_its_folder_of_results_may_have_another_name(tmp_path: Path):
    replaced = 'replace_prefix: {"results/": "out/"}'
    write_module(tmp_path, OWN_FOLDER, prefix=replaced)
    write_recordings(tmp_path / "mine")
    snakemake(tmp_path, "out/own/corpus/splits.csv")
    assert (tmp_path / "out" / "own" / "corpus" / "report.json").is_file()
    assert (tmp_path / "out" / "own" / "logs" / "corpus.log").is_file()


@pytest.mark.parametrize("target", ["all", "tables", "ablations", "voices", "help"])
def test_its_rules_may_have_other_names_and_places(tmp_path: Path, target: str):
    write_module(tmp_path, OWN_FOLDER, **RENAMED)
    write_recordings(tmp_path / "mine")
    said = snakemake(tmp_path, "-n", f"fs2_{target}")
    assert "not present in the Snakefile" not in said
    assert "moved/moved" not in said and " results/" not in said
    assert "moved/mine" not in said, "the user's own files stay where they are"


def test_its_stages_keep_their_names(tmp_path: Path):
    write_module(tmp_path, OWN_FOLDER, **RENAMED)
    write_recordings(tmp_path / "mine")
    snakemake(tmp_path, "moved/results/own/text/symbols.txt")
    results = tmp_path / "moved" / "results" / "own"
    assert len(list((results / "corpus" / "clips").glob("*.wav"))) == CLIPS
    assert (results / "text" / "phonemes.csv").is_file()
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/results/mlflow/mlflow.db")
    [experiment] = client.search_experiments(filter_string="name = 'fastspeech2'")
    runs = client.search_runs([experiment.experiment_id])
    stages = {
        run.info.run_name: run.info.status for run in runs if "mlflow.parentRunId" in run.data.tags
    }
    assert stages == {"corpus": "FINISHED", "text": "FINISHED"}
