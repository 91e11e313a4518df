"""Which rows the tables have, and what they are called: from the systems' files and the paper."""

from collections.abc import Sequence

from fs2 import paper
from fs2.references import is_reference
from fs2.systems.catalogue import Catalogue


def row_of(catalogue: Catalogue, system: str) -> str | None:
    """The row of the paper's tables that a system or reference is; None if it is none of them."""
    if is_reference(system):
        return system if system in paper.ROWS else None
    return catalogue.file(system).paper_row if system in catalogue.names else None


def title_of(catalogue: Catalogue, system: str) -> str:
    """Its name for readers: its own, else the paper's, else its name in files and folders."""
    if system in catalogue.names and (own := catalogue.file(system).title):
        return own
    row = row_of(catalogue, system) or system
    return paper.ROWS[row].title if row in paper.ROWS else system


def table_rows(catalogue: Catalogue, number: int) -> list[str]:
    """Systems, references and rows that no system is, in the order of one of the paper's tables.

    A system with a row of its own stands behind those that are compared with the same full system.
    """
    rows: list[str] = []
    for name, row in paper.ROWS.items():
        if number in row.tables:
            rows += [name] if is_reference(name) else catalogue.of_row(name) or [name]
    for system in catalogue.names:
        if number in catalogue.file(system).tables and system not in rows:
            rows.insert(_place(catalogue, rows, system), system)
    return rows


def _place(catalogue: Catalogue, rows: Sequence[str], system: str) -> int:
    full = catalogue.full(system)
    kin = [place for place, row in enumerate(rows)
           if row in catalogue.names and catalogue.full(row) == full]  # fmt: skip
    return max(kin) + 1 if kin else len(rows)
