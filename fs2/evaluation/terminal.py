"""Evaluations side by side in the terminal: `fs2 compare`."""

from collections.abc import Sequence
from functools import cache

from fs2 import paper
from fs2.config.run_name import system_of
from fs2.errors import FS2Error
from fs2.evaluation.metrics import METRICS, Metric
from fs2.evaluation.rows import row_of
from fs2.evaluation.tables.table import Column, Estimate, show, show_number
from fs2.systems.catalogue import Catalogue
from fs2.tracking import EvaluationRecord

WISH = {"higher": "higher is better", "lower": "lower is better"}


def format_evaluations(
    records: Sequence[EvaluationRecord],
    corpora: Sequence[str] = (),
    systems: Sequence[str] = (),
    metrics: Sequence[str] = (),
) -> str:
    """A block a configuration and metric, a line a system, the paper's number at its end.

    Empty filters let everything through. Raises FS2Error that lists what there is if a name is not
    among it.
    """
    _check("corpus", corpora, [record.corpus for record in records])
    _check("system", systems, [record.system for record in records])
    _check("metric", metrics, [metric.name for metric in METRICS])
    chosen = [
        record
        for record in records
        if (not corpora or record.corpus in corpora) and (not systems or record.system in systems)
    ]
    wanted = [metric for metric in METRICS if not metrics or metric.name in metrics]
    blocks = []
    for corpus, configuration in dict.fromkeys((r.corpus, r.configuration) for r in chosen):
        group = [r for r in chosen if (r.corpus, r.configuration) == (corpus, configuration)]
        group.sort(key=lambda record: _place(record.system))
        blocks.append(f"{corpus}, configuration {configuration}")
        blocks += [block for metric in wanted if (block := _block(metric, group))]
    if len(blocks) == 0:
        raise FS2Error("no evaluation fits all of --corpus and --system")
    return "\n\n".join(blocks)


def _check(kind: str, wanted: Sequence[str], there: Sequence[str]) -> None:
    for name in wanted:
        if name not in there:
            known = ", ".join(dict.fromkeys(there)) or "none"
            raise FS2Error(f"--{kind} {name}: there is no such {kind}; there are: {known}")


@cache
def _known() -> Catalogue:
    """The systems that come along."""
    return Catalogue({})


def _row(run: str) -> str | None:
    """The row of the paper's tables that a run is."""
    return row_of(_known(), system_of(run))


def _place(system: str) -> tuple[int, str]:
    """The paper's order, then by name: the recordings come first, seeds stand together."""
    rows, row = list(paper.ROWS), _row(system)
    return (rows.index(row) if row in rows else len(rows), system)


def _block(metric: Metric, records: Sequence[EvaluationRecord]) -> str:
    rows = []
    for record in records:
        value = record.metrics.get(metric.name)
        if value is None:
            continue
        low = record.metrics.get(f"{metric.name}_low", value)
        high = record.metrics.get(f"{metric.name}_high", value)
        ours = show(Estimate(value, low, high, 0), Column(metric.name, "", metric.digits))
        published = paper.value(_row(record.system), metric.name)
        theirs = "" if published is None else f"paper {show_number(published, metric.digits)}"
        rows.append((record.system, ours, theirs))
    if not rows:
        return ""
    width, span = (max(len(row[place]) for row in rows) for place in (0, 1))
    unit = f", {metric.unit}" if metric.unit else ""
    wish = WISH.get(metric.better, "near the recordings is better")
    lines = [f"{metric.title}{unit} ({wish})"]
    lines += [
        f"  {system:<{width}}  {ours:<{span}}  {theirs}".rstrip() for system, ours, theirs in rows
    ]
    return "\n".join(lines)
