# The paper's tables: all of its systems are made first, or those that are configured. The tables
# show what else is finished, too.


# With `snakemake tables` this rule makes the files; otherwise the one below it.
ruleorder: configured_tables > tables


rule tables:
    """every system of the paper's tables, trained and measured, and the tables"""
    input:
        unpack(lambda _: results_of(PLAN.compared)),
    output:
        tables=[table_report(f"table{number}.csv") for number in range(1, 8)],
        robustness=table_report("robustness.csv"),
        page=f"{RESULTS}/tables/tables.md",
    log:
        f"{RESULTS}/logs/tables.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables.tsv"
    conda:
        "../../envs/fs2.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        systems=lambda _: PLAN.shown(PLAN.compared),
        rows=PLAN.rows,
        intervals=PLAN.intervals,
        aligner=CONFIG.alignment.aligner,
        answers=ANSWERS,
    message:
        "Tables: {output.page}"
    script:
        STAGE


use rule tables as configured_tables with:
    input:
        **results_of(PLAN.runs),
    params:
        systems=lambda _: PLAN.shown(PLAN.runs),
        rows=PLAN.rows,
        intervals=PLAN.intervals,
        aligner=CONFIG.alignment.aligner,
        answers=ANSWERS,


rule ablations:
    """every system that is compared with another, and these, trained and measured"""
    input:
        lambda _: expand(
            rules.evaluation.output.metrics,
            system=[*PLAN.references_of(PLAN.ablations), *PLAN.ablations],
        ),
    localrule: True
