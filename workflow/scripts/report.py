from pathlib import Path

from _stage import stage

from fs2.evaluation.report import write_report

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.report)
    write_report(config, output.parents[1], snakemake.params.systems, output)
    run.artifact(output)
