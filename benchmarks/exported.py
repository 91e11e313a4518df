"""Voices as ONNX beside the same voices in torch: `python benchmarks/exported.py [voice ...]`.

Prints the sizes of the files and, for sentences of about 1, 5 and 20 seconds on one thread, the
time of onnxruntime over that of torch (the two take turns, so that both have the same share of a
busy machine; the median of the quotients counts), the largest differences of mel, F0 and waveform,
and the mean difference of the mels of both waveforms, natural log. That one does not hear phases:
those of harmonics are sums of F0, and drift apart by its last digits. Weights are random and each
phoneme has as many frames as in ordinary speech, unless voices are named that `fs2 export` wrote.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from voice import FRAMES_PER_PHONEME, configuration, random_model, random_voice

from fs2.audio import AudioSettings
from fs2.features.mel import mel_spectrogram
from fs2.onnx.export import export_onnx, write_onnx
from fs2.onnx.voice import OnnxVoice
from fs2.synthesis.voice import Voice
from fs2.systems.saving import WEIGHTS, load_network
from fs2.systems.system import system_for
from fs2.text.symbols import PHONES
from fs2.vocoder.hifigan import exported as hifigan
from fs2.vocoder.hifigan.inference import HiFiGAN
from fs2.vocoder.hifigan.network import Generator
from fs2.vocoder.parallel_wavegan import exported as parallel_wavegan
from fs2.vocoder.parallel_wavegan.inference import TrainedVocoder
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN
from fs2.voices.description import VOCODER, read_voice
from fs2.voices.loading import load_voice

AUDIO = AudioSettings()
CPU = torch.device("cpu")
KINDS = ("fastspeech2, hifigan", "fastspeech2, parallel_wavegan", "fastspeech2s")
LENGTHS = (1, 5, 20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("voices", nargs="*", type=Path, help="folders that `fs2 export` wrote")
    parser.add_argument("--size", default="small", help="of networks with random weights")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--lengths", nargs="+", type=int, default=LENGTHS, help="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    columns = "time by onnxruntime / torch | mel | F0, Hz | waveform | mel of the waveform"
    print(f"| voice, on one thread | {columns} |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, voice in enumerate(options.voices or KINDS):
            target = Path(folder) / str(number)
            named = isinstance(voice, Path)
            own = trained(voice, target) if named else invented(voice, options.size, target)
            sizes = (f"{file.name} {file.stat().st_size / 1e6:.1f} MB" for file in files(target))
            print(f"| {voice}: {', '.join(sizes)} | | | | | |")
            for seconds in options.lengths:
                print(row(own, OnnxVoice(target, threads=1), seconds, options.repeats), flush=True)


def files(folder: Path) -> list[Path]:
    """The graphs of an exported voice."""
    return sorted(folder.glob("*.onnx"))


def trained(voice: Path, folder: Path) -> Voice:
    """A voice that was exported, and once more into `folder`."""
    described = read_voice(voice)
    model = described.model(voice)
    network = load_network(model, voice / WEIGHTS)
    export_onnx(network, model, voice / VOCODER if described.vocoder else None, folder)
    return load_voice(voice, "cpu")


def invented(kind: str, size: str, folder: Path) -> Voice:
    """A voice of random weights, and once more into `folder`."""
    system, _, vocoder = kind.partition(", ")
    config = configuration(size, system)
    torch.manual_seed(0)
    if vocoder == "hifigan":
        generator = Generator()
        made, graphs = HiFiGAN("hifigan", AUDIO, generator, CPU, "fp32"), [hifigan.graph(generator)]
    elif vocoder == "parallel_wavegan":
        network = ParallelWaveGAN(config.vocoder.settings.generator, AUDIO.n_mels, 22050)
        made = TrainedVocoder("parallel_wavegan", AUDIO, network, CPU)
        graphs = [parallel_wavegan.graph(network)]
    else:
        made, graphs = None, []
    torch.manual_seed(1)
    own = system_for(config).graphs(random_model(config, CPU), config)
    torch.manual_seed(1)  # the same weights again
    voice = random_voice(config, made, CPU)
    write_onnx([*own, *graphs], voice.description, folder)
    return voice


def row(voice: Voice, exported: OnnxVoice, seconds: float, repeats: int) -> str:
    """One length of speech."""
    count = round(seconds / AUDIO.frame_seconds / FRAMES_PER_PHONEME)
    phonemes = random.Random(0).choices(PHONES, k=max(2, count))
    quotients = []
    for repeat in range(repeats + 1):
        expected = voice.speak_phonemes(phonemes)
        begun = time.perf_counter()
        made = exported.speak_phonemes(phonemes)
        if repeat:  # the first does not count
            quotients.append((time.perf_counter() - begun) / expected.seconds)
    spoken = len(expected.waveform) / expected.sample_rate
    differences = [
        largest_difference(getattr(made, name), getattr(expected, name))
        for name in ("mel", "f0", "waveform")
    ]
    heard = [mel_spectrogram(speech.waveform, AUDIO) for speech in (made, expected)]
    differences.append(f"{np.abs(heard[0] - heard[1]).mean():.1e}")
    return f"| {spoken:.1f} s | {statistics.median(quotients):.2f} | {' | '.join(differences)} |"


def largest_difference(made: np.ndarray | None, expected: np.ndarray | None) -> str:
    """In words."""
    if made is None or expected is None:
        return ""
    if made.shape != expected.shape:
        return "another length"
    return f"{np.abs(made - expected).max():.1e}"


if __name__ == "__main__":
    main()
