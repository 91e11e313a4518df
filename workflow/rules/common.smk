# The checked configuration and what several stages ask of it.
#
# A rule's params hold exactly the settings that its result depends on, so that a changed key runs
# the stages again that use it, and no others. Scripts read the configuration itself from
# snakemake.config, a change of which triggers nothing: the tracking section stands in no params.

import re
import sys
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args

from snakemake.exceptions import WorkflowError

sys.path.insert(0, workflow.basedir)

from fs2.config.schema import Config, Vocoder
from fs2.config.files import SYSTEMS_FOLDER, mel_system, parse_config, system_config
from fs2.nn.waveform_settings import PARALLEL_WAVEGAN
from fs2.errors import FS2Error
from fs2.systems.finished import evaluation_settings, finished_labels
from fs2.config.run_name import SEED_SUFFIX, labels_of
from fs2.references import RECORDINGS, VOCODED, is_reference

TRAINABLE = sorted(file.stem for file in SYSTEMS_FOLDER.glob("*.yaml"))
"""Systems that have an overlay."""


def checked(parse, *arguments) -> Config:
    """A configuration; a bad one stops the workflow with the message alone."""
    try:
        return parse(*arguments)
    except FS2Error as error:
        raise WorkflowError(str(error))


CONFIG = checked(parse_config, config, ", ".join(map(str, workflow.configfiles)))
RESULTS = f"results/{CONFIG.corpus.name}"
DOWNLOADS = "resources"


@cache
def configuration(system: str) -> Config:
    """The configuration of one system; the references have no overlay of their own."""
    return CONFIG if is_reference(system) else checked(system_config, config, system)


def with_seeds(systems) -> list[str]:
    """Systems, each with every seed: the labels that the wildcard {system} holds."""
    return labels_of(systems, CONFIG.all_seeds, CONFIG.training.seed)


SYSTEMS = with_seeds(CONFIG.systems)
"""What the configuration asks for."""

VOCODERS = get_args(Vocoder.model_fields["name"].annotation)


@cache
def vocoder_named(name: str) -> Vocoder:
    """The settings of a vocoder: those of the first system that has it, configured ones first."""
    for values in chain([CONFIG], map(configuration, [*CONFIG.systems, *TRAINABLE])):
        if values.vocoder.name == name:
            return values.vocoder
    raise WorkflowError(
        f"vocoder.name: {name} is not the vocoder of any system; "
        f"choose it: --config vocoder='{{name: {name}}}'"
    )


def copy_through(vocoder: str) -> str:
    """The recordings' mels through a vocoder, evaluated like a system."""
    return VOCODED if vocoder == CONFIG.vocoder.name else f"{VOCODED}-{vocoder}"


def references_of(systems) -> list[str]:
    """What needs no training: the test clips themselves, and their copies by each vocoder."""
    vocoders = [
        CONFIG.vocoder.name,
        *(configuration(system).vocoder.name for system in systems),
    ]
    return [RECORDINGS, *dict.fromkeys(map(copy_through, vocoders))]


COPIES = {copy_through(name): name for name in VOCODERS}
"""Every copy of the recordings that there can be -> its vocoder."""

EVALUATED = [*references_of(SYSTEMS), *SYSTEMS]


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
    if is_reference(wildcards.system):
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
    if is_reference(wildcards.system):
        return {"maximum_clips": settings["maximum_clips"]}
    return settings


def vocoder_settings(wildcards) -> dict | None:
    """Parameter function: the vocoder section of a system that needs a vocoder."""
    if wildcards.system in COPIES:
        return vocoder_section(COPIES[wildcards.system])
    values = configuration(wildcards.system)
    if wildcards.system == RECORDINGS or values.model.output == "waveform":
        return None
    if vocoder_named(values.vocoder.name) != values.vocoder:
        raise WorkflowError(
            f"{wildcards.system} gives the vocoder {values.vocoder.name} other settings than "
            "another system; results/<corpus>/vocoder/ has room for one of a name"
        )
    return values.section("vocoder")


def vocoder_section(name: str) -> dict:
    """The settings of one vocoder, without those of others."""
    return CONFIG.model_copy(update={"vocoder": vocoder_named(name)}).section("vocoder")


def one_of(names) -> str:
    """Wildcard constraint: exactly one of these names."""
    return "|".join(re.escape(name) for name in names)


TRAINED = f"(?:{one_of(TRAINABLE)})(?:{SEED_SUFFIX})?"
"""Wildcard constraint: a system that has an overlay, with or without a seed."""

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


PAPER_SYSTEMS = with_seeds(
    system
    for system in TRAINABLE
    if system.split("-")[0] in ("fastspeech2", "fastspeech2s")
)
"""Rows of the paper's tables, and variants of them: every overlay that is named like one."""

EVERY_SYSTEM = list(dict.fromkeys([*SYSTEMS, *PAPER_SYSTEMS]))


def results_of(systems) -> dict:
    """Inputs: what the tables show of some systems, the references included."""
    everyone = [*references_of(systems), *systems]
    return {
        "metrics": expand(rules.evaluation.output.metrics, system=everyone),
        "per_clip": expand(rules.evaluation.output.per_clip, system=everyone),
        "speed": expand(rules.speed.output.speed, system=systems),
        "models": expand(rules.training.output.description, system=systems),
        "references": references(),
    }


FINISHED = finished_labels(config, Path(RESULTS))
"""Systems that are shown whether they are asked for or not. Nothing runs for their sake: they are
no inputs, and what is not finished with the settings of now is not among them."""


def shown(systems) -> list[str]:
    """Parameter: what tables and report show, some systems and all that is finished besides."""
    asked, found = references_of(systems), references_of(FINISHED)
    there = [
        name
        for name in found
        if Path(RESULTS, "evaluation", name, "metrics.json").is_file()
    ]
    return list(dict.fromkeys([*asked, *there, *systems, *FINISHED]))


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
        "  --config seeds='[1234,2]'  each system of any target once with each seed",
        "  -n                         what would run, and why",
        "  -R RULE                    a rule and what follows, again; most stages are one rule",
        "",
        "A trained system is not trained again because another one, or another seed, is asked for.",
        "Tables and report show every system that is finished with the settings of now.",
        f"Systems: {', '.join(TRAINABLE)}",
    ]
    return "\n".join(lines)


wildcard_constraints:
    system=f"{one_of([RECORDINGS, *COPIES])}|{TRAINED}",
