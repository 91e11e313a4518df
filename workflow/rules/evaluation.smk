# Metrics, pitch and speed of each system, and the report on all of them.


rule evaluation:
    input:
        features=rules.features.output.features,
        synthesis=rules.synthesis.output.clips,
        whisper=unmoved(local_inputs(CONFIG.evaluation.whisper_model)),
    output:
        per_clip=f"{RESULTS}/evaluation/{{system}}/per_clip.csv",
        metrics=f"{RESULTS}/evaluation/{{system}}/metrics.json",
        settings=f"{RESULTS}/evaluation/{{system}}/settings.json",
    log:
        f"{RESULTS}/logs/evaluation/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/evaluation/{{system}}.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=8000,
        runtime=240,
    params:
        evaluation=PLAN.evaluation_settings,
    message:
        "Evaluation: {wildcards.system}"
    script:
        STAGE


rule pitch:
    input:
        features=rules.features.output.features,
        synthesis=rules.synthesis.output.clips,
    output:
        pitch=f"{RESULTS}/evaluation/{{system}}/pitch.json",
    log:
        f"{RESULTS}/logs/pitch/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/pitch/{{system}}.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        intervals=PLAN.intervals,
    message:
        "Pitch: {wildcards.system}"
    script:
        STAGE


# It takes every core, so that no other job is on the machine while sentences are timed: Snakemake
# lowers the threads to those that there are.
rule speed:
    input:
        features=rules.features.output.features,
        training=trained_model,
        vocoder=vocoder_description,
    output:
        speed=f"{RESULTS}/evaluation/{{system}}/speed.json",
    log:
        f"{RESULTS}/logs/speed/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/speed/{{system}}.tsv"
    wildcard_constraints:
        system=PLAN.trained_pattern,
    conda:
        "../../envs/fs2.yaml"
    threads: 1024
    resources:
        mem_mb=8000,
        runtime=60,
        gpu=1,
    params:
        vocoder=ask("spoken_with"),
    message:
        "Speed: {wildcards.system}"
    script:
        STAGE


rule robustness:
    input:
        training=trained_model,
        vocoder=vocoder_description,
        whisper=unmoved(local_inputs(CONFIG.evaluation.whisper_model)),
    output:
        measures=f"{RESULTS}/evaluation/{{system}}/robustness.json",
        sentences=f"{RESULTS}/evaluation/{{system}}/robustness.csv",
        audio=directory(f"{RESULTS}/evaluation/{{system}}/robustness"),
    log:
        f"{RESULTS}/logs/robustness/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/robustness/{{system}}.tsv"
    wildcard_constraints:
        system=PLAN.trained_pattern,
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=8000,
        runtime=240,
        gpu=1,
    params:
        settings=ask("robustness_settings"),
    message:
        "Robustness: {wildcards.system}"
    script:
        STAGE


rule report:
    input:
        corpus=rules.corpus.output.report,
        text=rules.text.output.report,
        alignment=rules.alignment.output.report,
        features=rules.features.output.features,
        histories=expand(rules.training.output.history, system=PLAN.runs),
        synthesis=expand(rules.synthesis.output.clips, system=PLAN.evaluated),
        metrics=expand(rules.evaluation.output.metrics, system=PLAN.evaluated),
        per_clip=expand(rules.evaluation.output.per_clip, system=PLAN.evaluated),
        pitch=expand(rules.pitch.output.pitch, system=PLAN.evaluated),
        speed=expand(rules.speed.output.speed, system=PLAN.runs),
        robustness=robustness_of(PLAN.runs),
        textgrids=compared_textgrids(),
    output:
        report=report(
            f"{RESULTS}/report/index.html",
            caption="../report/index.rst",
            category="Report",
        ),
    log:
        f"{RESULTS}/logs/report.log",
    benchmark:
        f"{RESULTS}/benchmarks/report.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        systems=lambda _: PLAN.shown(PLAN.runs),
        rows=PLAN.rows,
        report_clips=CONFIG.evaluation.report_clips,
        report_players=CONFIG.evaluation.report_players,
        intervals=PLAN.intervals,
        answers=ANSWERS,
    message:
        "Report: {output.report}"
    script:
        STAGE
