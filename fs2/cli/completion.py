"""`fs2 --print-completion SHELL`: what makes a shell complete commands, options and files."""

import argparse
from typing import Any

from fs2.cli.arguments import path

SHELLS = ("bash", "zsh", "tcsh")


class PrintCompletion(argparse.Action):
    """Prints the script of a shell, by shtab, and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *values: Any) -> None:
        """As `argparse.Action`."""
        try:
            import shtab
        except ImportError:
            parser.error("--print-completion needs the package shtab: pip install shtab")
        _, shell, _ = values
        _complete_files(parser, shtab.FILE)
        print(shtab.complete(parser, shell))
        parser.exit()


def _complete_files(parser: argparse.ArgumentParser, files: dict[str, str]) -> None:
    """Let every argument that is a path be completed as one."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_files(command, files)
        elif action.type is path:
            action.complete = files  # type: ignore[attr-defined]
