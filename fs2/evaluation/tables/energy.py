"""Table 4: mean absolute error of the energy."""

from fs2.evaluation.tables.measured import Measured
from fs2.evaluation.tables.table import Cell, Column, Table

PAPERS = "energy_mae_mel_recorded_durations"
"""Our metric that is measured as the paper's."""
METRICS = (
    (PAPERS, "mel, recorded durations", 3),
    ("energy_mae_mel", "mel, own durations", 3),
    ("energy_mae_mel_dtw", "mel, DTW", 3),
    ("energy_mae_stft_recorded_durations", "STFT, recorded durations", 2),
    ("energy_mae_stft", "STFT, own durations", 2),
    ("energy_mae_stft_dtw", "STFT, DTW", 2),
)
"""Metric, title of its column, digits; the paper's numbers stand behind the first."""

_OURS = [Column(name, title, digits, interval=True) for name, title, digits in METRICS]
COLUMNS = (
    Column("system", "system"),
    Column("seeds", "seeds"),
    _OURS[0],
    Column("paper_energy_mae", "paper: MAE", 3),
    *_OURS[1:],
)


def table4(measured: Measured) -> Table:
    """The table, with systems of ours that no table of the paper has at its end."""
    names = [*measured.rows(4), *measured.others(4)]
    return Table(
        4,
        "Energy",
        COLUMNS,
        [_row(measured, system) for system in names],
        (
            measured.setting,
            "Mean absolute difference by frame, without a unit: of the L2 norm of the linear mel "
            "frame, the scale that the paper's numbers fit, and of the magnitude STFT frame, which "
            "the model predicts. Three ways say which frames correspond, and a number compares "
            "only within its column. Recorded durations, the paper's way: the clips are spoken "
            "once more with the recordings' durations, pauses included, so that frame answers to "
            "frame. Own durations: each spoken phoneme is stretched evenly onto the recorded one; "
            "all frames of phonemes that both have, voiced or not. DTW: dynamic time warping of "
            "mel cepstra without their loudness; mean along the path. A system that makes frame "
            "after frame has no durations, so that it has the last alone: the others are undefined "
            "for it.",
            measured.intervals,
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    return {
        "system": measured.title(system),
        "seeds": measured.seeds(system),
        **{name: measured.estimate(system, name) for name, _, _ in METRICS},
        "paper_energy_mae": measured.published(system, PAPERS),
    }
