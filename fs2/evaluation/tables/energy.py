"""Table 4: mean absolute error of the energy."""

from fs2.evaluation.tables.measured import Measured
from fs2.evaluation.tables.table import Column, Table

COLUMNS = (
    Column("system", "system"),
    Column("seeds", "seeds"),
    Column("energy_mae_mel", "MAE, mel", 3, interval=True),
    Column("paper_energy_mae", "paper: MAE", 3),
    Column("energy_mae_stft", "MAE, STFT", 2, interval=True),
)


def table4(measured: Measured) -> Table:
    """The table, with systems of ours that no table of the paper has at its end."""
    names = [*measured.rows(4), *measured.others(4)]
    return Table(
        4,
        "Energy",
        COLUMNS,
        [
            {
                "system": measured.title(system),
                "seeds": measured.seeds(system),
                "energy_mae_mel": measured.estimate(system, "energy_mae_mel"),
                "paper_energy_mae": measured.published(system, "energy_mae_mel"),
                "energy_mae_stft": measured.estimate(system, "energy_mae_stft"),
            }
            for system in names
        ],
        (
            measured.setting,
            "Mean absolute difference by frame, without a unit: of the L2 norm of the linear mel "
            "frame, the scale that the paper's numbers fit, and of the magnitude STFT frame, which "
            "the model predicts. Each spoken phoneme is stretched evenly onto the recorded one; "
            "all frames of phonemes that both have, voiced or not.",
            measured.intervals,
        ),
    )
