"""What several commands take."""

import argparse
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a command adds its parser."""
NEWEST = "default: the one trained last"


def count(text: str) -> int:
    """A number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 1 on (got {text!r})")
    return int(text)


def path(text: str) -> Path:
    """A path that the system can be asked for."""
    if "\0" in text:
        raise argparse.ArgumentTypeError("a path has no NUL character")
    return Path(text)


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config`: the configuration file."""
    parser.add_argument(
        "--config", type=path, default=Path("config/config.yaml"), help="default: %(default)s"
    )


def add_results(parser: argparse.ArgumentParser) -> None:
    """`--results`: where the workflow left its files."""
    parser.add_argument(
        "--results",
        type=path,
        default=Path("results"),
        metavar="FOLDER",
        help="results folder of the workflow (default: %(default)s)",
    )


def add_search(parser: argparse.ArgumentParser) -> None:
    """Where in the results a trained system and its vocoder are, and what they need."""
    parser.add_argument("--corpus", metavar="NAME", help=f"the corpus it was trained on; {NEWEST}")
    parser.add_argument(
        "--vocoder",
        metavar="NAME",
        help="a vocoder in the results of that corpus; default: that of the system",
    )
    add_results(parser)
    parser.add_argument(
        "--plugin",
        type=path,
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that adds the system or vocoder of the voice (docs/extending.md)",
    )
