from pathlib import Path

from _stage import stage

from fs2.text.prepare import prepare_text

with stage(snakemake) as (config, run):
    output = Path(snakemake.output.phonemes).parent
    run.metrics(prepare_text(config.text, Path(snakemake.input.metadata), output))
    for file in ("report", "symbols", "unknown_words"):
        run.artifact(snakemake.output[file])
