# Pretrained vocoders, fetched and checked; Griffin-Lim, which needs no weights, described; and
# Parallel WaveGAN, trained on the features. Like a system's, its training leaves a checkpoint/ when it
# is killed, so its files are the outputs, not its folder.


rule vocoder:
    input:
        weights=lambda wildcards: local(vocoder_named(wildcards.vocoder).path),
    output:
        vocoder=directory(f"{RESULTS}/vocoder/{{vocoder}}"),
    log:
        f"{RESULTS}/logs/vocoder/{{vocoder}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/vocoder/{{vocoder}}.tsv"
    wildcard_constraints:
        vocoder=one_of(name for name in VOCODERS if name != PARALLEL_WAVEGAN),
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        vocoder=lambda wildcards: vocoder_section(wildcards.vocoder),
        audio=audio(),
        downloads=DOWNLOADS,
    message:
        "Vocoder: {wildcards.vocoder}"
    script:
        "../scripts/vocoder.py"


rule vocoder_training:
    input:
        features=rules.features.output.features,
    output:
        weights=f"{RESULTS}/vocoder/{PARALLEL_WAVEGAN}/generator.safetensors",
        description=f"{RESULTS}/vocoder/{PARALLEL_WAVEGAN}/vocoder.json",
        history=f"{RESULTS}/vocoder/{PARALLEL_WAVEGAN}/history.csv",
    log:
        f"{RESULTS}/logs/vocoder/{PARALLEL_WAVEGAN}.log",
    benchmark:
        f"{RESULTS}/benchmarks/vocoder/{PARALLEL_WAVEGAN}.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=16000,
        runtime=4320,
        gpu=1,
    params:
        vocoder=lambda wildcards: vocoder_section(PARALLEL_WAVEGAN),
        training=CONFIG.training_of_vocoder(),
    message:
        "Vocoder: training of Parallel WaveGAN"
    script:
        "../scripts/vocoder_training.py"
