# The checked configuration and what several stages ask of it.
#
# A rule's params hold exactly the settings that its result depends on, so that a changed key runs
# the stages again that use it, and no others. Scripts read the configuration itself from
# snakemake.config, a change of which triggers nothing: the tracking section stands in no params.

import re
import sys
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, workflow.basedir)

from fs2.config import Config
from fs2.config_files import SYSTEMS_FOLDER, mel_system, parse_config, system_config
from fs2.config_waveform import PARALLEL_WAVEGAN
from fs2.errors import FS2Error

TRAINABLE = sorted(file.stem for file in SYSTEMS_FOLDER.glob("*.yaml"))
"""Systems that have an overlay."""


def checked(parse, *arguments) -> Config:
    """A configuration; a bad one stops the workflow with the message alone."""
    try:
        return parse(*arguments)
    except FS2Error as error:
        raise WorkflowError(str(error))


CONFIG = checked(parse_config, config, ", ".join(map(str, workflow.configfiles)))
SYSTEMS = {system: checked(system_config, config, system) for system in CONFIG.systems}
VOCODERS = {CONFIG.vocoder.name: CONFIG.vocoder}
for system, values in SYSTEMS.items():
    if VOCODERS.setdefault(values.vocoder.name, values.vocoder) != values.vocoder:
        raise WorkflowError(
            f"systems: {system} gives the vocoder {values.vocoder.name} other settings than "
            "another system; results/<corpus>/vocoder/ has room for one of a name"
        )
COPIES = {
    "vocoded" if name == CONFIG.vocoder.name else f"vocoded-{name}": settings
    for name, settings in VOCODERS.items()
}
"""The recordings' mels through each vocoder, evaluated like systems."""

REFERENCES = ["recordings", *COPIES]
"""Systems without training: the test clips themselves, and their copies."""

EVALUATED = [*REFERENCES, *SYSTEMS]
RESULTS = f"results/{CONFIG.corpus.name}"
DOWNLOADS = "resources"


@cache
def configuration(system: str) -> Config:
    """The configuration of one system; the references have no overlay of their own."""
    return CONFIG if system in REFERENCES else checked(system_config, config, system)


def section(name: str):
    """Parameter function: one section of the configuration of the job's system."""
    return lambda wildcards: configuration(wildcards.system).section(name)


def audio(*keys: str) -> dict:
    """The audio settings that a stage uses, all of them unless some are named."""
    settings = CONFIG.section("audio")
    return {key: settings[key] for key in keys} if keys else settings


def local(path: str | None) -> list[str]:
    """A path of the user's own as an input, if there is one: a changed file is used again.

    Of a folder its metadata.csv counts too; a clip changed within needs `-R corpus`.
    """
    if not path:
        return []
    metadata = Path(path) / "metadata.csv"
    return [path, str(metadata)] if metadata.is_file() else [path]


def trained_model(wildcards) -> list[str]:
    """Input function: the trained model of a system; the references have none."""
    if wildcards.system in REFERENCES:
        return []
    return expand(rules.training.output, system=wildcards.system)


def vocoder_folder(wildcards) -> list[str]:
    """Input function: the vocoder of a system that does not make waveforms itself.

    Of Parallel WaveGAN it is the file vocoder.json in it, since its rule has no folder as output.
    """
    settings = vocoder_settings(wildcards)
    if not settings:
        return []
    if settings["name"] == PARALLEL_WAVEGAN:
        return [rules.vocoder_training.output.description]
    return expand(rules.vocoder.output.vocoder, vocoder=settings["name"])


def first_system(wildcards) -> list[str]:
    """Input function: the trained system that FastSpeech 2s begins with, if one is configured."""
    start = mel_system(wildcards.system, configuration(wildcards.system))
    return expand(rules.training.output, system=start) if start else []


def synthesis_settings(wildcards) -> dict:
    """Parameter function: the synthesis section of a system; the references are not controlled."""
    settings = configuration(wildcards.system).section("synthesis")
    if wildcards.system in REFERENCES:
        return {"maximum_clips": settings["maximum_clips"]}
    return settings


def vocoder_settings(wildcards) -> dict | None:
    """Parameter function: the vocoder section of a system that needs a vocoder."""
    if wildcards.system in COPIES:
        return vocoder_section(COPIES[wildcards.system].name)
    system = configuration(wildcards.system)
    if wildcards.system == "recordings" or system.model.output == "waveform":
        return None
    return system.section("vocoder")


def vocoder_section(name: str) -> dict:
    """The settings of one vocoder, without those of others."""
    if name not in VOCODERS:
        raise WorkflowError(
            f"vocoder.name: {name} is not the vocoder of any system; "
            f"choose it: --config vocoder='{{name: {name}}}'"
        )
    return CONFIG.model_copy(update={"vocoder": VOCODERS[name]}).section("vocoder")


def one_of(names: list[str]) -> str:
    """Wildcard constraint: exactly one of these names."""
    return "|".join(re.escape(name) for name in names)


INTERVALS = CONFIG.evaluation.model_dump(
    mode="json", include={"bootstrap_samples", "confidence"}
)


def references() -> list[str]:
    """Inputs: the alignments that table 5 compares, if there is a reference."""
    if not CONFIG.evaluation.reference_textgrids:
        return []
    return [
        *local(CONFIG.evaluation.reference_textgrids),
        *local(CONFIG.evaluation.other_textgrids),
        rules.alignment.output.textgrids,
    ]


PAPER_SYSTEMS = [
    system
    for system in TRAINABLE
    if system.split("-")[0] in ("fastspeech2", "fastspeech2s")
]
"""Rows of the paper's tables, and variants of them: every overlay that is named like one."""


def results_of(systems) -> dict:
    """Inputs: what the tables show of some systems, the references included."""
    everyone = [*REFERENCES, *systems]
    return {
        "metrics": expand(rules.evaluation.output.metrics, system=everyone),
        "per_clip": expand(rules.evaluation.output.per_clip, system=everyone),
        "speed": expand(rules.speed.output.speed, system=systems),
        "models": expand(rules.training.output.description, system=systems),
        "references": references(),
    }


def table_report(name: str):
    """A file of the tables, as Snakemake's own report shows it."""
    return report(
        f"{RESULTS}/tables/{name}",
        caption=f"../report/{Path(name).stem}.rst",
        category="Tables",
    )


TARGETS = ("all", "ablations", "tables", "help")


def overview() -> str:
    """The targets, each with its docstring, and the options that one needs most."""
    targets = [f"  {name:<11}{getattr(rules, name).rule.docstring}" for name in TARGETS]
    lines = [
        "snakemake --cores all [TARGET], without one: all",
        "",
        *targets,
        "",
        "  --config systems='[a,b]'   systems of the target all: files in config/systems/",
        "  -n                         what would run, and why",
        "  -R STAGE                   a stage and what follows, again",
        "",
        "A trained system is not trained again because another one is asked for.",
        f"Systems: {', '.join(TRAINABLE)}",
    ]
    return "\n".join(lines)


wildcard_constraints:
    system=one_of([*REFERENCES, *TRAINABLE]),
