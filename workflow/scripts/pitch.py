from pathlib import Path

from _stage import stage

from fs2.evaluation.pitch_analysis import analyse_pitch

with stage(snakemake) as (config, run):
    analysis = analyse_pitch(
        config.evaluation,
        features=Path(snakemake.input.features),
        synthesis=Path(snakemake.input.synthesis),
        system=snakemake.wildcards.system,
        output=Path(snakemake.output.pitch),
    )
    for scale, error in enumerate(analysis["scales"], 1):
        run.metrics({f"scale_{scale}_error": error["value"]})
    run.artifact(snakemake.output.pitch)
