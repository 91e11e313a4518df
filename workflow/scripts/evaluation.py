from pathlib import Path

from _stage import stage

from fs2.evaluation.evaluate import evaluate
from fs2.files import write_json
from fs2.systems.finished import result_settings

with stage(snakemake) as (config, run):
    metrics = evaluate(
        config.evaluation,
        features=Path(snakemake.input.features),
        synthesis=Path(snakemake.input.synthesis),
        system=snakemake.wildcards.system,
        output=Path(snakemake.output.metrics).parent,
        workers=snakemake.threads,
    )
    write_json(Path(snakemake.output.settings), result_settings(config))
    run.metrics({name: metric["value"] for name, metric in metrics.items()})
    for end in ("low", "high"):
        ends = {f"{name}_{end}": metric[end] for name, metric in metrics.items()}
        run.metrics(ends, detail=True)
    run.artifact(snakemake.output.metrics)
    run.artifact(snakemake.output.per_clip)
