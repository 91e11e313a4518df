# The checked configuration, and what several rules ask of it. All logic is in fs2/stages/plan.py.
#
# A rule's params hold exactly the settings that its result depends on, so that a changed key runs
# the stages again that use it, and no others. Scripts read the configuration itself from
# snakemake.config, a change of which triggers nothing: the tracking section stands in no params.

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, workflow.basedir)

from fs2.config.files import merge, read_files, with_includes
from fs2.errors import FS2Error
from fs2.plugins import load_plugins
from fs2.references import RECORDINGS, is_reference
from fs2.registry import VOCODERS
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan, local_inputs, one_of, user_inputs
from fs2.systems.catalogue import Catalogue
from fs2.tracking import begin_recording

STAGE = "../scripts/stage.py"
DOWNLOADS = "resources"
TARGETS = (
    "all",
    "ablations",
    "tables",
    "listening_test",
    "voices",
    "downloads",
    "help",
)


def checked(ask, *arguments):
    """An answer; of a bad configuration the message alone stops the workflow."""
    try:
        return ask(*arguments)
    except FS2Error as error:
        raise WorkflowError(str(error))


def make_plan() -> Plan:
    """The plan of Snakemake's configuration, in which the files' `include`s are resolved.

    As a module of another workflow this one is given a configuration and reads no file of its own.
    """
    if workflow.modifier.skip_configfile:
        values = with_includes(config, Path())
    else:
        files = read_files(map(Path, workflow.configfiles))
        values = merge(files, workflow.config_settings.config)
    config.clear()
    config.update(values)
    load_plugins(config)
    catalogue = Catalogue(config)
    root = workflow.modifier.path_modifier.modify(results_of_corpus(catalogue.base))
    return Plan(catalogue, Layout(Path(root)))


def results_of_corpus(settings) -> str:
    """The folder of results as rules name it: a `prefix` of a module is put before it later."""
    return f"results/{settings.corpus.name}"


PLAN = checked(make_plan)
CONFIG = PLAN.config
RESULTS = results_of_corpus(CONFIG)
ANSWERS = checked(getattr, PLAN, "answers")


def unmoved(paths):
    """Inputs that are files of the user's: they lie where the configuration says.

    A module's `prefix` and a storage for results are for what the workflow makes.
    """
    return [local(path) for path in paths]


def ask(question: str):
    """Parameter function: the plan's answer to a question about the job's system."""
    return lambda wildcards: checked(getattr(PLAN, question), wildcards.system)


def trained_model(wildcards) -> list[str]:
    """Input function: the trained model of a system; the references have none."""
    if is_reference(wildcards.system):
        return []
    return expand(rules.training.output, system=wildcards.system)


def needed_models(wildcards) -> list[str]:
    """Input function: the trained systems that a training needs."""
    needs = checked(PLAN.catalogue.needs, wildcards.system)
    return expand(rules.training.output, system=needs.values())


def distilled(wildcards) -> list[str]:
    """Input function: what the teacher of a training gave, if it has one."""
    teacher = checked(PLAN.teacher_of, wildcards.system)
    if teacher is None:
        return []
    output = rules.distillation.output
    return expand([output.features, output.durations, output.report], system=teacher)


def vocoder_description(wildcards) -> list[str]:
    """Input function: the vocoder that a system is spoken with, if it needs one."""
    name = checked(PLAN.vocoder_of, wildcards.system)
    return expand(rules.vocoder.output.description, vocoder=name) if name else []


def compared_textgrids() -> list[str]:
    """Inputs: the alignments that table 5 compares, if there is a reference."""
    given = PLAN.compared_textgrids
    return [*unmoved(given), rules.alignment.output.textgrids] if given else []


def robustness_of(runs) -> list[str]:
    """Inputs: what was counted of sentences without recordings, if any are to be spoken."""
    spoken = runs if CONFIG.evaluation.sentences else []
    return expand(rules.robustness.output.measures, system=spoken)


def results_of(runs) -> dict:
    """Inputs: what the tables show of some systems, the references included."""
    everyone = [*PLAN.references_of(runs), *runs]
    return {
        "metrics": expand(rules.evaluation.output.metrics, system=everyone),
        "per_clip": expand(rules.evaluation.output.per_clip, system=everyone),
        "speed": expand(rules.speed.output.speed, system=runs),
        "robustness": robustness_of(runs),
        "models": expand(rules.training.output.description, system=runs),
        "textgrids": compared_textgrids(),
        "taught": expand(
            rules.distillation.output.textgrids, system=checked(PLAN.teachers_of, runs)
        ),
    }


def table_report(name: str):
    """A file of the tables, as Snakemake's own report shows it."""
    return report(
        f"{RESULTS}/tables/{name}",
        caption=f"../report/{Path(name).stem}.rst",
        category="Tables",
    )


wildcard_constraints:
    system=f"{one_of([RECORDINGS, *PLAN.copies])}|{PLAN.trained_pattern}",
    vocoder=one_of(VOCODERS),
