from pathlib import Path

from _stage import stage

from fs2.training import train

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.model).parent
    features = Path(snakemake.input.features)
    system = snakemake.wildcards.system
    summary = train(config, system, features, output, on_log=lambda step, v: run.metrics(v, step))
    run.metrics(summary)
    for file in snakemake.output:
        run.artifact(file)
