"""The machine that something ran on: how busy it was, and which commit and versions it had."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean

_PACKAGES = ("torch", "numpy", "scipy", "librosa", "snakemake", "mlflow")
"""Whose versions are told, where they are installed."""
_SLACK = 0.5
"""By so much a load average may exceed the cores without anybody having waited."""


def core_count() -> int:
    """The CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


Load = dict[str, float | int | None]
"""`average`, `cores` and `own_cores`, as `LoadMeter.summary` tells them."""


@dataclass
class LoadMeter:
    """Watches the load from its making on; `sample` it now and then while the work goes on."""

    _samples: list[float] = field(default_factory=list)
    _wall: float = field(default_factory=time.perf_counter)
    _processor: float = field(default_factory=time.process_time)

    def __post_init__(self) -> None:
        self.sample()

    def sample(self) -> None:
        """Note the load average of the last minute, where the system tells one."""
        if hasattr(os, "getloadavg"):
            self._samples.append(os.getloadavg()[0])

    def summary(self) -> Load:
        """How busy the machine was since the meter was made.

        Returns:
            `average`: mean of the samples, the number of programs and threads that ran or waited
            to run, this process's among them; None where the system tells no load.
            `cores`: how many this process may use. `own_cores`: how many it kept busy.
        """
        self.sample()
        wall = max(time.perf_counter() - self._wall, 1e-9)
        return {
            "average": round(fmean(self._samples), 2) if self._samples else None,
            "cores": core_count(),
            "own_cores": round((time.process_time() - self._processor) / wall, 2),
        }


def is_overloaded(load: Load) -> bool:
    """Whether more wanted to run than there were cores, so that times are too long."""
    average, cores = load["average"], load["cores"]
    return average is not None and cores is not None and average > cores + _SLACK


def load_words(load: Load) -> str:
    """A load for a reader: `beside a load of 20.1 on 2 cores, of which it had 0.9`."""
    if load["average"] is None:
        return "beside a load that the system does not tell"
    cores = f"{load['cores']} core{'s' if load['cores'] != 1 else ''}"
    own = f"{load['own_cores']:.1f}"
    return f"beside a load of {load['average']:.1f} on {cores}, of which it had {own}"


def git_commit() -> str:
    """The checkout's commit, with `-dirty` if files differ from it; `unknown` outside of git.

    A package that is installed within the repository of something else has none.
    """
    folder = Path(__file__).resolve().parents[1]
    if _git(folder, "rev-parse", "--show-toplevel") != str(folder):
        return "unknown"
    described = _git(folder, "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    return described or "unknown"


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def machine_name() -> str:
    """Processor, cores and system, as a reader of results wants them named."""
    return f"{_processor()}, {core_count()} cores, {platform.system()} {platform.machine()}"


def provenance() -> dict[str, str]:
    """What a reader of a number asks: `date` (UTC), `commit` and `machine`."""
    date = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return {"date": date, "commit": git_commit(), "machine": machine_name()}


def versions() -> dict[str, str]:
    """Python, this package, and the packages that decide results, with their versions."""
    found = {"Python": platform.python_version()}
    for package in ("fs2", *_PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
