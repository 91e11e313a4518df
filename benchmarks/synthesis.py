"""How fast speech is made: `python benchmarks/synthesis.py [vocoder folder ...]`.

Prints real-time factors (wall time over the length of the speech) for one sentence at a time: the
mel by FastSpeech 2 at both sizes, and the waveform by HiFi-GAN and Griffin-Lim. Weights are random,
unless vocoder folders are named, and each phoneme has as many frames as in ordinary speech.
"""

import argparse
import random
from collections.abc import Callable
from pathlib import Path

import torch
from voice import FRAMES_PER_PHONEME, Silence, median_seconds, random_voice

from fs2.audio import AudioSettings
from fs2.config.files import parse_config
from fs2.device import choose_precision
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
    for size in ("paper", "small"):
        voice = random_voice(parse_config({"model": {"size": size}}), Silence(), cpu)
        assert len(voice.speak_phonemes(phonemes).mel) == frames
        millions = voice.description.parameters / 1e6
        row(
            f"mel, FastSpeech 2 {size}, {millions:.1f} M parameters",
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


if __name__ == "__main__":
    main()
