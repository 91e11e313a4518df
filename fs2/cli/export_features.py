"""`fs2 export-features`: a features file for another machine."""

import argparse

from fs2.cli.arguments import Commands, path


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "export-features",
        help="copy a features file without its waveforms",
        description="Copy a features file without waveforms, compressed: for a training machine.",
    )
    parser.add_argument("source", type=path, metavar="FEATURES", help="features.h5")
    parser.add_argument("target", type=path, metavar="COMPACT", help="the file to write")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the copy, and print how large it is."""
    from fs2.features.writer import export_compact

    export_compact(options.source, options.target)
    before, after = (path.stat().st_size / 1e6 for path in (options.source, options.target))
    print(f"{options.target}: {after:.1f} MB, of {before:.1f} MB")
