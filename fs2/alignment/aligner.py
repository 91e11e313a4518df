"""What every aligner takes and gives, and the corpus folder that trained aligners read."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fs2.config.section import Entry
from fs2.errors import FS2Error


@dataclass(frozen=True)
class AlignmentJob:
    """The clips to align and all that an aligner may need for it."""

    settings: Any
    """The aligner's own section of the configuration."""
    clips: Mapping[str, Path]
    """id -> sound file."""
    words: Mapping[str, Sequence[str]]
    """id -> the words that are said, without punctuation."""
    training: frozenset[str]
    """The ids of the training split: a model is trained on nothing else."""
    lexicon: Path
    """Dictionary, `word<TAB>AA1 B ...`."""
    folder: Path
    """An empty folder for the aligner's files; removed afterwards."""
    workers: int
    """Processes or threads."""


@dataclass(frozen=True)
class Aligned:
    """What an aligner made."""

    textgrids: Mapping[str, Path]
    """id -> TextGrid; a clip that could not be aligned has none."""
    likelihoods: Mapping[str, float] = field(default_factory=dict)
    """id -> mean log likelihood of a frame, by whatever model; compared within a corpus only."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """id -> why the clip has no TextGrid, if known."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the alignment is known by (version, model, hashes), for the report."""


class AlignerEntry(Entry):
    """An aligner: everything that the rest of the project asks of it.

    Its title heads its row in table 5.

    Attributes:
        environment: Name of the conda environment in `envs/` that it runs in.
        paper_row: Its row in the paper's table 5, if it has one (`fs2.paper`).
    """

    environment = "fs2"
    paper_row: str | None = None

    @abstractmethod
    def align(self, job: AlignmentJob) -> Aligned:
        """Align every clip. Raises FS2Error if that fails as a whole."""


def trainable(job: AlignmentJob) -> tuple[list[str], list[str]]:
    """The clips that a model is trained on, and those that it is to align: all that have words.

    Raises FS2Error if the training split is empty or the dictionary lacks a word.
    """
    aligned = [clip for clip in job.clips if job.words[clip]]
    training = [clip for clip in aligned if clip in job.training]
    if not training:
        raise FS2Error("corpus/splits.csv: no clip of the training split to train the aligner on")
    _check_lexicon(job.lexicon, (job.words[clip] for clip in aligned))
    return training, aligned


def write_corpus(
    job: AlignmentJob, folder: Path, clips: Iterable[str], suffix: str, clips_per_speaker: int
) -> None:
    """Fill `folder` with `<speaker>/<id>.wav`, links, and the words in `<id><suffix>` beside them.

    A speaker is a folder of `clips_per_speaker` clips.
    """
    for number, clip in enumerate(clips):
        speaker = folder / f"speaker{number // clips_per_speaker:04d}"
        speaker.mkdir(parents=True, exist_ok=True)
        sound = job.clips[clip].resolve()
        (speaker / f"{clip}{sound.suffix}").symlink_to(sound)
        words = " ".join(job.words[clip])
        (speaker / f"{clip}{suffix}").write_text(f"{words}\n", encoding="utf-8")


def _check_lexicon(lexicon: Path, sentences: Iterable[Sequence[str]]) -> None:
    try:
        lines = lexicon.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"{lexicon}: cannot be read ({error})") from error
    known = {line.split("\t")[0] for line in lines if "\t" in line}
    missing = sorted({word for sentence in sentences for word in sentence} - known)
    if missing:
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise FS2Error(
            f"{lexicon}: no pronunciation of {', '.join(missing[:10])}{more}; "
            "run the text stage again"
        )
