"""Which jobs Snakemake runs for systems and seeds. The stages' scripts are stand-ins here, which
leave empty files and a line in a list, so that no model is trained."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fs2.config.files import read_yaml
from fs2.systems.catalogue import Catalogue
from fs2.systems.declaration import MODEL_FORMAT, result_settings

pytestmark = pytest.mark.workflow

REPOSITORY = Path(__file__).resolve().parents[2]
TOY = Path(__file__).with_name("toy.yaml")
PATIENCE = 900
STAND_IN = """
import sys
from pathlib import Path

label = snakemake.wildcards.get("system", "")
with open("ran.txt", "a") as file:
    print(snakemake.rule, label, file=file)
if Path(f"fails-{label}").exists():
    sys.exit(1)
for output in map(Path, snakemake.output):
    if output.suffix:
        output.write_text(" ".join(snakemake.params.get("systems", [])))
    else:
        output.mkdir()
"""


class Workflow:
    """The rules of this project in a folder of their own, with stand-ins for the scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results = folder / "results" / "toy"
        shutil.copy(REPOSITORY / "Snakefile", folder)
        shutil.copytree(REPOSITORY / "workflow", folder / "workflow")
        for name in ("fs2", "envs"):
            (folder / name).symlink_to(REPOSITORY / name)
        for script in (folder / "workflow" / "scripts").glob("[!_]*.py"):
            script.write_text(STAND_IN)

    def run(self, *arguments: str, ok: bool = True) -> str:
        """What Snakemake says; it must end well, or badly if not `ok`."""
        command = [sys.executable, "-m", "snakemake", "--configfile", str(TOY), "--cores", "2"]
        done = subprocess.run(
            [*command, *arguments], cwd=self.folder, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == ok, done.stdout
        return done.stdout

    def plan(self, *arguments: str) -> dict[str, int]:
        """Rule -> number of jobs that Snakemake would run, without the target itself."""
        table = re.findall(r"^(\w+) +(\d+)$", self.run(*arguments, "-n"), re.MULTILINE)
        targets = ("all", "ablations", "total")
        return {rule: int(jobs) for rule, jobs in table if rule not in targets}

    def ran(self) -> list[str]:
        """Jobs since the last call, in order of their names."""
        path = self.folder / "ran.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return sorted(line.strip() for line in lines)


def models(*labels: str) -> list[str]:
    return [f"results/toy/training/{label}/model.json" for label in labels]


def config(systems: str, seeds: str) -> list[str]:
    return ["--config", f"systems=[{systems}]", f"seeds=[{seeds}]"]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory) -> Workflow:
    """Ablations in which one training of three failed."""
    workflow = Workflow(tmp_path_factory.mktemp("seeds"))
    (workflow.folder / "fails-fastspeech2-no-cwt").touch()
    three = models("fastspeech2", "fastspeech2-seed2", "fastspeech2-no-cwt")
    workflow.run(*three, "--keep-going", *config("fastspeech2", "1234,2"), ok=False)
    return workflow


@pytest.fixture(scope="module")
def resumed(interrupted) -> Workflow:
    """The same after a second start."""
    first = interrupted.ran()
    assert [job for job in first if job.startswith("training")] == [
        "training fastspeech2",
        "training fastspeech2-no-cwt",
        "training fastspeech2-seed2",
    ]
    (interrupted.folder / "fails-fastspeech2-no-cwt").unlink()
    three = models("fastspeech2", "fastspeech2-seed2", "fastspeech2-no-cwt")
    interrupted.run(*three)
    return interrupted


def test_systems_and_seeds_are_jobs_of_their_own(interrupted):
    planned = interrupted.plan("-F", *config("fastspeech2,fastspeech2-no-cwt", "1234,2"))
    assert planned["training"] == planned["speed"] == 2 * 2
    assert planned["synthesis"] == planned["evaluation"] == planned["pitch"] == 2 + 2 * 2
    catalogue = Catalogue(read_yaml(TOY))
    needed = {need for system in catalogue.ablations for need in catalogue.needs(system).values()}
    systems = {*catalogue.ablations, *needed}
    planned = interrupted.plan("-F", "ablations", *config("", "1,2,3"))
    assert (planned["training"], planned["distillation"]) == (3 * len(systems), 3)


