# What can be asked for: `snakemake --cores all help`.


rule help:
    """this list"""
    log:
        f"{RESULTS}/logs/help.log",
    localrule: True
    params:
        overview=lambda _: PLAN.overview(
            {name: getattr(rules, name).rule.docstring for name in TARGETS}
        ),
    message:
        "Help"
    run:
        print(params.overview)
