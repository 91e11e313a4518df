from pathlib import Path

from _stage import stage

from fs2.corpus import fetch_corpus, prepare_corpus

with stage(snakemake) as (config, run):
    source = fetch_corpus(config.corpus, Path(snakemake.params.downloads))
    output = Path(snakemake.output.metadata).parent
    report = prepare_corpus(
        config.corpus, config.audio.settings(), source, output, snakemake.threads
    )
    run.metrics(report)
    run.artifact(snakemake.output.report)
    run.artifact(snakemake.output.splits)
