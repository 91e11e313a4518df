"""How fast FastSpeech 2s and the vocoders are: `python benchmarks/waveform.py`.

Prints samples per second of whole training steps of Parallel WaveGAN with its discriminator: the
size paper with the paper's settings but a smaller batch, small with those of config/config.yaml;
`training.py` has those of FastSpeech 2s. Then real-time factors
from text to waveform, and of the waveform networks alone, from 1 to 60 seconds of speech, each with
the peak memory of a process that does nothing else. Weights are random.
"""

import argparse
import multiprocessing
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from voice import (
    SIZES,
    configuration,
    invented_features,
    median_seconds,
    random_model,
    random_voice,
)

from fs2.config.schema import Config
from fs2.device import choose_device
from fs2.nn.chunks import generate_in_chunks
from fs2.nn.parameters import parameter_count
from fs2.vocoder.entry import Vocoder, VocoderJob
from fs2.vocoder.griffin_lim.inversion import GriffinLim
from fs2.vocoder.hifigan.inference import HiFiGAN
from fs2.vocoder.hifigan.network import Generator
from fs2.vocoder.parallel_wavegan.inference import TrainedVocoder
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN
from fs2.vocoder.parallel_wavegan.training import ParallelWaveGANTrainer

LENGTHS = (1, 5, 20, 60)
SENTENCE = "The old bridge leads over a slow green river. "
"""About 2.6 s of speech."""
SHORT = "The old bridge."
"""About 1 s."""
FASTSPEECH2S, PARALLEL_WAVEGAN = "FastSpeech 2s", "Parallel WaveGAN"
DECODER_ALONE, VOCODER_ALONE = "waveform decoder of 2s alone", "Parallel WaveGAN alone"
VOICES = (FASTSPEECH2S, *(f"FastSpeech 2, {name}" for name in (PARALLEL_WAVEGAN, "HiFi-GAN",
    "Griffin-Lim")))  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3, help="fewer for long speech")
    parser.add_argument("--clips", type=int, default=2, help="clips in a batch of the size paper")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=SIZES)
    parser.add_argument("--lengths", nargs="+", type=int, default=LENGTHS, help="seconds")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    device = choose_device(options.device)
    where = f"{options.threads} threads" if device.type == "cpu" else "CUDA"
    print(f"| training step, {where} | samples per second |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        features = invented_features(Path(folder) / "features.h5")
        for size in options.sizes:
            count = options.clips if size == "paper" else None
            config = configuration(size, "fastspeech2")
            words, speed = alone(vocoder_training, config, count, features, options)
            print(f"| {PARALLEL_WAVEGAN}, {size}, {words} | {speed:,.0f} |", flush=True)
    print("\n| synthesis | speech | real-time factor | peak memory |\n|---|---|---|---|")
    for size in options.sizes:
        for name in (*VOICES, DECODER_ALONE, VOCODER_ALONE):
            for seconds in options.lengths:
                spoken, factor, memory = alone(synthesis_speed, name, size, seconds, options)
                print(
                    f"| {name}, {size} | {spoken:.1f} s | {factor:.3f} | {memory:.0f} MiB |",
                    flush=True,
                )


def alone(work: Callable, *arguments):
    """The result of `work` in a new process, which then has a peak memory of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def vocoder_training(
    config: Config, count: int | None, features: Path, options: argparse.Namespace
) -> tuple[str, float]:
    """What is trained, in words, and samples per second of a step.

    A batch is of `count` clips, or of as many as the configuration says.
    """
    torch.set_num_threads(options.threads)
    training = config.training.model_copy(update={"device": options.device})
    config = config.model_copy(update={"training": training})
    trainer = ParallelWaveGANTrainer(VocoderJob(config, features.parent, features.parent, features))
    trainer.step = trainer.segments.discriminator_start
    count = count or trainer.segments.batch_size
    clips = np.arange(count)
    seconds = median_seconds(lambda: trainer.train_step(clips), options.repeats)
    millions, samples = parameter_count(trainer.model) / 1e6, trainer.segments.segment_size
    words = f"{millions:.2f} M parameters, {count} clips of {samples:,} samples"
    return words, count * samples / seconds


def synthesis_speed(
    name: str, size: str, seconds: int, options: argparse.Namespace
) -> tuple[float, float, float]:
    """Seconds of speech, real-time factor, and peak memory in MiB less what lay there before."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device = choose_device(options.device)
    if name in VOICES:
        speak = from_text(name, size, seconds, device)
    else:
        speak = from_states(name, size, seconds, device)
    before = memory_from_here(device)
    spoken: list[float] = []
    repeats = max(1, min(options.repeats, 60 // seconds))
    taken = median_seconds(lambda: spoken.append(speak()), repeats)
    return spoken[0], taken / spoken[0], peak_memory(device) - before


def from_text(name: str, size: str, seconds: int, device: torch.device) -> Callable[[], float]:
    """Speaks about so many seconds of text; returns how many it were."""
    own = name == FASTSPEECH2S
    config = configuration(size, "fastspeech2s" if own else "fastspeech2")
    voice = random_voice(config, None if own else random_vocoder(name, config, device), device)
    text = SENTENCE * round(seconds / 2.6) or SHORT
    voice.speak("Oh.")  # dictionary and tagger are loaded now

    def speak() -> float:
        speech = voice.speak(text)
        return len(speech.waveform) / speech.sample_rate

    return speak


def random_vocoder(name: str, config: Config, device: torch.device) -> Vocoder:
    """The vocoder that the name of a voice ends with."""
    audio = config.audio.settings()
    if name.endswith(PARALLEL_WAVEGAN):
        generator = parallel_wavegan(config)
        return TrainedVocoder("parallel_wavegan", audio, generator, device)
    if name.endswith("HiFi-GAN"):
        return HiFiGAN("hifigan", audio, Generator(), device, "auto")
    return GriffinLim(audio)


def from_states(name: str, size: str, seconds: int, device: torch.device) -> Callable[[], float]:
    """Makes so many seconds of sound from random states or mels; returns how many it were."""
    config = configuration(size, "fastspeech2s")
    audio = config.audio.settings()
    frames = round(seconds / audio.frame_seconds)
    if name == VOCODER_ALONE:
        vocoder = parallel_wavegan(config).to(device).prepare_for_inference()
        mel = torch.randn(frames, audio.n_mels, device=device) - 5

        def generate() -> torch.Tensor:
            return vocoder.generate(mel)
    else:
        model = random_model(config, device)
        states = torch.randn(frames, config.model.hidden, device=device)
        f0 = torch.full((frames,), 200.0, device=device)

        def generate() -> torch.Tensor:
            return generate_in_chunks(model.waveform_decoder, states, f0)

    return lambda: len(generate().cpu()) / audio.sample_rate


def parallel_wavegan(config: Config) -> ParallelWaveGAN:
    """A generator with random weights."""
    generator = config.vocoder.parallel_wavegan.generator
    return ParallelWaveGAN(generator, config.audio.n_mels, config.audio.sample_rate)


def memory_from_here(device: torch.device) -> float:
    """Memory that this process has now, in MiB; from here on `peak_memory` is counted."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    else:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak falls to now
    return peak_memory(device)


def peak_memory(device: torch.device) -> float:
    """Most memory that this process had since `memory_from_here`, in MiB (Linux)."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
