# Each system as one folder that speaks anywhere, with what was measured of it in its model card.


rule voice:
    input:
        training=trained_model,
        vocoder=vocoder_description,
        corpus=rules.corpus.output.report,
        pronunciations=unmoved(local_inputs(CONFIG.text.pronunciations)),
        settings=rules.evaluation.output.settings,
        metrics=lambda w: expand(
            rules.evaluation.output.metrics, system=[RECORDINGS, w.system]
        ),
        speed=rules.speed.output.speed,
        robustness=lambda w: robustness_of([w.system]),
    output:
        voice=directory(f"{RESULTS}/voices/{{system}}"),
    log:
        f"{RESULTS}/logs/voices/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/voices/{{system}}.tsv"
    wildcard_constraints:
        system=PLAN.trained_pattern,
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    message:
        "Voice: {wildcards.system}"
    script:
        STAGE


rule voices:
    """each configured system, measured, as a folder that speaks anywhere"""
    input:
        expand(rules.voice.output.voice, system=PLAN.runs),
    localrule: True
