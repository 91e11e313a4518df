"""What the stage corpus has made outlives a later run of it that fails."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fs2.audio import write_audio

pytestmark = pytest.mark.workflow

TARGET = "results/kept/corpus/report.json"


def make_recordings(folder: Path) -> None:
    noise = np.random.default_rng(0).standard_normal(44100) * 0.05
    for number in range(4):
        write_audio(folder / "wavs" / f"c{number}.wav", noise, 22050)
    lines = [f"c{number}|some words of the sentence {number}" for number in range(4)]
    (folder / "metadata.csv").write_text("\n".join(lines), encoding="utf-8")


def test_a_failing_run_leaves_the_corpus_as_it_was(tmp_path: Path, repository: Path) -> None:
    source, work = tmp_path / "in", tmp_path / "work"
    make_recordings(source)
    settings = {"name": "kept", "source": "folder", "path": str(source)}
    values = {"corpus": settings, "tracking": {"enabled": False}}
    (tmp_path / "config.yaml").write_text(json.dumps(values), encoding="utf-8")
    work.mkdir()

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "snakemake", "--cores", "1"]
        command += [
            "--configfile",
            str(tmp_path / "config.yaml"),
            "--directory",
            str(work),
            TARGET,
            *options,
        ]
        return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    def made() -> dict[str, bytes]:
        files = (path for path in (work / "results/kept/corpus").rglob("*") if path.is_file())
        return {path.name: path.read_bytes() for path in files}

    first = run()
    assert first.returncode == 0, first.stderr
    before = made()
    assert len(before) == 4 + 3
    (source / "wavs" / "c0.wav").unlink()
    second = run("-R", "corpus")
    assert second.returncode != 0
    assert "c0: unreadable: there is no file 'c0.wav'" in second.stdout + second.stderr
    assert made() == before
