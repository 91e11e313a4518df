from pathlib import Path

from _stage import stage, vocoder_folder

from fs2.synthesis import synthesise

EXAMPLES = 3

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.clips)
    trained, vocoder = snakemake.input.get("training"), vocoder_folder(snakemake)
    training = Path(trained[0]).parent if trained else None
    summary = synthesise(
        snakemake.wildcards.system,
        config,
        features=Path(snakemake.input.features),
        training=training,
        vocoder=vocoder,
        output=output,
        workers=snakemake.threads,
    )
    run.metrics(summary)
    for clip in sorted(output.glob("*.wav"))[:EXAMPLES]:
        run.artifact(clip, "audio")
    if training:  # here, since only now the vocoder is sure to be there too
        run.voice(training, vocoder)
