"""`fs2 speak`: a text to sound, with a trained voice."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fs2.cli.arguments import NEWEST, Commands, add_search, path
from fs2.errors import FS2Error

if TYPE_CHECKING:
    import numpy as np

    from fs2.requests import Line, Request
    from fs2.synthesis.voice import Voice
    from fs2.systems.controls import Controls

EXAMPLES = """examples:
  fs2 speak "Printing is an art." -o out.wav
  fs2 speak "One octave higher." --pitch 2 -o high.wav
  fs2 speak "A {Z AO1 R K} is no word." -o phones.wav     ARPAbet in braces
  fs2 speak --file sentences.txt -o spoken/        spoken/001.wav, spoken/002.wav, ...
  fs2 speak --file metadata.csv -o spoken/         of lines "id|text": spoken/<id>.wav
  fs2 speak "From another run." --corpus ljspeech --system fastspeech2 -o out.wav
  fs2 speak "A voice of its own." --voice voice/ -o out.wav
  fs2 speak "Another vocoder." --vocoder griffin_lim -o other.wav
  echo Hello | fs2 speak - -o - | aplay            each line as it comes, heard at once
  fs2 speak - -o - --format pcm < book.txt | aplay -f S16_LE -r 22050
  fs2 speak --list
"""
PIPE = "-"
"""Standard input as a text, standard output as a sound file."""


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
    what.add_argument(
        "text", nargs="?", metavar="TEXT", help="what to say; -: lines of standard input"
    )
    what.add_argument(
        "--file",
        type=path,
        help="text file: a text a line, or id|text, which names its sound file",
    )
    what.add_argument("--list", action="store_true", help="the voices in the results, then stop")
    parser.add_argument(
        "-o",
        "--output",
        type=path,
        help="sound file (.wav or .flac) to write; -: standard output, while it is made; with "
        "--file, the folder for them",
    )
    parser.add_argument(
        "--format",
        choices=("wav", "pcm"),
        help="of standard output: wav (default), or pcm, 16-bit little-endian samples alone",
    )
    for name, effect in (
        ("pace", "2 is twice as fast"),
        ("pitch", "2 is an octave higher"),
        ("energy", "2 is twice the energy"),
    ):
        parser.add_argument(f"--{name}", type=float, default=1.0, metavar="X", help=effect)
    parser.add_argument(
        "--lexicon",
        type=path,
        metavar="FILE",
        help="own pronunciations, a line 'word  PH0 PH1 ...' each (docs/text.md)",
    )
    parser.add_argument(
        "--voice", type=path, metavar="FOLDER", help="a voice's folder, as 'fs2 export' writes it"
    )
    parser.add_argument("--system", metavar="NAME", help=f"the trained system; {NEWEST}")
    add_search(parser)
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="where to compute; auto: CUDA if there is one (default)",
    )
    parser.set_defaults(run=partial(run, parser))


def run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Speak what is asked for, after all of it was checked that is there."""
    if options.list:
        _list(options)
    elif options.output is None:
        parser.error("the following arguments are required: -o/--output")
    elif options.output == Path(PIPE):
        _to_pipe(options)
    elif options.format is not None:
        raise FS2Error("--format: is of standard output, -o -; a file's name ends in .wav or .flac")
    elif options.file is not None:
        _to_folder(options)
    else:
        _to_file(options)


def _list(options: argparse.Namespace) -> None:
    from fs2.plugins import load_plugins
    from fs2.synthesis.find import format_voices

    load_plugins(options.plugin)
    print(format_voices(options.results))


def _to_folder(options: argparse.Namespace) -> None:
    """The lines of a file, a sound file each, after all of them were checked."""
    from fs2.requests import refuse, requests_of

    requests = requests_of(options.file, options.output)
    voice, controls = _voice(options)
    problems = [(request.place, _unspeakable(voice, request)) for request in requests]
    refuse([f"{place}{problem}" for place, problem in problems if problem])
    for request in requests:
        begun = time.perf_counter()
        _write(request.path, voice.speak(request.text, controls).waveform, voice, begun)


