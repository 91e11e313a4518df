"""Table 5: error of phone boundaries against TextGrids that count as true."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fs2 import paper
from fs2.alignment.aligner import AlignerEntry
from fs2.alignment.compare import BoundaryDifferences, boundary_differences
from fs2.errors import FS2Error
from fs2.evaluation.bootstrap import estimate, ratio
from fs2.evaluation.paired import paired_difference
from fs2.evaluation.tables.measured import DASH, NOT_BUILT, NOT_MEASURED, Measured
from fs2.evaluation.tables.table import Cell, Column, Estimate, Table
from fs2.registry import ALIGNERS

COLUMNS = (
    Column("alignment", "durations from"),
    Column("boundary_error", "boundary error, ms", 2, interval=True),
    Column("paper_boundary_error", "paper: boundary error, ms", 2),
    Column("difference", "against this workflow's alignment, ms", 2, interval=True, signed=True),
    Column("p", "p", 3),
)


def table5(measured: Measured) -> Table:
    """The table; without a reference its rows say so."""
    config = measured.config
    own, other = _compare(measured)
    aligner: AlignerEntry = config.alignment.entry
    rows: list[dict[str, Cell]] = [
        _row("Reference TextGrids", _zero(own), difference=DASH, p=DASH),
        _row(
            f"This workflow: {aligner.title}",
            _error(measured, own),
            paper.BOUNDARY_ERRORS[aligner.paper_row][1] if aligner.paper_row else DASH,
            difference="baseline" if own else NOT_MEASURED,
            p="baseline" if own else NOT_MEASURED,
        ),
    ]
    if config.evaluation.other_textgrids:
        difference, p = _difference(measured, own, other)
        label = f"Other: {Path(config.evaluation.other_textgrids).name}"
        rows.append(_row(label, _error(measured, other), difference=difference, p=p))
    for row, (name, error) in paper.BOUNDARY_ERRORS.items():
        if row != aligner.paper_row:
            known = any(entry.paper_row == row for entry in ALIGNERS.values())
            words = "not this workflow's aligner" if known else NOT_BUILT
            rows.append(_row(name, words, error))
    return Table(5, "Durations", COLUMNS, rows, _protocol(measured, own, other))


def _row(
    alignment: str,
    error: Cell,
    published: Cell = DASH,
    difference: Cell = NOT_MEASURED,
    p: Cell = NOT_MEASURED,
) -> dict[str, Cell]:
    return {
        "alignment": alignment,
        "boundary_error": error,
        "paper_boundary_error": published,
        "difference": difference,
        "p": p,
    }


def _compare(
    measured: Measured,
) -> tuple[BoundaryDifferences | None, BoundaryDifferences | None]:
    """The workflow's alignment and the other one, each against the reference."""
    evaluation = measured.config.evaluation
    if not evaluation.reference_textgrids:
        if evaluation.other_textgrids:
            raise FS2Error(
                "evaluation.other_textgrids needs evaluation.reference_textgrids to be compared "
                "with"
            )
        return None, None
    reference = Path(evaluation.reference_textgrids)
    own = boundary_differences(reference, measured.results / "alignment" / "textgrids")
    if not evaluation.other_textgrids:
        return own, None
    return own, boundary_differences(reference, Path(evaluation.other_textgrids))


def _zero(own: BoundaryDifferences | None) -> Cell:
    return Estimate(0.0, 0.0, 0.0, len(own.by_clip)) if own else "no reference given"


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
    measured: Measured, own: BoundaryDifferences | None, other: BoundaryDifferences | None
) -> tuple[Cell, Cell]:
    """Mean over clips of the difference of their mean errors, other minus own; and its p."""
    if own is None or other is None:
        return NOT_MEASURED, NOT_MEASURED
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


def _protocol(
    measured: Measured, own: BoundaryDifferences | None, other: BoundaryDifferences | None
) -> tuple[str, ...]:
    words = (
        "Mean absolute difference in milliseconds of phone boundaries (each phone's start, and its "
        "end before a pause), pooled over the clips whose phones are the same in both; the "
        "difference of two alignments is the mean over clips of their errors', with Wilcoxon's "
        "signed-rank test (two-sided). The paper set 50 clips' boundaries by hand. It also found "
        f"a CMOS of {paper.DURATION_CMOS:+.3f} for FastSpeech with the aligner's durations instead "
        "of the teacher's; there is no FastSpeech here to repeat that."
    )
    if own is None:
        return (words, "The key evaluation.reference_textgrids names no reference, so nothing was "
                "measured.")  # fmt: skip
    counts = " and ".join(str(len(found.by_clip)) for found in (own, other) if found)
    return words, f"{counts} clips.", measured.clip_intervals
