from pathlib import Path

from _stage import audio_logger, stage

from fs2.config.schema import Vocoder
from fs2.vocoder.parallel_wavegan.training import train_parallel_wavegan

with stage(snakemake, name="vocoder", subject="parallel_wavegan") as (config, run):
    vocoder = Vocoder(**snakemake.params.vocoder)
    summary = train_parallel_wavegan(
        config.model_copy(update={"vocoder": vocoder}),
        Path(snakemake.input.features),
        Path(snakemake.output.description).parent,
        on_log=lambda step, values: run.metrics(values, step),
        on_audio=audio_logger(run, config),
    )
    del summary["validation"]  # the last point of the validation's curves
    run.metrics(summary)
    for file in snakemake.output:
        run.artifact(file)