def test_an_interrupted_ablation_run_trains_only_what_is_missing(resumed):
    assert resumed.ran() == ["training fastspeech2-no-cwt"]


def test_another_seed_or_system_leaves_finished_ones_alone(resumed):
    labels = "fastspeech2", "fastspeech2-seed2", "fastspeech2-no-cwt"
    assert "Nothing to be done" in resumed.run(*models(*labels))
    assert resumed.plan(*config("fastspeech2", "1234,2,3"))["training"] == 1
    assert resumed.plan(*config("fastspeech2,fastspeech2-no-cwt", "1234,2"))["training"] == 1
    assert "training" not in resumed.plan(*config("fastspeech2", "2,1234"))
    assert resumed.plan(*models("fastspeech2-seed3")) == {"training": 1}


def test_fastspeech2s_waits_for_the_system_of_its_seed(resumed):
    assert resumed.plan(*models("fastspeech2s-seed2")) == {"training": 1}
    assert resumed.plan(*models("fastspeech2s-seed3")) == {"training": 2}


def test_fastspeech_waits_for_the_teacher_of_its_seed(resumed):
    planned = resumed.plan(*models("fastspeech-seed2", "fastspeech-recorded-mels-seed2"))
    assert planned == {"training": 3, "distillation": 1}
    assert resumed.plan(*models("fastspeech-aligner-seed2")) == {"training": 1}


def test_what_is_finished_stands_in_the_tables_and_nothing_runs_for_it(resumed):
    label = "fastspeech2-no-cwt-seed9"
    config = Catalogue(read_yaml(TOY)).config(label)
    trained = {"format": MODEL_FORMAT, "config": config.deciding(), "needs": {}}
    for path, text in (
        (f"training/{label}/model.json", json.dumps(trained)),
        (f"evaluation/{label}/settings.json", json.dumps(result_settings(config))),
        (f"evaluation/{label}/metrics.json", "{}"),
        (f"evaluation/{label}/per_clip.csv", "id\n"),
        (f"synthesis/{label}/variances.h5", ""),
    ):
        (resumed.results / path).parent.mkdir(parents=True, exist_ok=True)
        (resumed.results / path).write_text(text)
    page = "results/toy/tables/tables.md"
    resumed.run(page)
    jobs = resumed.ran()
    assert "configured_tables" in jobs
    assert not [job for job in jobs if label in job or job.startswith("training")]
    shown = (resumed.folder / page).read_text().split()
    assert shown == ["recordings", "vocoded", "fastspeech2", label]
    assert "Nothing to be done" in resumed.run(page)
    # Trained with other settings it is not shown, and not trained again either.
    planned = resumed.plan(page, "--config", "model={hidden: 24}")
    assert planned["training"] == 1


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("fastspeech2-seed1234", "1234 is training.seed, so its name is fastspeech2"),
        ("fastspeech2-seed02", "MissingRuleException"),
    ],
)
def test_a_label_that_is_none_is_refused(interrupted, target, words):
    said = interrupted.run(*models(target), "-n", ok=False)
    assert words in said


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ("{name: parallel_wavegan}", None),
        ("{griffin_lim: {iterations: 9}}", "room for one of a name"),
    ],
)
def test_a_vocoder_of_a_system_that_is_not_configured(tmp_path, overlay, words):
    """It is made by the target `ablations`, and stands in nobody's way otherwise."""
    workflow = Workflow(tmp_path)
    (tmp_path / "fs2").unlink()
    shutil.copytree(REPOSITORY / "fs2", tmp_path / "fs2", symlinks=True)
    systems = tmp_path / "config" / "systems"
    systems.mkdir(parents=True)
    (tmp_path / "config" / "sentences").symlink_to(REPOSITORY / "config" / "sentences")
    (systems / "fastspeech2.yaml").write_text("{}")
    (systems / "own.yaml").write_text(f"compare_with: fastspeech2\nvocoder: {overlay}")
    assert workflow.plan()["vocoder"] == 1
    if words:
        assert words in workflow.run("ablations", "-n", ok=False)
        return
    planned = workflow.plan("ablations")
    assert planned["vocoder"] == 2
    assert planned["evaluation"] == 2 + 3  # systems; recordings and a copy by each vocoder
