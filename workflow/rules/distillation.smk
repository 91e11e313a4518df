# What a trained teacher gives: durations of every clip, and mels for the training split. {system} is
# the teacher's run.


rule distillation:
    input:
        features=rules.features.output.features,
        durations=rules.alignment.output.durations,
        aligned=rules.alignment.output.textgrids,
        training=trained_model,
    output:
        features=f"{RESULTS}/distillation/{{system}}/features.h5",
        durations=f"{RESULTS}/distillation/{{system}}/durations.csv",
        textgrids=directory(f"{RESULTS}/distillation/{{system}}/textgrids"),
        clips=f"{RESULTS}/distillation/{{system}}/clips.csv",
        report=f"{RESULTS}/distillation/{{system}}/report.json",
    log:
        f"{RESULTS}/logs/distillation/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/distillation/{{system}}.tsv"
    wildcard_constraints:
        system=PLAN.trained_pattern,
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=16000,
        runtime=240,
        gpu=1,
    params:
        settings=ask("distillation_settings"),
    message:
        "Distillation: {wildcards.system}"
    script:
        STAGE
