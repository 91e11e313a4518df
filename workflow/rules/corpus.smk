# Recordings: fetched, checked, resampled, levelled and split.
#
# What is there stays until it is replaced, also by a run that fails: Snakemake would remove the
# clips before the job begins. They are no output of their own but follow the tables, which
# Snakemake puts back (`update`).


rule corpus:
    input:
        source=unmoved(local_inputs(CONFIG.corpus.path)),
    output:
        metadata=update(f"{RESULTS}/corpus/metadata.csv"),
        splits=update(f"{RESULTS}/corpus/splits.csv"),
        report=update(f"{RESULTS}/corpus/report.json"),
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
