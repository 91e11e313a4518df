"""Tables 6 and 7: each system against the full one on the same clips, in place of CMOS."""

from collections.abc import Sequence
from dataclasses import replace

from fs2.evaluation import paper
from fs2.evaluation.tables.measured import Measured, published
from fs2.evaluation.tables.table import Cell, Column, Table

FULL = ("fastspeech2", "fastspeech2s")
INPUTS = tuple(
    f"{full}{without}" for full in FULL for without in ("", "-no-energy", "-no-pitch",
    "-no-pitch-energy")
)  # fmt: skip
"""Table 6."""
FURTHER = (
    "fastspeech2", "fastspeech2-no-cwt", "fastspeech2-phoneme-pitch",
    "fastspeech2s", "fastspeech2s-no-cwt", "fastspeech2s-no-mel-decoder",
)  # fmt: skip
"""Table 7, and phoneme-level pitch, against which the paper argues without a number."""
UNEQUAL_START = (
    "FastSpeech 2s begins here with the weights of the trained FastSpeech 2 "
    "(training.waveform.start_from_mel_system); without the mel decoder it begins from nothing, "
    "so this row is no fair comparison."
)

COLUMNS = (
    Column("system", "system"),
    Column("seeds", "seeds"),
    Column("parameters", "parameters, M", 2),
    Column("distillmos", "DistillMOS against the full system", interval=True, signed=True),
    Column("distillmos_p", "p", 3),
    Column("paper_cmos", "paper: CMOS", 3, signed=True),
    Column("dnsmos", "DNSMOS P.808", interval=True, signed=True),
    Column("dnsmos_p", "p", 3),
    Column("pitch_dtw", "F0 DTW, Hz", interval=True, signed=True),
    Column("pitch_dtw_p", "p", 3),
)


def table6(measured: Measured) -> Table:
    """Without energy, without pitch, without both."""
    return _table(6, "Without energy and pitch", INPUTS, measured)


def table7(measured: Measured) -> Table:
    """Without wavelets, without the mel decoder in training."""
    table = _table(7, "Without wavelets, and without the mel decoder", FURTHER, measured)
    if not measured.config.training.waveform.start_from_mel_system:
        return table
    return replace(table, protocol=(*table.protocol, UNEQUAL_START))


def full_system(system: str) -> str:
    """The system that an ablation is compared with."""
    return "fastspeech2s" if system.split("-")[0] == "fastspeech2s" else "fastspeech2"


def _table(number: int, title: str, systems: Sequence[str], measured: Measured) -> Table:
    return Table(
        number,
        title,
        COLUMNS,
        [_row(measured, system) for system in ("recordings", *systems)],
        (
            measured.setting,
            "Mean difference by clip from the full system, FastSpeech 2 or 2s, on the same clips "
            "(recordings: from FastSpeech 2), with Wilcoxon's signed-rank test (two-sided, not "
            "corrected for the number of rows). Nobody listened: DistillMOS stands in for the "
            "paper's CMOS, DNSMOS P.808 is a second opinion; of both, higher is better. F0 DTW, "
            "the distance of voiced F0 from the recording's, is better if lower.",
            measured.intervals,
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "system": paper.title(system),
        "seeds": measured.seeds(system),
        "parameters": measured.parameters(system),
        "paper_cmos": published(system, "ablation_cmos"),
    }
    for name in ("distillmos", "dnsmos", "pitch_dtw"):
        row[name], row[f"{name}_p"] = measured.difference(system, full_system(system), name)
    return row
