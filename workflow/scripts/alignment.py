from pathlib import Path

from _stage import stage

from fs2.alignment import prepare_alignment

with stage(snakemake) as (config, run):
    report = prepare_alignment(
        config.alignment,
        config.audio.settings(),
        corpus=Path(snakemake.input.metadata).parent,
        text=Path(snakemake.input.phonemes).parent,
        output=Path(snakemake.output.durations).parent,
        workers=snakemake.threads,
        temporary=Path(snakemake.resources.tmpdir),
    )
    run.metrics(report)
    run.artifact(snakemake.output.report)
