# Metrics of each system, and the report on all of them.


rule evaluation:
    input:
        features=rules.features.output.features,
        synthesis=rules.synthesis.output.clips,
        whisper=local(CONFIG.evaluation.whisper_model),
    output:
        per_clip=f"{RESULTS}/evaluation/{{system}}/per_clip.csv",
        metrics=f"{RESULTS}/evaluation/{{system}}/metrics.json",
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
        evaluation=CONFIG.evaluation.model_dump(mode="json", exclude={"report_clips"}),
    message:
        "Evaluation: {wildcards.system}"
    script:
        "../scripts/evaluation.py"


rule report:
    input:
        corpus=rules.corpus.output.report,
        text=rules.text.output.report,
        alignment=rules.alignment.output.report,
        features=rules.features.output.features,
        histories=expand(rules.training.output.history, system=CONFIG.systems),
        synthesis=expand(rules.synthesis.output.clips, system=EVALUATED),
        metrics=expand(rules.evaluation.output.metrics, system=EVALUATED),
        per_clip=expand(rules.evaluation.output.per_clip, system=EVALUATED),
    output:
        report=f"{RESULTS}/report/index.html",
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
        systems=EVALUATED,
        report_clips=CONFIG.evaluation.report_clips,
    message:
        "Report: {output.report}"
    script:
        "../scripts/report.py"
