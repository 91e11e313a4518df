"""Tables 6 and 7: each system against the full one on the same clips, in place of CMOS."""

from collections.abc import Sequence

from fs2.evaluation.tables.listeners import CMOS, beside, protocol, proxies
from fs2.evaluation.tables.measured import Measured
from fs2.evaluation.tables.table import Cell, Column, Table

UNEQUAL_START = (
    "{full} begins here with the weights of the trained {start} (training.warm_start); {system} "
    "begins from nothing, so its row is no fair comparison."
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
    return _table(6, "Without energy and pitch", measured)


def table7(measured: Measured) -> Table:
    """Without wavelets, without the mel decoder in training."""
    return _table(7, "Without wavelets, and without the mel decoder", measured)


def _unequal_starts(measured: Measured, systems: Sequence[str]) -> list[str]:
    """A sentence for each system that begins from nothing while its full one does not."""
    catalogue, sentences = measured.catalogue, []
    for system in systems:
        if system not in catalogue.names:
            continue
        full = catalogue.full(system)
        start = catalogue.needs(full).get("start")
        if start and "start" not in catalogue.needs(system):
            names = {"full": full, "start": start, "system": system}
            titles = {part: measured.title(name) for part, name in names.items()}
            sentences.append(UNEQUAL_START.format(**titles))
    return sentences


def _table(number: int, title: str, measured: Measured) -> Table:
    systems = measured.rows(number)
    listeners = measured.listeners
    return Table(
        number,
        title,
        COLUMNS if listeners is None else beside(COLUMNS, {"paper_cmos": CMOS}),
        [_row(measured, system) for system in systems],
        (
            measured.setting,
            *protocol(listeners, rated=False),
            "Mean difference by clip from the full system, FastSpeech 2 or 2s, on the same clips "
            "(recordings: from FastSpeech 2), with Wilcoxon's signed-rank test (two-sided, not "
            f"corrected for the number of rows). {proxies(listeners)}DistillMOS stands in for the "
            "paper's CMOS, DNSMOS P.808 is a second opinion; of both, higher is better. F0 DTW, "
            "the distance of voiced F0 from the recording's, is better if lower.",
            measured.intervals,
            *_unequal_starts(measured, systems),
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "system": measured.title(system),
        "seeds": measured.seeds(system),
        "parameters": measured.parameters(system),
        "paper_cmos": measured.published(system, "ablation_cmos"),
    }
    for name in ("distillmos", "dnsmos", "pitch_dtw"):
        row[name], row[f"{name}_p"] = measured.difference(system, measured.full(system), name)
    if measured.listeners is not None:
        row["cmos"] = measured.listeners.cmos(system, measured.full(system))
    return row
