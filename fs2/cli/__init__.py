"""The command `fs2`: what one does with results, beside the workflow that makes them.

Each command is a module with two functions: `add` declares it, `run` does it. Everything else is
imported by the command that needs it: `fs2 --help` answers at once.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from fs2 import __version__
from fs2.cli import compare, compare_alignments, export, export_features, speak, stage, train
from fs2.cli.completion import SHELLS, PrintCompletion
from fs2.errors import FS2Error

COMMANDS = (speak, compare, compare_alignments, train, stage, export, export_features)
EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "Slowly, and a little deeper." --pace 0.8 --pitch 0.9 -o slow.wav
  fs2 speak --file sentences.txt -o spoken/
  echo Hello | fs2 speak - -o - | aplay
  fs2 export fastspeech2 -o voice/
  fs2 compare --corpus kathleen --metric pitch_dtw
  fs2 compare-alignments results/a/alignment/textgrids results/b/alignment/textgrids
  fs2 train compact.h5 --config config/ljspeech.yaml --system fastspeech2 -o trained/
  fs2 stage synthesis --config config/kathleen.yaml --system fastspeech2
  fs2 export-features results/ljspeech/features/features.h5 compact.h5
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 2 after a message on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    options = make_parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # who read the output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (FS2Error, OSError) as error:  # what a system call says names its file
        print(f"fs2: {error}", file=sys.stderr)
        return 2
    except MemoryError:
        print("fs2: not enough memory; close other programs, or ask for less", file=sys.stderr)
        return 2
    return 0


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="fs2",
        description="FastSpeech 2, from recordings to audible speech.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"fs2 {__version__}")
    parser.add_argument(
        "--print-completion",
        action=PrintCompletion,
        choices=SHELLS,
        help="print what makes a shell complete commands and options (needs shtab)",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser
