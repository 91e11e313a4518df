from pathlib import Path

from _stage import stage

from fs2.synthesis import synthesise

EXAMPLES = 3

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.clips)
    training = snakemake.input.get("training")
    vocoder = Path(snakemake.input.vocoder[0]) if snakemake.input.get("vocoder") else None
    if vocoder is not None and vocoder.is_file():
        vocoder = vocoder.parent
    summary = synthesise(
        snakemake.wildcards.system,
        config,
        features=Path(snakemake.input.features),
        training=Path(training[0]).parent if training else None,
        vocoder=vocoder,
        output=output,
        workers=snakemake.threads,
    )
    run.metrics(summary)
    for clip in sorted(output.glob("*.wav"))[:EXAMPLES]:
        run.artifact(clip, "audio")
