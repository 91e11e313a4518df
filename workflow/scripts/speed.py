from pathlib import Path

from _stage import stage, vocoder_folder

from fs2.evaluation.speed import measure_speed

with stage(snakemake) as (config, run):
    speed = measure_speed(
        config,
        features=Path(snakemake.input.features),
        training=Path(snakemake.input.training[0]).parent,
        vocoder=vocoder_folder(snakemake),
        output=Path(snakemake.output.speed),
        threads=snakemake.threads,
    )
    run.metrics({"real_time_factor": speed["real_time_factor"]})
    run.artifact(snakemake.output.speed)
