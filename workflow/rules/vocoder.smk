# Pretrained vocoders, fetched and checked; Griffin-Lim, which needs no weights, is described.


rule vocoder:
    input:
        weights=lambda wildcards: local(VOCODERS[wildcards.vocoder].path),
    output:
        vocoder=directory(f"{RESULTS}/vocoder/{{vocoder}}"),
    log:
        f"{RESULTS}/logs/vocoder/{{vocoder}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/vocoder/{{vocoder}}.tsv"
    wildcard_constraints:
        vocoder=one_of(VOCODERS),
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        vocoder=lambda wildcards: VOCODERS[wildcards.vocoder].model_dump(mode="json"),
        audio=audio(),
        downloads=DOWNLOADS,
    message:
        "Vocoder: {wildcards.vocoder}"
    script:
        "../scripts/vocoder.py"
