from pathlib import Path
from tempfile import TemporaryDirectory

from _stage import stage

from fs2.evaluation.figures import write_figures
from fs2.evaluation.report import write_report

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.report)
    write_report(config, output.parents[1], snakemake.params.systems, output)
    run.comparison(output, "report")
    with TemporaryDirectory() as folder:
        write_figures(output, Path(folder))
        run.comparison(folder, "figures")
