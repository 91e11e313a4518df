"""The command `fs2`: what one does with results, beside the workflow that makes them."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fs2 import __version__
from fs2.errors import FS2Error

if TYPE_CHECKING:
    from fs2.requests import Request
    from fs2.synthesis import Voice
    from fs2.systems.catalogue import Catalogue

# Everything else is imported by the command that needs it: `fs2 --help` answers at once.

EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "Slowly, and a little deeper." --pace 0.8 --pitch 0.9 -o slow.wav
  fs2 speak --file sentences.txt -o spoken/
  fs2 compare --corpus kathleen --metric pitch_dtw
  fs2 compare-alignments results/a/alignment/textgrids results/b/alignment/textgrids
  fs2 train compact.h5 --config config/ljspeech.yaml --system fastspeech2 -o trained/
  fs2 stage synthesis --config config/kathleen.yaml --system fastspeech2
  fs2 export-features results/ljspeech/features/features.h5 compact.h5
"""
SPEAK_EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "One octave higher." --pitch 2 -o high.wav
  fs2 speak --file sentences.txt -o spoken/        spoken/001.wav, spoken/002.wav, ...
  fs2 speak --file metadata.csv -o spoken/         of lines "id|text": spoken/<id>.wav
  fs2 speak "From another run." --corpus ljspeech --system fastspeech2 -o out.wav
  fs2 speak "Another vocoder." --vocoder griffin_lim -o other.wav
"""
STAGE_EXAMPLES = """examples:
  fs2 stage training --config config/config.yaml --system fastspeech2
  python -m pdb -m fs2.cli stage evaluation --system recordings
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 2 after a message on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    options = _parser().parse_args(arguments)
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


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a number from 1 on (got {text!r})")
    return int(text)


