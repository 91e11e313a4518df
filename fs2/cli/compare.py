"""`fs2 compare`: evaluations side by side."""

import argparse

from fs2.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "compare",
        help="what was measured of each system, beside the paper's numbers",
        description="Compare the evaluations that MLflow has, system by system.",
    )
    for name, every in (("corpus", "corpora"), ("system", "systems"), ("metric", "metrics")):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="NAME",
            help=f"only this one, may be given again; default: all {every}",
        )  # fmt: skip
    parser.add_argument(
        "--uri", help="tracking URI; default: MLFLOW_TRACKING_URI, or results/mlflow/"
    )
    parser.add_argument("--experiment", default="fastspeech2", metavar="NAME")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print what MLflow has of them."""
    from fs2.evaluation.terminal import format_evaluations
    from fs2.tracking import read_evaluations

    records = read_evaluations(options.uri, options.experiment)
    print(format_evaluations(records, options.corpus, options.system, options.metric))
