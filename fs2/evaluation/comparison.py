"""What the report shows of several systems together: the paper's tables, ablations, pitch."""

from collections.abc import Mapping, Sequence
from typing import Any

from fs2.evaluation import comparison_plots
from fs2.evaluation.comparison_plots import Bar
from fs2.evaluation.downloads import table_download
from fs2.evaluation.metrics import METRICS
from fs2.evaluation.tables import Measured, Table, make_tables
from fs2.evaluation.tables.measured import NO_SYSTEM
from fs2.evaluation.tables.table import DASH, Cell, Column, Estimate, show
from fs2.files import read_json
from fs2.references import is_reference

ABLATION_METRICS = ("distillmos", "pitch_dtw")
"""The first is the proxy of the paper's CMOS."""


def paper_tables(measured: Measured) -> list[dict[str, Any]]:
    """The seven tables as text, for the page."""
    return [table_text(table) for table in make_tables(measured)]


def table_text(table: Table) -> dict[str, Any]:
    """A table as text, for the page."""
    return {
        "number": table.number,
        "label": table.label,
        "heading": table.heading,
        "heads": [column.title for column in table.columns],
        "rows": [_row(row, table.columns) for row in table.rows],
        "protocol": " ".join(table.protocol),
        "without_value": table.without_value,
        "download": table_download(table),
    }


def _row(row: Mapping[str, Cell], columns: Sequence[Column]) -> dict[str, Any]:
    """A row of the page: its cells, or one line on a system of which nothing was measured."""
    name, *others = columns
    labels = [column for column in others if column.label]
    rest = [column for column in others if not column.label]
    ours = {row[column.name] for column in rest if not _is_paper(column)} - {DASH}
    reason = next(iter(ours)) if len(ours) == 1 else None
    return {
        "name": show(row[name.name], name),
        "labels": [show(row[column.name], column) for column in labels],
        "cells": [_cell(row[column.name], column) for column in rest],
        "not_run": _not_run(row, rest, reason) if reason in NO_SYSTEM else None,
    }


def _not_run(row: Mapping[str, Cell], columns: Sequence[Column], reason: Any) -> str:
    """Why there is no number, and the paper's numbers."""
    published = [
        f"{column.title.removeprefix('paper: ')} {show(row[column.name], column)}"
        for column in columns
        if _is_paper(column) and row[column.name] != DASH
    ]
    return f"{reason}; the paper: {', '.join(published)}" if published else f"{reason}"


def _is_paper(column: Column) -> bool:
    return column.name.startswith("paper_")


def _cell(cell: Cell, column: Column) -> dict[str, Any]:
    text, _, interval = show(cell, column).partition(" (")
    word = isinstance(cell, str)
    return {
        "text": show(cell, column) if word else text,
        "interval": None if word else interval.removesuffix(")"),
        "is_word": word,
        "is_paper": _is_paper(column),
    }


def ablations(measured: Measured) -> list[dict[str, str]]:
    """A figure for each metric of which some ablation was measured beside its full system."""
    titles = {metric.name: metric.title for metric in METRICS}
    systems = [
        *(name for name in measured.systems if is_reference(name)),
        *(name for name in (*measured.rows(6), *measured.rows(7)) if not is_reference(name)),
        *(name for name in measured.systems if name in measured.catalogue.ablations),
    ]
    figures = []
    for metric in ABLATION_METRICS:
        proxy = metric == ABLATION_METRICS[0]
        bars = []
        for system in dict.fromkeys(systems):
            difference, _ = measured.difference(system, measured.full(system), metric)
            if isinstance(difference, Estimate):
                published = measured.published(system, "ablation_cmos") if proxy else None
                title, reference = _with_seeds(measured, system), is_reference(system)
                number = published if isinstance(published, float) else None
                bars.append(Bar(title, difference, number, reference))
        if any(not bar.is_reference for bar in bars):
            label = f"{titles[metric]} against the full system"
            plot = comparison_plots.ablation_bars(bars, label)
            figures.append({"label": label, "plot": plot})
    return figures


def _with_seeds(measured: Measured, system: str) -> str:
    """The name of a system; with the number of seeds, if there are several."""
    runs = len(measured.runs(system))
    return f"{measured.title(system)} ({runs} seeds)" if runs > 1 else measured.title(system)


def pitch(measured: Measured) -> dict[str, Any] | None:
    """Histograms and errors by scale of the systems whose pitch was analysed; None if of none.

    Of a system with several seeds, the first is shown.
    """
    found = _analyses(measured)
    if not found:
        return None
    errors = [(title, a) for title, a in found if title != measured.title("recordings")]
    errors = [(title, analysis) for title, analysis in errors if analysis["scales"]]
    return {
        "histograms": comparison_plots.f0_histograms(found),
        "scales": comparison_plots.scale_errors(errors) if errors else None,
        "undefined": _undefined(found),
    }


def _analyses(measured: Measured) -> list[tuple[str, dict[str, Any]]]:
    paths = {
        system: measured.results / "evaluation" / measured.runs(system)[0] / "pitch.json"
        for system in measured.systems
        if measured.runs(system)
    }
    return [
        (measured.title(system), read_json(path))
        for system, path in paths.items()
        if path.is_file()
    ]


def _undefined(found: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    return [
        f"{title}: {len(analysis['undefined'])} clips without an error, "
        f"{', '.join(analysis['undefined'])}"
        for title, analysis in found
        if analysis["undefined"]
    ]
