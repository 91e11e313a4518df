"""Table 5: error of phone boundaries against TextGrids that count as true, and what it does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fs2 import paper
from fs2.alignment.aligner import AlignerEntry
from fs2.alignment.compare import BoundaryDifferences, boundary_differences
from fs2.errors import FS2Error
from fs2.evaluation.bootstrap import estimate, ratio
from fs2.evaluation.paired import paired_difference
from fs2.evaluation.tables.measured import DASH, NOT_MEASURED, NOT_RUN, Measured
from fs2.evaluation.tables.table import Cell, Column, Estimate, Table
from fs2.registry import ALIGNERS

COLUMNS = (
    Column("alignment", "durations from"),
    Column("boundary_error", "boundary error, ms", 2, interval=True),
    Column("paper_boundary_error", "paper: boundary error, ms", 2),
    Column("difference", "against this workflow's alignment, ms", 2, interval=True, signed=True),
    Column("p", "p", 3),
    Column("system", "learnt by"),
    Column("distillmos", "its DistillMOS against FastSpeech", interval=True, signed=True),
    Column("distillmos_p", "p", 3),
    Column("paper_cmos", "paper: CMOS", 3, signed=True),
)
FASTSPEECH, OF_THE_ALIGNER = "fastspeech", "fastspeech-aligner"
"""The paper's rows of a FastSpeech with its teacher's durations, and with the aligner's."""


@dataclass(frozen=True)
class Source:
    """Where durations come from.

    Attributes:
        name: For readers.
        textgrids: Folder or archive.
        paper_row: Its key in `paper.BOUNDARY_ERRORS`, if it is one.
        system: The FastSpeech that learns them, if there is one.
        missing: Why there are no TextGrids; None if there are.
    """

    name: str
    textgrids: Path
    paper_row: str | None = None
    system: str | None = None
    missing: str | None = None


def table5(measured: Measured) -> Table:
    """The table; without a reference its rows say so."""
    reference = measured.config.evaluation.reference_textgrids
    sources = list(_sources(measured))
    found = {
        source.name: boundary_differences(Path(reference), source.textgrids)
        for source in sources
        if reference and source.missing is None
    }
    own = found.get(sources[0].name)
    zero: Cell = "no reference given"
    if own is not None:
        zero = Estimate(0.0, 0.0, 0.0, len(own.by_clip))
    rows = [_row("Reference TextGrids", zero, DASH, (DASH, DASH))]
    for source in sources:
        differences = found.get(source.name)
        error = source.missing or _error(measured, differences)
        against = _difference(measured, own, differences, source.missing)
        row = _row(source.name, error, _paper_error(source.paper_row), against)
        rows.append(row | _learnt(measured, source))
    shown = {source.paper_row for source in sources}
    for key, (name, _) in paper.BOUNDARY_ERRORS.items():
        if key not in shown:
            known = any(entry.paper_row == key for entry in ALIGNERS.values())
            words = "not this workflow's aligner" if known else NOT_RUN
            rows.append(_row(name, words, _paper_error(key), (DASH, DASH)))
    return Table(5, "Durations", COLUMNS, rows, _protocol(measured, list(found.values())))


def _sources(measured: Measured) -> Iterator[Source]:
    """The workflow's alignment, another one if the user names it, and the attention of teachers."""
    config, catalogue = measured.config, measured.catalogue
    evaluation = config.evaluation
    aligner: AlignerEntry = config.alignment.entry
    aligned = measured.results / "alignment" / "textgrids"
    learner = next(iter(catalogue.of_row(OF_THE_ALIGNER)), None)
    yield Source(f"This workflow: {aligner.title}", aligned, aligner.paper_row, learner)
    if evaluation.other_textgrids:
        if not evaluation.reference_textgrids:
            raise FS2Error(
                "evaluation.other_textgrids needs evaluation.reference_textgrids to be compared "
                "with"
            )
        other = Path(evaluation.other_textgrids)
        yield Source(f"Other: {other.name}", other)
    learners = {catalogue.file(name).teacher: name for name in catalogue.of_row(FASTSPEECH)}
    teachers = [*learners, *(catalogue.file(name).teacher for name in catalogue.names)]
    for teacher in dict.fromkeys(name for name in teachers if name):
        run = next(iter(measured.runs(teacher)), teacher)
        taught = measured.results / "distillation" / run / "textgrids"
        missing = measured.missing(teacher) or (None if taught.is_dir() else NOT_RUN)
        learner = learners.get(teacher)
        row = "teacher" if learner else None
        yield Source(f"Attention of {measured.title(teacher)}", taught, row, learner, missing)


