"""`fs2 export`: a trained system as a folder that speaks anywhere."""

import argparse

from fs2.cli.arguments import Commands, add_search, path

EXAMPLES = """examples:
  fs2 export fastspeech2 -o voice/
  fs2 export fastspeech2 --corpus ljspeech --vocoder griffin_lim -o voice/
  fs2 export fastspeech2s --onnx -o voice/         and voice/onnx/ for programs without PyTorch
  fs2 speak "Some text." --voice voice/ -o out.wav
"""


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "export",
        help="write a trained system and its vocoder as one folder, a voice",
        description="Write a voice: a folder that speaks wherever fs2 is installed "
        "(docs/voice.md).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("system", metavar="SYSTEM", help="the trained system")
    parser.add_argument(
        "-o", "--output", type=path, required=True, metavar="FOLDER", help="the folder to write"
    )
    parser.add_argument(
        "--onnx",
        action="store_true",
        help="also write FOLDER/onnx, with which onnxruntime speaks (docs/onnx.md)",
    )
    add_search(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the voice, and print what it is called and how large it is."""
    from fs2.plugins import load_plugins
    from fs2.synthesis.find import find_voice
    from fs2.voices.export import export_voice

    load_plugins(options.plugin)
    folders = find_voice(options.results, options.corpus, options.system, options.vocoder)
    voice = export_voice(folders, options.output, options.onnx)
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    print(f"{options.output}: voice {voice.name}, {size / 1e6:.1f} MB")
