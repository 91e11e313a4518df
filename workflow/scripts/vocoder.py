from pathlib import Path

from _stage import stage

from fs2.config.schema import Vocoder
from fs2.vocoder import fetch_vocoder

with stage(snakemake, subject=snakemake.wildcards.vocoder) as (config, run):
    output = Path(snakemake.output.vocoder)
    fetch_vocoder(
        Vocoder(**snakemake.params.vocoder),
        Path(snakemake.params.downloads),
        output,
        config.audio.settings(),
    )
    run.artifact(output / "vocoder.json")
