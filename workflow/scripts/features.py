from pathlib import Path

from _stage import stage

from fs2.features.extraction import extract_features

with stage(snakemake) as (config, run):
    report = extract_features(
        config.features,
        config.audio.settings(),
        corpus=Path(snakemake.input.splits).parent,
        text=Path(snakemake.input.phonemes).parent,
        alignment=Path(snakemake.input.durations).parent,
        output=Path(snakemake.output.features).parent,
        workers=snakemake.threads,
    )
    run.metrics(report)
    run.artifact(snakemake.output.statistics)
