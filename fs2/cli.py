"""The command `fs2`: what one does with results, beside the workflow that makes them."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from fs2 import __version__
from fs2.errors import FS2Error

# Everything else is imported by the command that needs it: `fs2 --help` answers at once.

EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "Slowly, and a little deeper." --pace 0.8 --pitch 0.9 -o slow.wav
  fs2 speak --file sentences.txt -o spoken/
  fs2 compare --corpus kathleen --metric pitch_dtw
  fs2 compare-alignments results/a/alignment/textgrids results/b/alignment/textgrids
  fs2 train compact.h5 --config config/ljspeech.yaml --system fastspeech2 -o trained/
  fs2 export-features results/ljspeech/features/features.h5 compact.h5
"""
SPEAK_EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "One octave higher." --pitch 2 -o high.wav
  fs2 speak --file sentences.txt -o spoken/        spoken/001.wav, spoken/002.wav, ...
  fs2 speak "From another run." --corpus ljspeech --system fastspeech2 -o out.wav
  fs2 speak "Another vocoder." --vocoder griffin_lim -o other.wav
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 2 after a message on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except FS2Error as error:
        print(f"fs2: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fs2",
        description="FastSpeech 2, from recordings to audible speech.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"fs2 {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    speak = commands.add_parser(
        "speak",
        help="speak a text, or a file of sentences, with a trained voice",
        description="Speak English text with a voice that the workflow trained.",
        epilog=SPEAK_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = speak.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", metavar="TEXT", help="what to say")
    what.add_argument("--file", type=Path, help="text file, one thing to say a line")
    speak.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help="sound file (.wav or .flac) to write; with --file, the folder for them",
    )
    for name, effect in (
        ("pace", "2 is twice as fast"),
        ("pitch", "2 is an octave higher"),
        ("energy", "2 is twice the energy"),
    ):
        speak.add_argument(f"--{name}", type=float, default=1.0, metavar="X", help=effect)
    newest = "default: the one trained last"
    speak.add_argument("--system", metavar="NAME", help=f"the trained system; {newest}")
    speak.add_argument("--corpus", metavar="NAME", help=f"the corpus it was trained on; {newest}")
    speak.add_argument(
        "--vocoder",
        metavar="NAME",
        help="a vocoder in the results of that corpus; default: that of the system",
    )
    speak.add_argument(
        "--results",
        type=Path,
        default=Path("results"),
        metavar="FOLDER",
        help="results folder of the workflow (default: %(default)s)",
    )
    speak.set_defaults(run=_speak)

    side_by_side = commands.add_parser(
        "compare",
        help="what was measured of each system, beside the paper's numbers",
        description="Compare the evaluations that MLflow has, system by system.",
    )
    for name, every in (("corpus", "corpora"), ("system", "systems"), ("metric", "metrics")):
        side_by_side.add_argument(
            f"--{name}", action="append", default=[], metavar="NAME",
            help=f"only this one, may be given again; default: all {every}",
        )  # fmt: skip
    side_by_side.add_argument("--uri", help="tracking URI; default: that under results/mlflow/")
    side_by_side.add_argument("--experiment", default="fastspeech2", metavar="NAME")
    side_by_side.set_defaults(run=_compare)

    compare = commands.add_parser(
        "compare-alignments",
        help="how far two alignments' phone boundaries lie apart",
        description="Compare the phone boundaries of two folders of TextGrids, clip by clip.",
    )
    compare.add_argument("first", type=Path, metavar="A", help="folder of TextGrids")
    compare.add_argument("second", type=Path, metavar="B", help="folder of TextGrids")
    compare.set_defaults(run=_compare_alignments)

    train = commands.add_parser(
        "train",
        help="train a system, or the vocoder, from a features file alone",
        description="Train without the workflow, for example on another machine, which needs "
        "torch, numpy, h5py, safetensors, pydantic, pyyaml and tqdm (with mel_adversarial_weight "
        "scipy and librosa too). A stopped run goes on.",
    )
    train.add_argument("features", type=Path, metavar="FEATURES", help="features.h5")
    train.add_argument("-o", "--output", type=Path, required=True, help="folder for the result")
    train.add_argument(
        "--config", type=Path, default=Path("config/config.yaml"), help="default: %(default)s"
    )
    train.add_argument(
        "--system",
        metavar="NAME",
        default="fastspeech2",
        help="a file of config/systems/, or parallel_wavegan (default: %(default)s)",
    )
    train.add_argument("--start", type=Path, help="folder of a trained system that 2s begins with")
    train.set_defaults(run=_train)

    export = commands.add_parser(
        "export-features",
        help="copy a features file without its waveforms",
        description="Copy a features file without waveforms, compressed: for a training machine.",
    )
    export.add_argument("source", type=Path, metavar="FEATURES", help="features.h5")
    export.add_argument("target", type=Path, metavar="COMPACT", help="the file to write")
    export.set_defaults(run=_export_features)
    return parser


def _speak(options: argparse.Namespace) -> None:
    jobs = _jobs(options.text, options.file, options.output)

    from fs2.audio import write_audio
    from fs2.synthesis import Voice, find_voice

    folders = find_voice(options.results, options.corpus, options.system, options.vocoder)
    voice = Voice.load(folders.training, folders.vocoder)
    for place, text, path in jobs:
        try:
            speech = voice.speak(text, options.pace, options.pitch, options.energy)
        except FS2Error as error:
            raise FS2Error(f"{place}{error}") from error
        write_audio(path, speech.waveform, speech.sample_rate)
        length = len(speech.waveform) / speech.sample_rate
        print(f"{path}: {length:.2f} s of speech in {speech.seconds:.2f} s")


def _jobs(text: str | None, file: Path | None, output: Path) -> list[tuple[str, str, Path]]:
    """What to say: where it stands (for messages), the text, and the sound file to write."""
    if file is None:
        if output.suffix not in (".wav", ".flac"):
            raise FS2Error(f"-o {output}: must end in .wav or .flac")
        if not (text and text.strip()):
            raise FS2Error("the text is empty: nothing to speak")
        return [("", text, output)]
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FS2Error(f"{file}: cannot be read as text ({error})") from error
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise FS2Error(f"{file}: has no line to speak")
    if output.exists() and not output.is_dir():
        raise FS2Error(f"-o {output}: with --file this must be a folder")
    digits = max(3, len(str(len(lines))))
    return [
        (f"{file}, line {number}: ", line, output / f"{number:0{digits}}.wav")
        for number, line in numbered
    ]


def _compare(options: argparse.Namespace) -> None:
    from fs2.evaluation.terminal import format_evaluations
    from fs2.tracking import read_evaluations

    records = read_evaluations(options.uri, options.experiment)
    print(format_evaluations(records, options.corpus, options.system, options.metric))


def _compare_alignments(options: argparse.Namespace) -> None:
    from fs2.alignment import compare_alignments, format_comparison

    print(format_comparison(compare_alignments(options.first, options.second)))


def _train(options: argparse.Namespace) -> None:
    from fs2.config.files import mel_system, merge, parse_config, read_yaml, system_config
    from fs2.nn.waveform_settings import PARALLEL_WAVEGAN
    from fs2.systems.train import train

    logging.getLogger("fs2").setLevel(logging.INFO)
    values, vocoder = read_yaml(options.config), options.system == PARALLEL_WAVEGAN
    if vocoder:
        values = merge(values, {"vocoder": {"name": PARALLEL_WAVEGAN}})
        config, first = parse_config(values, str(options.config)), None
    else:
        config = system_config(values, options.system)
        first = mel_system(options.system, config)
    if (first is None) != (options.start is None):
        raise FS2Error(
            f"--start: {options.system} begins with {first}; name the folder of that trained system"
            if first
            else f"--start: {options.system} begins from nothing with this configuration"
        )
    if vocoder:
        from fs2.vocoder.parallel_wavegan.training import train_parallel_wavegan

        summary = train_parallel_wavegan(config, options.features, options.output)
    else:
        summary = train(
            config, options.system, options.features, options.output, start=options.start
        )
    for name, value in summary.items():
        print(f"{name}: {value}")


def _export_features(options: argparse.Namespace) -> None:
    from fs2.features.store import export_compact

    export_compact(options.source, options.target)
    before, after = (path.stat().st_size / 1e6 for path in (options.source, options.target))
    print(f"{options.target}: {after:.1f} MB, of {before:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
