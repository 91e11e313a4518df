"""What every aligner takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fs2.config import Alignment


@dataclass(frozen=True)
class AlignmentJob:
    """The clips to align and all that an aligner may need for it."""

    settings: Alignment
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
    """id -> mean log likelihood of the frames, if the aligner tells."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """id -> why the clip has no TextGrid, if known."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the alignment is known by (version, model, hashes, command), for the report."""


Aligner = Callable[[AlignmentJob], Aligned]