def _to_file(options: argparse.Namespace) -> None:
    """A text, or the lines of standard input, in one sound file."""
    import numpy as np

    from fs2.requests import check_sound_file

    check_sound_file(options.output)
    lines = _lines(options)
    voice, controls = _voice(options)
    begun = time.perf_counter()
    spoken = _spoken(lines, lambda text: [voice.speak(text, controls).waveform], voice.pause)
    _write(options.output, np.concatenate(list(spoken)), voice, begun)


def _to_pipe(options: argparse.Namespace) -> None:
    """Whatever there is to say, on standard output while it is made."""
    from fs2.sound_stream import write_sound

    if sys.stdout is None:
        raise FS2Error("-o -: standard output is closed")
    output = sys.stdout.buffer
    if output.isatty():
        raise FS2Error(
            "-o -: standard output is a terminal, which would show the samples as characters; "
            "lead it to a player, such as | aplay, or name a file"
        )
    lines = _lines(options)
    with redirect_stdout(sys.stderr):  # nothing but sound on standard output
        voice, controls = _voice(options)
        rate = voice.audio.sample_rate
        if options.format == "pcm":
            print(f"fs2: {rate} Hz, mono, 16-bit signed little-endian samples", file=sys.stderr)
        pieces = _spoken(lines, lambda text: voice.stream(text, controls), voice.pause)
        write_sound(output, pieces, rate, options.format or "wav")


def _lines(options: argparse.Namespace) -> "Iterable[Line]":
    """What to say: the text, the lines of a file, or those of standard input as they come."""
    from fs2.requests import lines_of, one_line, read_lines

    if options.file is not None:
        return read_lines(options.file)
    if options.text != PIPE:
        return [one_line(options.text)]
    if sys.stdin is None:
        raise FS2Error("-: standard input is closed")
    return lines_of(sys.stdin.buffer)


def _spoken(
    lines: "Iterable[Line]", speak: "Callable[[str], Iterable[np.ndarray]]", pause: "np.ndarray"
) -> "Iterator[np.ndarray]":
    """One line after the other, with a pause between them."""
    for number, line in enumerate(lines):
        try:
            pieces = speak(line.text)
        except FS2Error as error:
            raise FS2Error(f"{line.place}{error}") from error
        if number:
            yield pause
        yield from pieces


def _write(path: Path, waveform: "np.ndarray", voice: "Voice", begun: float) -> None:
    """Write a sound file and say how long it took since `begun`."""
    from fs2.audio import write_audio

    rate, seconds = voice.audio.sample_rate, time.perf_counter() - begun
    write_audio(path, waveform, rate)
    print(f"{path}: {len(waveform) / rate:.2f} s of speech in {seconds:.2f} s")


def _voice(options: argparse.Namespace) -> "tuple[Voice, Controls]":
    """The voice's folder that is named, or what is trained in the results; and its controls."""
    from fs2.plugins import load_plugins
    from fs2.systems.controls import Controls

    controls = Controls(options.pace, options.pitch, options.energy)
    load_plugins(options.plugin)
    voice = _load(options)
    if options.lexicon is not None:
        voice.learn(options.lexicon)
    return voice, controls


def _load(options: argparse.Namespace) -> "Voice":
    from fs2.synthesis.find import find_voice
    from fs2.synthesis.voice import Voice
    from fs2.voices.loading import load_voice

    if options.voice is None:
        folders = find_voice(options.results, options.corpus, options.system, options.vocoder)
        return Voice.load(folders.training, folders.vocoder, options.device)
    for name in ("corpus", "system", "vocoder"):
        if getattr(options, name) is not None:
            raise FS2Error(f"--{name}: looks for a voice in the results; --voice names one already")
    return load_voice(options.voice, options.device)


def _unspeakable(voice: "Voice", request: "Request") -> str:
    """Why a voice cannot speak a text; empty if it can."""
    try:
        voice.sentences(request.text)
    except FS2Error as error:
        return str(error)
    return ""
