# What can be asked for: `snakemake --cores all help`.

TARGETS = ("all", "ablations", "tables", "help")


def overview() -> str:
    """The targets, each with its docstring, and the options that one needs most."""
    targets = [f"  {name:<11}{getattr(rules, name).rule.docstring}" for name in TARGETS]
    lines = [
        "snakemake --cores all [TARGET], without one: all",
        "",
        *targets,
        "",
        "  --config systems='[a,b]'   systems of the target all: files in config/systems/",
        "  -n                         what would run, and why",
        "  -R STAGE                   a stage and what follows, again",
        "",
        "A trained system is not trained again because another one is asked for.",
        f"Systems: {', '.join(TRAINABLE)}",
    ]
    return "\n".join(lines)


rule help:
    """this list"""
    params:
        overview=lambda _: overview(),
    message:
        "Help"
    shell:
        "printf '%s\\n' {params.overview:q}"