def _row(
    alignment: str, error: Cell, published: Cell, against: tuple[Cell, Cell]
) -> dict[str, Cell]:
    return {
        "alignment": alignment,
        "boundary_error": error,
        "paper_boundary_error": published,
        "difference": against[0],
        "p": against[1],
        **dict.fromkeys(("system", "distillmos", "distillmos_p", "paper_cmos"), DASH),
    }


def _learnt(measured: Measured, source: Source) -> dict[str, Cell]:
    """The FastSpeech that learns these durations, against the one with its teacher's."""
    if source.system is None:
        return {}
    title = measured.title(source.system)
    published = {"paper_cmos": measured.published(source.system, "duration_cmos")}
    if missing := measured.missing(source.system):
        return {"system": f"{title}, {missing}", **published}
    full = measured.full(source.system)
    difference, p = measured.difference(source.system, full, "distillmos")
    return {"system": title, "distillmos": difference, "distillmos_p": p, **published}


def _paper_error(row: str | None) -> Cell:
    return paper.BOUNDARY_ERRORS[row][1] if row else DASH


def _error(measured: Measured, found: BoundaryDifferences | None) -> Cell:
    """Mean absolute boundary error, pooled over boundaries, resampled by clip."""
    if found is None:
        return NOT_MEASURED
    evaluation = measured.config.evaluation
    sums = np.array([(np.abs(ms).sum(), len(ms)) for ms in found.by_clip.values()])
    value, low, high = estimate(sums, ratio, evaluation.bootstrap_samples, evaluation.confidence)
    undefined = (*found.other_phones, *found.unreadable)
    return Estimate(value, low, high, len(sums), undefined)


def _difference(
    measured: Measured,
    own: BoundaryDifferences | None,
    other: BoundaryDifferences | None,
    missing: str | None,
) -> tuple[Cell, Cell]:
    """Mean over clips of the difference of their mean errors, other minus own; and its p."""
    if own is not None and own is other:
        return "baseline", "baseline"
    if own is None or other is None:
        return (DASH, DASH) if missing else (NOT_MEASURED, NOT_MEASURED)
    evaluation = measured.config.evaluation
    found = paired_difference(
        [(_clip_means(other.by_clip), _clip_means(own.by_clip))],
        evaluation.bootstrap_samples,
        evaluation.confidence,
    )
    if found is None:
        return "no clip in common", "no clip in common"
    return Estimate(found.value, found.low, found.high, found.clips, found.undefined[0]), found.p


def _clip_means(by_clip: Mapping[str, np.ndarray]) -> dict[str, float]:
    return {clip: float(np.abs(ms).mean()) for clip, ms in by_clip.items()}


def _protocol(measured: Measured, found: list[BoundaryDifferences]) -> tuple[str, ...]:
    words = (
        "Mean absolute difference in milliseconds of phone boundaries (each phone's start, and its "
        "end before a pause), pooled over the clips whose phones are the same in both; the "
        "difference of two alignments is the mean over clips of their errors', with Wilcoxon's "
        "signed-rank test (two-sided). The paper set 50 clips' boundaries by hand. A teacher's "
        "durations are those of its attention on the recordings, of its first seed. On the right "
        "a FastSpeech that learns these durations, against the one that learns its teacher's: "
        "DistillMOS by clip in place of the paper's CMOS.",
        *measured.seed_words,
    )
    if not found:
        return (*words, "The key evaluation.reference_textgrids names no reference, so no boundary "
                "was measured.")  # fmt: skip
    counts = " and ".join(str(len(one.by_clip)) for one in found)
    return (*words, f"{counts} clips.", measured.clip_intervals)
