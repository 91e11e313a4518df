# What can be asked for: `snakemake --cores all help`.


rule help:
    """this list"""
    log:
        f"{RESULTS}/logs/help.log",
    params:
        overview=lambda _: overview(),
    message:
        "Help"
    run:
        print(params.overview)
