"""Does a workflow that is killed again and again end as one that was left alone? `make test-kills`.

The toy workflow runs once undisturbed. Then, in another folder, every rule is begun anew and killed
with SIGKILL at random moments, Snakemake and all its jobs at once, and the workflow is brought to
its end. The two results must be equal (`benchmarks/equality.py`), MLflow must have the evaluation
of every system, and no temporary file may be left.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import equality
import psutil

from fs2.tracking import read_evaluations

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIG = REPOSITORY / "tests" / "workflow" / "toy.yaml"
SYSTEMS = "systems=[fastspeech2,fastspeech2s]"
RULES = (
    *("corpus", "text", "alignment", "features", "training", "vocoder", "synthesis"),
    *("evaluation", "pitch", "speed", "robustness", "configured_tables", "report"),
)
MOST_TRIES = 6
JOB_STARTED = re.compile(r"^Job \d+: (\w+): ")


def command(folder: Path, *more: str) -> list[str]:
    """Snakemake on the toy workflow in a folder."""
    own = ["--snakefile", str(REPOSITORY / "Snakefile"), "--directory", str(folder)]
    chosen = ["--configfile", str(CONFIG), "--config", SYSTEMS]
    threads = ["--set-threads", *(f"{rule}=1" for rule in RULES)]
    return [sys.executable, "-m", "snakemake", "--cores", "2", *more, *threads, *own, *chosen]


def run(folder: Path, *more: str) -> None:
    """Run it to the end; the program ends with its output if it fails."""
    done = subprocess.run(command(folder, *more), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the workflow failed:\n{done.stdout}{done.stderr}")


def kill_during(rule: str, folder: Path, delay: float) -> bool:
    """Begin a rule anew and kill everything `delay` seconds after; whether it was in time."""
    snakemake = subprocess.Popen(
        command(folder, "--forcerun", rule, "--until", rule),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert snakemake.stderr is not None
    word = rule.split("_")[-1].capitalize()  # as its message begins
    started = map(JOB_STARTED.match, snakemake.stderr)
    begun = any(found and found[1] == word for found in started)
    if begun:
        with suppress(subprocess.TimeoutExpired):
            snakemake.wait(delay)
    in_time = begun and snakemake.poll() is None
    for process in list(processes_of(snakemake.pid)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    snakemake.wait()
    subprocess.run(command(folder, "--unlock"), capture_output=True, check=True)
    return in_time


def processes_of(session: int) -> Iterator[psutil.Process]:
    """Every process of a session: Snakemake, its jobs, and what they started."""
    for process in psutil.process_iter():
        with suppress(ProcessLookupError):
            if os.getsid(process.pid) == session:
                yield process


def seconds_of(rule: str, results: Path) -> float:
    """How long a rule took in the undisturbed run, at most, without its start."""
    name = rule.split("_")[-1]
    tables = [*results.glob(f"benchmarks/{name}.tsv"), *results.glob(f"benchmarks/{name}/*.tsv")]
    times = [float(path.read_text().split("\n")[1].split("\t")[0]) for path in tables]
    return max(times, default=1.0)


def leftovers(folder: Path) -> list[Path]:
    """Temporary files and folders under the results, of ours or of an aligner."""
    hidden = [path for path in folder.rglob(".*") if path.name != ".snakemake_timestamp"]
    return [*hidden, *folder.rglob("alignment.*/")]


def systems(folder: Path) -> list[str]:
    """The systems whose evaluation MLflow has."""
    found = read_evaluations(f"sqlite:///{folder / 'results' / 'mlflow' / 'mlflow.db'}")
    return sorted({record.system for record in found})


def main() -> int:
    """Run, kill, compare; the exit code is 0 if nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work; default: a temporary one")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kills."))
    chance = random.Random(options.seed)
    left_alone, killed = folder / "left-alone", folder / "killed"
    for place in (left_alone, killed):
        place.mkdir(parents=True, exist_ok=True)
        downloads = REPOSITORY / "resources"
        if downloads.is_dir() and not (place / "resources").exists():
            (place / "resources").symlink_to(downloads.resolve())
    run(left_alone)
    results = left_alone / "results" / "toy"
    count: Counter[str] = Counter()
    started = time.monotonic()
    for number in range(options.kills):
        rule = RULES[number * len(RULES) // options.kills]
        moment = chance.uniform(0, seconds_of(rule, results))
        for _ in range(MOST_TRIES):
            if kill_during(rule, killed, moment):
                break
            moment /= 2  # it had ended
        else:
            sys.exit(f"{rule} is never killed in time, or does not begin")
        count[rule] += 1
        print(f"{number + 1}: {rule} after {moment:.1f} s", flush=True)
    run(killed)
    minutes = (time.monotonic() - started) / 60
    print(f"\n{sum(count.values())} kills in {minutes:.0f} min: {dict(count)}\n")
    left = leftovers(killed / "results")
    print(f"left behind: {', '.join(map(str, left)) or 'nothing'}")
    recorded, evaluated = (systems(place) for place in (killed, left_alone))
    print(f"recorded in MLflow: {', '.join(recorded)}\n")
    differs = equality.main([str(results), str(killed / "results" / "toy")])
    if not options.folder and not differs:
        shutil.rmtree(folder)
    return int(bool(differs or left or recorded != evaluated))


if __name__ == "__main__":
    sys.exit(main())
