# Texts: normalised and turned into phonemes.


rule text:
    input:
        metadata=rules.corpus.output.metadata,
        splits=rules.corpus.output.splits,
        report=rules.corpus.output.report,
        pronunciations=unmoved(local_inputs(CONFIG.text.pronunciations)),
    output:
        phonemes=f"{RESULTS}/text/phonemes.csv",
        lexicon=f"{RESULTS}/text/lexicon.dict",
        symbols=f"{RESULTS}/text/symbols.txt",
        unknown_words=f"{RESULTS}/text/unknown_words.csv",
        report=f"{RESULTS}/text/report.json",
    log:
        f"{RESULTS}/logs/text.log",
    benchmark:
        f"{RESULTS}/benchmarks/text.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        text=CONFIG.section("text"),
    message:
        "Text: normalisation and phonemes"
    script:
        STAGE
