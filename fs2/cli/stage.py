"""`fs2 stage`: one stage of the workflow, in this process."""

import argparse
import logging

from fs2.cli.arguments import Commands, add_config, add_results, count

EXAMPLES = """examples:
  fs2 stage training --config config/config.yaml --system fastspeech2
  python -m pdb -m fs2.cli stage evaluation --system recordings
"""


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "stage",
        help="run one stage of the workflow without Snakemake, for a debugger",
        description="Run one job of the workflow in this process. What it needs must be there; "
        "Snakemake knows nothing of it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stage", metavar="STAGE", help="name of its rule")
    add_config(parser)
    parser.add_argument("--system", metavar="NAME", help="the system, of a stage that is about one")
    parser.add_argument("--vocoder", metavar="NAME", help="the vocoder, of the stage vocoder")
    parser.add_argument("--threads", type=count, default=1, metavar="N")
    add_results(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run the stage."""
    from fs2.stages.job import Job
    from fs2.stages.run import do_stage

    logging.getLogger().setLevel(logging.INFO)
    do_stage(
        Job.of_config(
            options.stage,
            options.config,
            options.system or "",
            options.vocoder or "",
            options.results,
            options.threads,
        )
    )
