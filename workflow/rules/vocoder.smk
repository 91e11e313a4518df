# Pretrained vocoders, fetched and checked; Griffin-Lim, which needs no weights, is described.


rule vocoder:
    input:
        weights=lambda wildcards: local(weights(wildcards.vocoder)),
    output:
        vocoder=directory(f"{RESULTS}/vocoder/{{vocoder}}"),
    log:
        f"{RESULTS}/logs/vocoder/{{vocoder}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/vocoder/{{vocoder}}.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        path=lambda wildcards: weights(wildcards.vocoder),
        downloads=DOWNLOADS,
    message:
        "Vocoder: {wildcards.vocoder}"
    script:
        "../scripts/vocoder.py"
