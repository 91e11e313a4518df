"""A table: cells with and without intervals, as CSV for machines and as Markdown for readers."""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
UNDEFINED = "undefined"


@dataclass(frozen=True)
class Estimate:
    """A measured value, its interval, the clips it is of, and those that have no value.

    The ends of an interval that is undefined are nan.
    """

    value: float
    low: float
    high: float
    clips: int
    undefined: tuple[str, ...] = ()


Cell = str | float | Estimate
"""Words say why there is no number: a cell is never empty."""


@dataclass(frozen=True)
class Column:
    """A column: `name` heads it in the CSV, `title` on the page.

    An `interval` column has in the CSV the further columns `<name>_low`, `<name>_high`,
    `<name>_clips` and `<name>_undefined` (how many clips have no value). A `label` stands after the
    first column and says with it which row this is.
    """

    name: str
    title: str
    digits: int = 2
    interval: bool = False
    signed: bool = False
    label: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the paper with our numbers beside it, or one of our own.

    Attributes:
        number: The paper's number; None if the paper has no such table.
        title: What it is about.
        columns: The first names the row.
        rows: Column name -> cell; the recordings' (or the reference's) first.
        protocol: Units, split, clips and rules, as sentences.
    """

    number: int | None
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Cell]]
    protocol: Sequence[str] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """What its file is called, without the ending: table3, robustness."""
        return f"table{self.number}" if self.number else self.title.lower()

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return f"Table {self.number}" if self.number else self.title

    @property
    def heading(self) -> str:
        """Its heading."""
        return f"{self.label}: {self.title}" if self.number else self.title

    @property
    def without_value(self) -> list[str]:
        """A sentence for each cell that some clips have no value of: how many, and their names."""
        return [
            f"{len(cell.undefined)} without a value ({row[self.columns[0].name]}, "
            f"{column.title}): {', '.join(cell.undefined)}."
            for row in self.rows
            for column in self.columns
            if isinstance(cell := row[column.name], Estimate) and cell.undefined
        ]


def show(cell: Cell, column: Column) -> str:
    """A cell for a reader: `0.12 (0.10 to 0.15)`, with true minus signs; words as they are."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Estimate):
        value = show_number(cell.value, column.digits, column.signed)
        if math.isnan(cell.low):
            return f"{value} (interval {UNDEFINED})"
        if cell.low == cell.high:
            return value
        low, high = (
            show_number(end, column.digits, column.signed) for end in (cell.low, cell.high)
        )
        return f"{value} ({low} to {high})"
    if 0 < cell < 0.5 * 10**-column.digits:
        return f"< {10**-column.digits:g}"
    return show_number(cell, column.digits, column.signed)


def show_number(value: float | None, digits: int, signed: bool = False) -> str:
    """A number for a reader, with a true minus sign; a dash for none."""
    if value is None:
        return DASH
    text = f"{value:{'+' if signed else ''}.{digits}f}"
    if float(text) == 0:
        return text.lstrip("+-")
    return text.replace("-", MINUS)


def csv_text(table: Table) -> str:
    """A table as CSV: every number, unrounded to six digits."""
    names = [name for column in table.columns for name in _csv_names(column)]
    rows = [
        {name: text for column in table.columns for name, text in _csv_cells(row, column)}
        for row in table.rows
    ]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def markdown(table: Table) -> str:
    """A table as Markdown: a heading, the rows, and its protocol below."""
    lines = [
        f"## {table.heading}",
        "",
        _line(column.title for column in table.columns),
        _line("---" if place == 0 else "---:" for place, _ in enumerate(table.columns)),
        *(_line(show(row[column.name], column) for column in table.columns) for row in table.rows),
        "",
        " ".join([*table.protocol, *table.without_value]),
        "",
    ]
    return "\n".join(lines)


def _line(cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _csv_names(column: Column) -> Iterator[str]:
    yield column.name
    if column.interval:
        yield from (f"{column.name}_{part}" for part in ("low", "high", "clips", "undefined"))


def _csv_cells(row: Mapping[str, Cell], column: Column) -> Iterator[tuple[str, str]]:
    cell = row[column.name]
    if isinstance(cell, Estimate):
        yield column.name, _digits(cell.value)
        for name, end in (("low", cell.low), ("high", cell.high)):
            yield f"{column.name}_{name}", UNDEFINED if math.isnan(end) else _digits(end)
        yield f"{column.name}_clips", str(cell.clips)
        yield f"{column.name}_undefined", str(len(cell.undefined))
        return
    text = cell if isinstance(cell, str) else _digits(cell)
    yield from ((name, text) for name in _csv_names(column))


def _digits(value: float) -> str:
    assert math.isfinite(value)
    return f"{value:.6g}"
