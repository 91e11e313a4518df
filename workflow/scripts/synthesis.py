from pathlib import Path

from _stage import stage

from fs2.synthesis import synthesise

EXAMPLES = 3

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.clips)
    training, vocoder = snakemake.input.get("training"), snakemake.input.get("vocoder")
    summary = synthesise(
        snakemake.wildcards.system,
        config,
        features=Path(snakemake.input.features),
        training=Path(training[0]).parent if training else None,
        vocoder=Path(vocoder[0]) if vocoder else None,
        output=output,
        workers=snakemake.threads,
    )
    run.metrics(summary)
    for clip in sorted(output.glob("*.wav"))[:EXAMPLES]:
        run.artifact(clip, "audio")
