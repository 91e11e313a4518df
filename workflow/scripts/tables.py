from pathlib import Path

from _stage import stage

from fs2.evaluation.tables import write_tables

with stage(snakemake, name="tables") as (config, run):
    output = Path(snakemake.output.page).parent
    write_tables(config, output.parent, snakemake.params.systems, output)
    run.comparison(output, "tables")
