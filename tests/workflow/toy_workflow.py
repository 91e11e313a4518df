"""Snakemake on a few real clips with the smallest networks, as the tests of the workflow run it."""

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOY = Path(__file__).with_name("toy.yaml")
STAGES = (
    *("corpus", "text", "alignment", "features"),
    *("training", "vocoder", "synthesis", "evaluation"),
)
PATIENCE = 900
THREADS = [f"{stage}=1" for stage in STAGES]
"""Two small jobs at a time are faster than one on two threads, and meet each other."""


class Workflow:
    """Snakemake on a configuration, by default the toy's, in a folder of its own."""

    def __init__(self, folder: Path, configuration: Path = TOY) -> None:
        self.folder = folder
        self.configuration = configuration
        self.results = folder / "results" / "toy"

    def command(self, *arguments: str) -> list[str]:
        snakemake = [sys.executable, "-m", "snakemake", "--set-threads", *THREADS]
        files = ["--snakefile", str(REPOSITORY / "Snakefile"), "--directory", str(self.folder)]
        chosen = ["--configfile", str(self.configuration)]
        # An option with one value ends the list of those before, so that a target can follow.
        return [*snakemake, *files, *chosen, "--cores", "2", *arguments]

    def run(self, *arguments: str, ok: bool = True) -> str:
        """What Snakemake says; it must end well, or badly if not `ok`."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (done.returncode == 0) == ok, done.stdout
        return done.stdout

    def plan(self, *arguments: str) -> dict[str, int]:
        """Rule -> number of jobs that Snakemake would run, without the target itself."""
        table = re.findall(r"^(\w+) +(\d+)$", self.run("-n", *arguments), re.MULTILINE)
        return {rule: int(jobs) for rule, jobs in table if rule not in ("all", "total")}


def with_downloads(folder: Path) -> Workflow:
    """The toy's workflow in a folder that shares the checkout's downloads."""
    downloads = REPOSITORY / "resources"  # fetched once for all
    downloads.mkdir(exist_ok=True)
    (folder / "resources").symlink_to(downloads)
    return Workflow(folder)
