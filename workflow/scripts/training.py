from pathlib import Path

from _stage import audio_logger, stage

from fs2.systems.train import train

with stage(snakemake) as (config, run):
    start = snakemake.input.get("start")
    summary = train(
        config,
        snakemake.wildcards.system,
        Path(snakemake.input.features),
        Path(snakemake.output.model).parent,
        on_log=lambda step, values: run.metrics(values, step),
        on_audio=audio_logger(run, config),
        start=Path(start[0]).parent if start else None,
    )
    del summary["validation"]  # the last point of the validation's curves
    run.metrics(summary)
    for file in snakemake.output:
        run.artifact(file)
