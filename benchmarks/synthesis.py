"""How fast speech is made: `python benchmarks/synthesis.py [vocoder folder ...]`.

Prints real-time factors (wall time over the length of the speech) for one sentence at a time, from
phonemes: what every system makes at both sizes, mel or waveform, and the waveform by HiFi-GAN and
Griffin-Lim. Weights are random, unless vocoder folders are named, and each phoneme has as many
frames as in ordinary speech.
"""

import argparse
import random
from collections.abc import Callable
from pathlib import Path

import torch
from voice import (
    FRAMES_PER_PHONEME,
    SIZES,
    Silence,
    configuration,
    median_seconds,
    random_voice,
    systems,
)

from fs2.audio import AudioSettings
from fs2.device import choose_precision
from fs2.synthesis.voice import Voice
from fs2.systems.system import system_for
from fs2.text.symbols import PHONES
from fs2.vocoder.griffin_lim.inversion import GriffinLim
from fs2.vocoder.hifigan.inference import HiFiGAN
from fs2.vocoder.hifigan.network import Generator
from fs2.vocoder.loading import load_vocoder

AUDIO = AudioSettings()
PHONEMES = 62
"""5.0 s."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vocoders", nargs="*", type=Path, help="folders that `vocoder` made")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=9)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    frames = PHONEMES * FRAMES_PER_PHONEME
    seconds = frames * AUDIO.frame_seconds
    print(f"| one sentence of {seconds:.1f} s, {arguments.threads} threads | real-time factor |")
    print("|---|---|")

    def row(name: str, work: Callable[[], object], repeats: int = arguments.repeats) -> None:
        print(f"| {name} | {median_seconds(work, repeats) / seconds:.4f} |", flush=True)

    cpu = torch.device("cpu")
    phonemes = random.Random(0).choices(PHONES, k=PHONEMES)
    for size in SIZES:
        for name in systems():
            voice = random_system(name, size, cpu)
            millions = voice.description.parameters / 1e6
            made = voice.description.system.makes
            row(
                f"{made}, {name} {size}, {millions:.1f} M parameters",
                lambda voice=voice: voice.speak_phonemes(phonemes),
            )
    mel = torch.randn(frames, AUDIO.n_mels) - 5
    if arguments.vocoders:
        for folder in arguments.vocoders:
            vocoder = load_vocoder(folder, "cpu")
            row(f"waveform, {vocoder.name}", lambda vocoder=vocoder: vocoder(mel), 3)
        return
    fast_bfloat16 = choose_precision("auto", cpu) == torch.bfloat16
    for precision in ("fp32", "bf16") if fast_bfloat16 else ("fp32",):
        hifigan = HiFiGAN("hifigan", AUDIO, Generator(), cpu, precision)
        row(f"waveform, HiFi-GAN V1, {precision}", lambda hifigan=hifigan: hifigan(mel), 3)
    row("waveform, Griffin-Lim", lambda: GriffinLim(AUDIO)(mel), 3)


def random_system(name: str, size: str, device: torch.device) -> Voice:
    """A voice of a system with random weights, without its vocoder."""
    config = configuration(size, name)
    vocoder = Silence() if system_for(config).needs_vocoder else None
    return random_voice(config, vocoder, device)


if __name__ == "__main__":
    main()
