"""Table 3: moments of F0, and its distance from the recordings'."""

from fs2.evaluation.tables.measured import Measured
from fs2.evaluation.tables.table import Cell, Column, Table

METRICS = (
    ("pitch_sigma", "standard deviation, Hz", 1),
    ("pitch_gamma", "skewness", 3),
    ("pitch_kurtosis", "kurtosis", 3),
    ("pitch_dtw", "DTW, Hz", 2),
)

COLUMNS = (
    Column("system", "system"),
    Column("seeds", "seeds"),
    *(
        column
        for name, title, digits in METRICS
        for column in (
            Column(name, title, digits, interval=True),
            Column(f"paper_{name}", f"paper: {title}", digits),
        )
    ),
)


def table3(measured: Measured) -> Table:
    """The table, with systems of ours that no table of the paper has at its end."""
    names = [*measured.rows(3), *measured.others(3)]
    return Table(
        3,
        "Pitch",
        COLUMNS,
        [_row(measured, system) for system in names],
        (
            measured.setting,
            "F0 in Hz as measured on the audio (WORLD: DIO and StoneMask) at each mel frame's "
            "centre; voiced frames are those in which DIO finds an F0, and only they count, pooled "
            "over clips: standard deviation, skewness, excess kurtosis. DTW: mean absolute "
            "difference along the best path between the voiced F0 of clip and recording, divided "
            "by the path's length; mean over clips.",
            measured.intervals,
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "system": measured.title(system),
        "seeds": measured.seeds(system),
    }
    for name, _, _ in METRICS:
        row[name] = measured.estimate(system, name)
        row[f"paper_{name}"] = measured.published(system, name)
    return row
