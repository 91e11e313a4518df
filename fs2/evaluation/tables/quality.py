"""Table 1: quality. Two networks' estimates and a recogniser stand in for the listeners."""

from fs2.evaluation.tables.listeners import CMOS, MOS, beside, protocol, proxies
from fs2.evaluation.tables.measured import Measured
from fs2.evaluation.tables.table import Cell, Column, Table
from fs2.evaluation.words import WORDS_PER_SECOND

COLUMNS = (
    Column("system", "system"),
    Column("seeds", "seeds"),
    Column("distillmos", "DistillMOS", interval=True),
    Column("dnsmos", "DNSMOS P.808", interval=True),
    Column("word_error_rate", "word errors, %", 1, interval=True),
    Column("paper_mos", "paper: MOS"),
    Column("difference", "DistillMOS against FastSpeech 2", interval=True, signed=True),
    Column("p", "p", 3),
    Column("paper_cmos", "paper: CMOS", 3, signed=True),
)


def table1(measured: Measured) -> Table:
    """The table, with systems of ours that no table of the paper has at its end."""
    names = [*measured.rows(1), *measured.others(1)]
    listeners = measured.listeners
    return Table(
        1,
        "Audio quality",
        COLUMNS if listeners is None else beside(COLUMNS, {"paper_mos": MOS, "paper_cmos": CMOS}),
        [_row(measured, system) for system in names],
        (
            measured.setting,
            *protocol(listeners, rated=True),
            f"{proxies(listeners)}DistillMOS, a network's estimate of the mean opinion score from "
            "1 to 5, stands in for the paper's MOS, and its difference on the same clips for the "
            "paper's CMOS, with Wilcoxon's signed-rank test (two-sided, not corrected for the "
            "number of rows). Estimates compare within their own column only.",
            f"Where more than {WORDS_PER_SECOND:g} words a second were heard, the recogniser was "
            "in a loop of its own: then each word counts as wrong.",
            measured.intervals,
            "The paper's MOS have 95 % intervals of 0.07 to 0.09 to each side.",
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    difference, p = measured.difference(system, measured.baseline, "distillmos")
    names = ("distillmos", "dnsmos", "word_error_rate")
    heard: dict[str, Cell] = {}
    if measured.listeners is not None:
        heard["mos"] = measured.listeners.mos(system)
        heard["cmos"] = measured.listeners.cmos(system, measured.baseline)
    return {
        "system": measured.title(system),
        "seeds": measured.seeds(system),
        **{name: measured.estimate(system, name) for name in names},
        "paper_mos": measured.published(system, "mos"),
        "difference": difference,
        "p": p,
        "paper_cmos": measured.published(system, "cmos"),
        **heard,
    }
