"""`fs2 compare-alignments`: two alignments of the same clips."""

import argparse

from fs2.cli.arguments import Commands, path


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "compare-alignments",
        help="how far two alignments' phone boundaries lie apart",
        description="Compare the phone boundaries of two folders of TextGrids, clip by clip.",
    )
    parser.add_argument("first", type=path, metavar="A", help="folder of TextGrids")
    parser.add_argument("second", type=path, metavar="B", help="folder of TextGrids")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print how far their boundaries lie apart."""
    from fs2.alignment.compare import compare_alignments, format_comparison

    print(format_comparison(compare_alignments(options.first, options.second)))
