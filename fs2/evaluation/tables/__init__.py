"""The paper's seven tables, our measurements beside its numbers (section 3), and robustness."""

import logging
from collections.abc import Sequence
from pathlib import Path

from fs2 import paper
from fs2.evaluation.tables.ablations import table6, table7
from fs2.evaluation.tables.duration import table5
from fs2.evaluation.tables.energy import table4
from fs2.evaluation.tables.measured import Measured
from fs2.evaluation.tables.pitch import table3
from fs2.evaluation.tables.quality import table1
from fs2.evaluation.tables.robustness import robustness_table
from fs2.evaluation.tables.speed import overload_warnings, table2
from fs2.evaluation.tables.table import Table, csv_text, markdown
from fs2.files import write_text
from fs2.systems.catalogue import Catalogue

logger = logging.getLogger(__name__)

__all__ = ["Measured", "Table", "make_tables", "robustness_table", "write_tables"]


def make_tables(measured: Measured) -> list[Table]:
    """The paper's seven tables, in order."""
    makers = (table1, table2, table3, table4, table5, table6, table7)
    return [make(measured) for make in makers]


def write_tables(
    catalogue: Catalogue, results: Path, run_names: Sequence[str], output: Path
) -> None:
    """Write `table1.csv` to `table7.csv`, `robustness.csv` and `tables.md` into `output`.

    Args:
        catalogue: The systems of the workflow's configuration.
        results: `results/<corpus>/`.
        run_names: Whose numbers are shown, the references `recordings` and `vocoded` too; those of
            one system with several seeds (`fs2.config.run_name`) are one row. Rows of others say
            that they were not run.
        output: The folder, by convention `results/<corpus>/tables/`.

    Raises FS2Error if TextGrids that the configuration names are missing or broken.
    """
    measured = Measured(catalogue, results, run_names)
    tables = [*make_tables(measured), robustness_table(measured)]
    for words in overload_warnings(measured):
        logger.warning("table 2: %s", words.removeprefix("WARNING: "))
    for table in tables:
        write_text(output / f"{table.name}.csv", csv_text(table))
    heading = (
        f"# The paper's tables on {catalogue.base.corpus.name}\n\n"
        f"Beside a number of ours stands that of *{paper.TITLE}* ({paper.REFERENCE}), where it "
        "has one.\n"
        f"Configuration {catalogue.base.hash()}.\n"
    )
    write_text(output / "tables.md", "\n".join([heading, *map(markdown, tables)]))
