# A page on which people rate and compare the systems; the tables show what they answered.
#
# The page stays until it is replaced, also by a run that fails: listeners may be at it. Its key is no
# output: it lies with the answers, outside of the results, and is not replaced once there are any.


rule listening_test:
    """a page for listeners, MOS and CMOS, of the systems of the configuration"""
    input:
        corpus=rules.corpus.output.metadata,
        synthesis=expand(rules.synthesis.output.clips, system=PLAN.evaluated),
    output:
        page=update(f"{RESULTS}/listening_test/page/index.html"),
    log:
        f"{RESULTS}/logs/listening_test.log",
    benchmark:
        f"{RESULTS}/benchmarks/listening_test.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        systems=lambda _: PLAN.shown(PLAN.runs),
        rows=PLAN.rows,
        settings={"listening_test": PLAN.listening_test_settings},
    message:
        "Listening test: {output.page}"
    script:
        STAGE
