from pathlib import Path

from _stage import stage

from fs2 import tracking
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
    if config.alignment.aligner == "mfa":  # its environment has no MLflow
        aligned = Path(snakemake.input.durations).with_name("report.json")
        parameters = {"alignment": config.section("alignment")}
        tracking.record_afterwards(config, "alignment", parameters, aligned)
    run.metrics(report)
    run.artifact(snakemake.output.statistics)
