"""The aligner `mfa`: Montreal Forced Aligner 3.4, the paper's (section 3.1).

A model is trained on the training split, then applied to every clip. MFA reports success also where
it leaves clips out, so the TextGrids are counted and the clips without one are named.
"""

import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from math import ceil, isfinite
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from fs2.alignment.aligner import Aligned, AlignerEntry, AlignmentJob, trainable, write_corpus
from fs2.config.section import Section
from fs2.errors import FS2Error
from fs2.files import read_table, sha256, write_text
from fs2.text.symbols import CONSONANTS, PHONES, VOWELS

_OLDEST, _TOO_NEW = (3, 4), (4, 0)
_STATES = 3
"""States of a phone, each lasting 10 ms at least."""
_TAIL = 20
"""Lines of MFA's output that an error repeats."""
_PROGRESS = re.compile(r"\d%\s*[|━╸╺]|[\d?]\s?(?:it/s|s/it)\b")
"""A percentage followed by a bar, or a speed."""

logger = logging.getLogger(__name__)


class MFASettings(Section):
    """The Montreal Forced Aligner, by conda."""

    clips_per_speaker: int = Field(100, ge=1)
    """Largest size of the pseudo-speakers, by which MFA divides its work. They are smaller where
    there are fewer clips for each core."""
    minimum_phone_frames: int = Field(3, ge=1, le=3)
    """States of each phone, 10 ms apiece: the shortest phone (3 is the 30 ms floor)."""


class MFAAligner(AlignerEntry):
    """A program with an environment of its own, trained on the training split."""

    name = "mfa"
    title = "Montreal Forced Aligner"
    settings = MFASettings
    environment = "mfa"
    paper_row = "mfa"

    def check_available(self) -> None:
        """As `Entry.check_available`."""
        with tempfile.TemporaryDirectory(prefix="mfa.") as folder:
            find_mfa(Path(folder))

    def align(self, job: AlignmentJob) -> Aligned:
        """As `AlignerEntry.align`."""
        return align_with_mfa(job)


ALIGNER = MFAAligner()


def align_with_mfa(job: AlignmentJob) -> Aligned:
    """Train MFA on the training split and align every clip with that model.

    Raises FS2Error if MFA is missing, of an unfit version, fails, or leaves no TextGrid at all.
    """
    from fs2.alignment.textgrid import find_textgrids, textgrid_files, textgrids_hash

    program, version = find_mfa(job.folder)
    training, clips = trainable(job)
    for name, some in (("training", training), ("corpus", clips)):
        speaker = min(job.settings.clips_per_speaker, ceil(len(some) / max(1, job.workers)))
        write_corpus(job, job.folder / name, some, ".lab", speaker)
    write_training_plan(job.folder / "train.yaml")
    write_phone_groups(job.folder / "phone_groups.yaml")
    write_topology(job.folder / "topology.yaml", job.settings.minimum_phone_frames)

    # MFA takes the .zip at the end of the name as a sign that no G2P model is wanted.
    model = job.folder / "model.zip"
    output = job.folder / "textgrids"
    common = ["-t", job.folder / "mfa", "--clean", "-j", job.workers]
    train = ["train", job.folder / "training", job.lexicon, model]
    train += ["--config_path", job.folder / "train.yaml"]
    train += ["--phone_groups_path", job.folder / "phone_groups.yaml"]
    train += ["--topology_path", job.folder / "topology.yaml"]
    tail = _run([program, *train, *common], job.folder)
    if not model.is_file():
        raise FS2Error(f"mfa train left no model; its last lines:\n{tail}")
    tail = _run(
        [program, "align", job.folder / "corpus", job.lexicon, model, output, *common], job.folder
    )
    if not textgrid_files(output):
        raise FS2Error(f"mfa align left no TextGrid; its last lines:\n{tail}")

    found = find_textgrids(output)
    textgrids = {clip: found[clip] for clip in clips if clip in found}
    return Aligned(
        textgrids,
        likelihoods=read_likelihoods(output / "alignment_analysis.csv"),
        reasons=_reasons(job, textgrids),
        details={
            "version": version,
            "training_clips": len(training),
            "model_sha256": sha256(model),
            "textgrids_sha256": textgrids_hash(textgrids),
        },
    )


