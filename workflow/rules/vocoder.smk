# Vocoders: fetched and checked, or trained on the features, as the entry of each says. A killed
# training leaves a checkpoint/, from which the next one goes on, so not the folder is the output, but
# vocoder.json in it, which is written last.


rule vocoder:
    input:
        features=lambda w: (
            rules.features.output.features if VOCODERS[w.vocoder].trained else []
        ),
        weights=lambda w: unmoved(user_inputs(CONFIG.vocoder.choose(w.vocoder))),
    output:
        description=f"{RESULTS}/vocoder/{{vocoder}}/vocoder.json",
    log:
        f"{RESULTS}/logs/vocoder/{{vocoder}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/vocoder/{{vocoder}}.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: lambda w: 16 if VOCODERS[w.vocoder].trained else 1
    resources:
        mem_mb=lambda w: 16000 if VOCODERS[w.vocoder].trained else 2000,
        runtime=lambda w: 4320 if VOCODERS[w.vocoder].trained else 60,
        gpu=lambda w: 1 if VOCODERS[w.vocoder].trained else 0,
    params:
        settings=lambda w: PLAN.vocoder_settings(w.vocoder),
        audio=PLAN.audio(),
        downloads=DOWNLOADS,
    message:
        "Vocoder: {wildcards.vocoder}"
    script:
        STAGE
