# Recordings: fetched, checked, resampled, levelled and split.


rule corpus:
    input:
        source=unmoved(local_inputs(CONFIG.corpus.path)),
    output:
        clips=directory(f"{RESULTS}/corpus/clips"),
        metadata=f"{RESULTS}/corpus/metadata.csv",
        splits=f"{RESULTS}/corpus/splits.csv",
        report=f"{RESULTS}/corpus/report.json",
    log:
        f"{RESULTS}/logs/corpus.log",
    benchmark:
        f"{RESULTS}/benchmarks/corpus.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        corpus=CONFIG.section("corpus"),
        audio=PLAN.audio("sample_rate"),
        downloads=DOWNLOADS,
    message:
        "Corpus: recordings of {params.corpus[source]}"
    script:
        STAGE
