# Phoneme durations. The Montreal Forced Aligner comes by conda only and so has its own environment.


rule alignment:
    input:
        metadata=rules.corpus.output.metadata,
        splits=rules.corpus.output.splits,
        phonemes=rules.text.output.phonemes,
        lexicon=rules.text.output.lexicon,
        symbols=rules.text.output.symbols,
        report=rules.text.output.report,
        textgrids=unmoved(user_inputs(CONFIG.alignment)),
    output:
        textgrids=directory(f"{RESULTS}/alignment/textgrids"),
        durations=f"{RESULTS}/alignment/durations.csv",
        report=f"{RESULTS}/alignment/report.json",
    log:
        f"{RESULTS}/logs/alignment.log",
    benchmark:
        f"{RESULTS}/benchmarks/alignment.tsv"
    conda:
        f"../../envs/{CONFIG.alignment.entry.environment}.yaml"
    threads: 16
    resources:
        mem_mb=8000,
        runtime=1440,
    params:
        alignment=CONFIG.section("alignment"),
        audio=PLAN.audio("sample_rate", "hop_length"),
    message:
        "Alignment: phoneme durations by {params.alignment[aligner]}"
    script:
        STAGE