def _path(text: str) -> Path:
    if "\0" in text:
        raise argparse.ArgumentTypeError("a path has no NUL character")
    return Path(text)


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
    what.add_argument(
        "--file",
        type=_path,
        help="text file: a text a line, or id|text, which names its sound file",
    )
    speak.add_argument(
        "-o",
        "--output",
        type=_path,
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
        type=_path,
        default=Path("results"),
        metavar="FOLDER",
        help="results folder of the workflow (default: %(default)s)",
    )
    speak.add_argument(
        "--plugin",
        type=_path,
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that adds the system or vocoder of the voice (docs/extending.md)",
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
    side_by_side.add_argument(
        "--uri", help="tracking URI; default: MLFLOW_TRACKING_URI, or results/mlflow/"
    )
    side_by_side.add_argument("--experiment", default="fastspeech2", metavar="NAME")
    side_by_side.set_defaults(run=_compare)

    compare = commands.add_parser(
        "compare-alignments",
        help="how far two alignments' phone boundaries lie apart",
        description="Compare the phone boundaries of two folders of TextGrids, clip by clip.",
    )
    compare.add_argument("first", type=_path, metavar="A", help="folder of TextGrids")
    compare.add_argument("second", type=_path, metavar="B", help="folder of TextGrids")
    compare.set_defaults(run=_compare_alignments)

    train = commands.add_parser(
        "train",
        help="train a system, or the vocoder, from a features file alone",
        description="Train without the workflow, for example on another machine, which needs "
        "torch, numpy, h5py, safetensors, pydantic, pyyaml and tqdm (with mel_adversarial_weight "
        "scipy and librosa too). A stopped run goes on.",
    )
    train.add_argument("features", type=_path, metavar="FEATURES", help="features.h5")
    train.add_argument("-o", "--output", type=_path, required=True, help="folder for the result")
    train.add_argument(
        "--config", type=_path, default=Path("config/config.yaml"), help="default: %(default)s"
    )
    train.add_argument(
        "--system",
        metavar="NAME",
        default="fastspeech2",
        help="a file of config/systems/, or a vocoder that is trained (default: %(default)s)",
    )
    train.add_argument(
        "--start",
        type=_path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="trained system that this one begins with, or its teacher, where the configuration "
        "says so",
    )
    train.add_argument(
        "--distillation",
        type=_path,
        metavar="FOLDER",
        help="what the stage distillation made of the teacher, if the system has one",
    )
    train.set_defaults(run=_train)

    stage = commands.add_parser(
        "stage",
        help="run one stage of the workflow without Snakemake, for a debugger",
        description="Run one job of the workflow in this process. What it needs must be there; "
        "Snakemake knows nothing of it.",
        epilog=STAGE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    stage.add_argument("stage", metavar="STAGE", help="name of its rule")
    stage.add_argument(
        "--config", type=_path, default=Path("config/config.yaml"), help="default: %(default)s"
    )
    stage.add_argument("--system", metavar="NAME", help="the system, of a stage that is about one")
    stage.add_argument("--vocoder", metavar="NAME", help="the vocoder, of the stage vocoder")
    stage.add_argument("--threads", type=_count, default=1, metavar="N")
    stage.add_argument(
        "--results",
        type=_path,
        default=Path("results"),
        metavar="FOLDER",
        help="results folder of the workflow (default: %(default)s)",
    )
    stage.set_defaults(run=_stage)

    export = commands.add_parser(
        "export-features",
        help="copy a features file without its waveforms",
        description="Copy a features file without waveforms, compressed: for a training machine.",
    )
    export.add_argument("source", type=_path, metavar="FEATURES", help="features.h5")
    export.add_argument("target", type=_path, metavar="COMPACT", help="the file to write")
    export.set_defaults(run=_export_features)
    return parser


def _speak(options: argparse.Namespace) -> None:
    from fs2.requests import one_request, refuse, requests_of

    if options.file is None:
        requests = [one_request(options.text, options.output)]
    else:
        requests = requests_of(options.file, options.output)

    from fs2.audio import write_audio
    from fs2.plugins import load_plugins
    from fs2.synthesis import Voice, find_voice
    from fs2.systems.controls import Controls

    load_plugins(options.plugin)
    controls = Controls(options.pace, options.pitch, options.energy)
    folders = find_voice(options.results, options.corpus, options.system, options.vocoder)
    voice = Voice.load(folders.training, folders.vocoder)
    problems = [(request.place, _unspeakable(voice, request)) for request in requests]
    refuse([f"{place}{problem}" for place, problem in problems if problem])
    for request in requests:
        speech = voice.speak(request.text, controls)
        write_audio(request.path, speech.waveform, speech.sample_rate)
        length = len(speech.waveform) / speech.sample_rate
        print(f"{request.path}: {length:.2f} s of speech in {speech.seconds:.2f} s")


def _unspeakable(voice: "Voice", request: "Request") -> str:
    """Why a voice cannot speak a text; empty if it can."""
    try:
        voice.sentences(request.text)
    except FS2Error as error:
        return str(error)
    return ""


def _compare(options: argparse.Namespace) -> None:
    from fs2.evaluation.terminal import format_evaluations
    from fs2.tracking import read_evaluations

    records = read_evaluations(options.uri, options.experiment)
    print(format_evaluations(records, options.corpus, options.system, options.metric))


def _compare_alignments(options: argparse.Namespace) -> None:
    from fs2.alignment.compare import compare_alignments, format_comparison

    print(format_comparison(compare_alignments(options.first, options.second)))


def _train(options: argparse.Namespace) -> None:
    from fs2.config.files import read_yaml
    from fs2.plugins import load_plugins
    from fs2.registry import VOCODERS
    from fs2.systems.catalogue import Catalogue
    from fs2.systems.system import Distilled, TrainingJob, train

    logging.getLogger("fs2").setLevel(logging.INFO)
    values = read_yaml(options.config)
    load_plugins(values)
    catalogue = Catalogue(values)
    if options.system in VOCODERS:
        summary = _train_vocoder(options, catalogue)
    else:
        config, needs = catalogue.config(options.system), catalogue.needs(options.system)
        folders = dict(zip(needs, options.start, strict=False))
        if len(needs) != len(options.start):
            wanted = ", ".join(needs.values())
            raise FS2Error(
                f"--start: {options.system} needs {wanted}; name the folder of that trained system"
                if needs
                else f"--start: {options.system} begins from nothing with this configuration"
            )
        distilled = Distilled(options.distillation) if options.distillation else None
        places = options.features, options.output, folders, distilled
        job = TrainingJob(options.system, config, *places)
        summary = train(job)
    for name, value in summary.items():
        print(f"{name}: {value}")


def _train_vocoder(options: argparse.Namespace, catalogue: "Catalogue") -> dict[str, Any]:
    from fs2.vocoder.entry import VocoderJob
    from fs2.vocoder.loading import make_vocoder

    chosen = catalogue.base.vocoder.choose(options.system)
    if not chosen.entry.trained:
        raise FS2Error(f"--system: {options.system} is a vocoder that is not trained")
    if options.start:
        raise FS2Error(f"--start: {options.system} begins from nothing")
    config = catalogue.base.model_copy(update={"vocoder": chosen})
    return make_vocoder(VocoderJob(config, Path("resources"), options.output, options.features))


def _stage(options: argparse.Namespace) -> None:
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


def _export_features(options: argparse.Namespace) -> None:
    from fs2.features.writer import export_compact

    export_compact(options.source, options.target)
    before, after = (path.stat().st_size / 1e6 for path in (options.source, options.target))
    print(f"{options.target}: {after:.1f} MB, of {before:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
