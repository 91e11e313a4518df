# Mel, F0, energy and pitch spectrogram of every clip in one file.


rule features:
    input:
        metadata=rules.corpus.output.metadata,
        splits=rules.corpus.output.splits,
        phonemes=rules.text.output.phonemes,
        symbols=rules.text.output.symbols,
        durations=rules.alignment.output.durations,
        report=rules.alignment.output.report,
    output:
        features=f"{RESULTS}/features/features.h5",
        statistics=f"{RESULTS}/features/statistics.json",
        report=f"{RESULTS}/features/report.json",
    log:
        f"{RESULTS}/logs/features.log",
    benchmark:
        f"{RESULTS}/benchmarks/features.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=8000,
        runtime=240,
    params:
        features=CONFIG.section("features"),
        audio=PLAN.audio(),
    message:
        "Features: mel, F0, energy and pitch spectrogram"
    script:
        STAGE
