# The test split, spoken by each system, and the two references that need no model.


rule synthesis:
    input:
        features=rules.features.output.features,
        training=trained_model,
        vocoder=vocoder_description,
    output:
        clips=directory(f"{RESULTS}/synthesis/{{system}}"),
    log:
        f"{RESULTS}/logs/synthesis/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/synthesis/{{system}}.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=8000,
        runtime=240,
        gpu=lambda wildcards: 0 if is_reference(wildcards.system) else 1,
    params:
        settings=ask("synthesis_settings"),
    message:
        "Synthesis: {wildcards.system}"
    script:
        STAGE
