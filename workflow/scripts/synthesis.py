from pathlib import Path

from _stage import stage, vocoder_folder

from fs2.synthesis import synthesise

EXAMPLES = 3

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.clips)
    training = snakemake.input.get("training")
    summary = synthesise(
        snakemake.wildcards.system,
        config,
        features=Path(snakemake.input.features),
        training=Path(training[0]).parent if training else None,
        vocoder=vocoder_folder(snakemake),
        output=output,
        workers=snakemake.threads,
    )
    run.metrics(summary)
    for clip in sorted(output.glob("*.wav"))[:EXAMPLES]:
        run.artifact(clip, "audio")
