"""`fs2 speak`: a text to sound, with a trained voice."""

import argparse
from typing import TYPE_CHECKING

from fs2.cli.arguments import NEWEST, Commands, add_search, path
from fs2.errors import FS2Error

if TYPE_CHECKING:
    from fs2.requests import Request
    from fs2.synthesis.voice import Voice

EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "One octave higher." --pitch 2 -o high.wav
  fs2 speak --file sentences.txt -o spoken/        spoken/001.wav, spoken/002.wav, ...
  fs2 speak --file metadata.csv -o spoken/         of lines "id|text": spoken/<id>.wav
  fs2 speak "From another run." --corpus ljspeech --system fastspeech2 -o out.wav
  fs2 speak "A voice of its own." --voice voice/ -o out.wav
  fs2 speak "Another vocoder." --vocoder griffin_lim -o other.wav
"""


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "speak",
        help="speak a text, or a file of sentences, with a trained voice",
        description="Speak English text with a voice that the workflow trained.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", metavar="TEXT", help="what to say")
    what.add_argument(
        "--file",
        type=path,
        help="text file: a text a line, or id|text, which names its sound file",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=path,
        required=True,
        help="sound file (.wav or .flac) to write; with --file, the folder for them",
    )
    for name, effect in (
        ("pace", "2 is twice as fast"),
        ("pitch", "2 is an octave higher"),
        ("energy", "2 is twice the energy"),
    ):
        parser.add_argument(f"--{name}", type=float, default=1.0, metavar="X", help=effect)
    parser.add_argument(
        "--voice", type=path, metavar="FOLDER", help="a voice's folder, as 'fs2 export' writes it"
    )
    parser.add_argument("--system", metavar="NAME", help=f"the trained system; {NEWEST}")
    add_search(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Speak what is asked for, after all of it was checked."""
    from fs2.requests import one_request, refuse, requests_of

    if options.file is None:
        requests = [one_request(options.text, options.output)]
    else:
        requests = requests_of(options.file, options.output)

    from fs2.audio import write_audio
    from fs2.plugins import load_plugins
    from fs2.systems.controls import Controls

    load_plugins(options.plugin)
    controls = Controls(options.pace, options.pitch, options.energy)
    voice = _voice(options)
    problems = [(request.place, _unspeakable(voice, request)) for request in requests]
    refuse([f"{place}{problem}" for place, problem in problems if problem])
    for request in requests:
        speech = voice.speak(request.text, controls)
        write_audio(request.path, speech.waveform, speech.sample_rate)
        length = len(speech.waveform) / speech.sample_rate
        print(f"{request.path}: {length:.2f} s of speech in {speech.seconds:.2f} s")


def _voice(options: argparse.Namespace) -> "Voice":
    """The voice's folder that is named, or what is trained in the results."""
    from fs2.synthesis.find import find_voice
    from fs2.synthesis.voice import Voice
    from fs2.voices.loading import load_voice

    if options.voice is None:
        folders = find_voice(options.results, options.corpus, options.system, options.vocoder)
        return Voice.load(folders.training, folders.vocoder)
    for name in ("corpus", "system", "vocoder"):
        if getattr(options, name) is not None:
            raise FS2Error(f"--{name}: looks for a voice in the results; --voice names one already")
    return load_voice(options.voice)


def _unspeakable(voice: "Voice", request: "Request") -> str:
    """Why a voice cannot speak a text; empty if it can."""
    try:
        voice.sentences(request.text)
    except FS2Error as error:
        return str(error)
    return ""
