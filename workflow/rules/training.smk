# One model per system and seed: {system} is the name of the run (fs2/config/run_name.py). A killed
# job leaves training/<system>/checkpoint/, from which the next one goes on; it is no declared output,
# since Snakemake deletes those of a failed job.


rule training:
    input:
        features=rules.features.output.features,
        needs=needed_models,
        distilled=distilled,
    output:
        model=f"{RESULTS}/training/{{system}}/model.safetensors",
        description=f"{RESULTS}/training/{{system}}/model.json",
        history=f"{RESULTS}/training/{{system}}/history.csv",
    log:
        f"{RESULTS}/logs/training/{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/training/{{system}}.tsv"
    wildcard_constraints:
        system=PLAN.trained_pattern,
    conda:
        "../../envs/fs2.yaml"
    threads: 16
    resources:
        mem_mb=16000,
        runtime=4320,
        gpu=1,
    params:
        settings=ask("training_settings"),
    message:
        "Training: {wildcards.system}"
    script:
        STAGE
