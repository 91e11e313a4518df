# FastSpeech 2, from recordings to audible speech.
#
#   snakemake --cores all                                    the demo: config/config.yaml
#   snakemake --cores all --configfile config/ljspeech.yaml  the paper at full size
#   snakemake --cores all -n                                 what would run, and why
#   snakemake --cores all help                               the targets
#
# Each rule file under workflow/rules/ is one stage; its config section, the package fs2/<stage>/
# and the folder results/<corpus>/<stage>/ have the same name. docs/architecture.md lists the files.

from snakemake.utils import min_version

min_version("9.0")

# A configuration given by --configfile stands alone: it is not laid over the demo's.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/corpus.smk"
include: "workflow/rules/text.smk"
include: "workflow/rules/alignment.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/distillation.smk"
include: "workflow/rules/vocoder.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/listening_test.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/voices.smk"
include: "workflow/rules/help.smk"


onstart:
    print(begin_recording(CONFIG.tracking), file=sys.stderr)


rule all:
    """the systems of the configuration: models, metrics, tables, and the report"""
    default_target: True
    input:
        tables=f"{RESULTS}/tables/tables.md",
        report=f"{RESULTS}/report/index.html",
        metrics=expand(
            f"{RESULTS}/evaluation/{{system}}/metrics.json", system=PLAN.evaluated
        ),
        models=expand(
            f"{RESULTS}/training/{{system}}/model.safetensors", system=PLAN.runs
        ),
    localrule: True


rule downloads:
    """what comes from the internet: the clips of the corpus, and the vocoders"""
    input:
        rules.corpus.output,
        expand(rules.vocoder.output.description, vocoder=PLAN.fetched_vocoders),
    localrule: True