def find_mfa(folder: Path) -> tuple[str, str]:
    """The program's path and version; FS2Error says how to get it if it is missing or unfit.

    `folder` may have any files; MFA makes its own there.
    """
    program = shutil.which("mfa")
    remedy = (
        "Install it with conda (conda env create -f envs/mfa.yaml), or run snakemake with "
        "--sdm conda, or set alignment.aligner: viter, which comes by pip"
    )
    if program is None:
        raise FS2Error(f"alignment.aligner: mfa is chosen, but there is no program 'mfa'. {remedy}")
    try:
        answer = subprocess.run(
            [program, "version"],
            capture_output=True,
            text=True,
            errors="replace",
            env=_environment(folder),
            check=False,
        )
    except OSError as error:
        raise FS2Error(f"{program}: cannot be run ({error}). {remedy}") from error
    match = re.search(r"(\d+)\.(\d+)(\.\w+)*", answer.stdout)
    if match is None:
        raise FS2Error(
            f"{program}: does not tell its version ({(answer.stderr or answer.stdout).strip()}). "
            f"{remedy}"
        )
    if not _OLDEST <= (int(match[1]), int(match[2])) < _TOO_NEW:
        raise FS2Error(f"{program}: version {match[0]}, but >= 3.4 and < 4 is needed. {remedy}")
    return program, match[0]


def _environment(folder: Path) -> dict[str, str]:
    """Variables for every call: MFA makes its root folder at its import, by default in the home."""
    return os.environ | {"MFA_ROOT_DIR": str(folder / "mfa_root"), "NO_COLOR": "1"}


def _run(command: list[Any], folder: Path) -> str:
    """Run MFA, its lines going to the log; returns the last ones."""
    arguments = [str(part) for part in command]
    logger.info("%s", " ".join(arguments))
    tail: deque[str] = deque(maxlen=_TAIL)
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(folder),
    ) as process:
        assert process.stdout is not None
        try:
            for line in _messages(process.stdout):
                logger.info("mfa: %s", line)
                tail.append(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise FS2Error(
            f"mfa {arguments[1]} {_end(process.returncode)}; its last lines:\n" + "\n".join(tail)
        )
    return "\n".join(tail)


def _messages(output: Iterable[bytes]) -> Iterator[str]:
    """The lines of a program's output, without those that are empty or a progress bar's.

    A bar overwrites its line after each carriage return.
    """
    for line in output:
        for part in line.decode(errors="replace").split("\r"):
            if part.strip() and not _PROGRESS.search(part):
                yield part.rstrip()


def _end(code: int) -> str:
    """How a program failed: by itself or by a signal, to whose number a shell adds 128."""
    number = -code if code < 0 else code - 128
    if number not in set(signal.Signals):
        return f"failed with exit code {code}"
    name = signal.Signals(number).name
    if name == "SIGKILL":
        return (
            f"was killed by {name}, as happens when the memory is used up (fewer threads need less)"
        )
    return f"was ended by {name}"


def _reasons(job: AlignmentJob, textgrids: dict[str, Path]) -> dict[str, str]:
    missing = [clip for clip in job.clips if clip not in textgrids]
    return {
        clip: "mfa made no TextGrid: the text may not be what is said, or the sound is damaged"
        if job.words[clip]
        else "no words to align"
        for clip in missing
    }


def read_likelihoods(path: Path) -> dict[str, float]:
    """Log likelihood by clip from `alignment_analysis.csv`; empty if MFA did not write it.

    Raises FS2Error if there is something else than numbers in it.
    """
    if not path.is_file():
        logger.warning("%s is missing: no check of likelihoods", path.name)
        return {}
    values = {}
    for row in read_table(path, ("file", "overall_log_likelihood")):
        try:
            value = float(row["overall_log_likelihood"] or "nan")
        except ValueError as error:
            raise FS2Error(f"{path}: {row['file']}: {error}") from error
        if isfinite(value):
            values[row["file"]] = value
    return values


def write_topology(path: Path, minimum_states: int) -> None:
    """Each phone has `minimum_states` to 3 states: with 3 of them none is shorter than 30 ms."""
    states = {"min_states": minimum_states, "max_states": _STATES}
    write_text(path, yaml.safe_dump({phone: dict(states) for phone in PHONES}))


def write_phone_groups(path: Path) -> None:
    """The stress variants of a vowel share their models, which helps small corpora."""
    vowels = [[f"{vowel}{stress}" for stress in "012"] for vowel in VOWELS]
    write_text(path, yaml.safe_dump([*vowels, *([consonant] for consonant in CONSONANTS)]))


def write_training_plan(path: Path) -> None:
    """Monophones, triphones, LDA, speaker adaptation: MFA's usual sizes, for one speaker.

    A subset larger than the corpus means all of it.
    """
    triphones = {
        "num_iterations": 35,
        "num_leaves": 2000,
        "max_gaussians": 10_000,
        "subset": 20_000,
    }
    plan = [
        {"monophone": {"num_iterations": 40, "max_gaussians": 1000, "subset": 10_000}},
        {"triphone": triphones},
        {"lda": triphones | {"num_leaves": 2500, "max_gaussians": 15_000}},
        {"sat": triphones | {"num_leaves": 2500, "max_gaussians": 15_000}},
    ]
    write_text(path, yaml.safe_dump({"training": plan}, sort_keys=False))
