"""How fast FastSpeech 2s and Parallel WaveGAN are: `python benchmarks/waveform.py`.

Prints samples per second of whole training steps (generator and discriminator), the real-time
factor of the waveform alone, and from phonemes to waveform, from 1 to 60 seconds of speech, with
the peak memory of a process that does nothing else. Weights are random.
"""

import argparse
import multiprocessing
import resource
from collections.abc import Callable

import torch
from voice import STATISTICS, median_seconds

from fs2.config import Config
from fs2.config_files import parse_config
from fs2.device import choose_device, choose_precision
from fs2.models import FastSpeech2s, build_model, parameter_count
from fs2.models.chunks import generate_in_chunks
from fs2.models.parallel_wavegan import ParallelWaveGAN
from fs2.text.symbols import SYMBOLS
from fs2.training.waveform_adversary import WaveformAdversary

SIZES = ("small", "paper")
LENGTHS = (1, 5, 20, 60)
FRAMES_PER_PHONEME = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--clips", type=int, default=2, help="clips in a training batch")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=SIZES)
    parser.add_argument("--lengths", nargs="+", type=int, default=LENGTHS, help="seconds")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    device = choose_device(options.device)
    where = f"{options.threads} threads" if device.type == "cpu" else "CUDA"
    print(f"| training step, {options.clips} clips, {where} | samples per second |\n|---|---|")
    for size in options.sizes:
        for name in ("waveform decoder of 2s", "Parallel WaveGAN"):
            speed, millions = alone(training_speed, name, size, options)
            print(f"| {name}, {size}, {millions:.2f} M parameters | {speed:,.0f} |", flush=True)
    print("\n| synthesis | speech | real-time factor | peak memory |\n|---|---|---|---|")
    for size in options.sizes:
        for name in ("waveform decoder of 2s", "phonemes to waveform by 2s", "Parallel WaveGAN"):
            for seconds in options.lengths:
                factor, memory = alone(synthesis_speed, name, size, seconds, options)
                print(
                    f"| {name}, {size} | {seconds} s | {factor:.3f} | {memory:.0f} MiB |",
                    flush=True,
                )


def alone(work: Callable, *arguments):
    """The result of `work` in a new process, which then has a peak memory of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def configuration(size: str) -> Config:
    """Both networks at one size."""
    return parse_config(
        {
            "model": {"size": size, "output": "waveform"},
            "vocoder": {"name": "parallel_wavegan", "generator": {"size": size}},
        }
    )


def parallel_wavegan(config: Config) -> ParallelWaveGAN:
    """A generator with random weights."""
    return ParallelWaveGAN(
        config.vocoder.generator, config.audio.mel_bands, config.audio.sample_rate
    )


def training_speed(name: str, size: str, options: argparse.Namespace) -> tuple[float, float]:
    """Samples per second of a step, and millions of parameters."""
    torch.set_num_threads(options.threads)
    device, config = choose_device(options.device), configuration(size)
    precision = choose_precision("auto", device)
    if name == "Parallel WaveGAN":
        model, settings = parallel_wavegan(config).to(device), config.vocoder.training
        mel = torch.randn(options.clips, settings.clip_samples // 256, 80, device=device) - 5
        log_f0 = torch.full(mel.shape[:2], 5.3, device=device)

        def generate() -> torch.Tensor:
            return model(mel, log_f0)
    else:
        whole = build_model(config, list(SYMBOLS), STATISTICS)
        assert isinstance(whole, FastSpeech2s)
        model, settings = whole.waveform_decoder.to(device), config.training.waveform
        frames = settings.clip_samples // 256
        states = torch.randn(options.clips, frames, config.model.hidden, device=device)
        f0 = torch.full(states.shape[:2], 200.0, device=device)

        def generate() -> torch.Tensor:
            return model(states, model.excite(options.clips, frames, f0))

    adversary = WaveformAdversary(settings, config.audio.settings(), device)
    optimizer = torch.optim.RAdam(model.parameters(), 1e-4)
    recorded = torch.randn(options.clips, settings.clip_samples, device=device) / 10
    step = settings.discriminator_start

    def train() -> None:
        with torch.autocast(device.type, precision, enabled=precision == torch.bfloat16):
            generated = generate().float()
            loss = adversary.generator_loss(generated, recorded, step)["waveform_loss"]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        with torch.autocast(device.type, precision, enabled=precision == torch.bfloat16):
            judged = adversary.discriminator_loss(generated, recorded)
        adversary.take_gradients(judged, step, 1.0)
        adversary.optimizer.step()
        loss.item()

    return recorded.numel() / median_seconds(train, options.repeats), parameter_count(model) / 1e6


def synthesis_speed(
    name: str, size: str, seconds: int, options: argparse.Namespace
) -> tuple[float, float]:
    """Real-time factor, and peak memory in MiB less what the libraries take."""
    torch.set_num_threads(options.threads)
    device, config = choose_device(options.device), configuration(size)
    frames = round(seconds / config.audio.settings().frame_seconds)
    if name == "Parallel WaveGAN":
        vocoder = parallel_wavegan(config).to(device).fast()
        mel = torch.randn(frames, config.audio.mel_bands, device=device) - 5

        def speak() -> torch.Tensor:
            return vocoder.generate(mel)
    else:
        model = build_model(config, list(SYMBOLS), STATISTICS).to(device)
        assert isinstance(model, FastSpeech2s)
        model.fast()
        output = model.variance_adaptor.duration_predictor.output
        torch.nn.init.zeros_(output.weight)
        torch.nn.init.constant_(output.bias, torch.tensor(FRAMES_PER_PHONEME + 1.0).log().item())
        phonemes = torch.randint(1, len(SYMBOLS), (1, frames // FRAMES_PER_PHONEME), device=device)
        length = torch.tensor([phonemes.shape[1]], device=device)
        states = torch.randn(frames, config.model.hidden, device=device)
        f0 = torch.full((frames,), 200.0, device=device)

        def speak() -> torch.Tensor:
            if name == "waveform decoder of 2s":
                return generate_in_chunks(model.waveform_decoder, states, f0)
            adapted = model.infer_states(phonemes, length)
            return model.generate(adapted.states[0], None if adapted.f0 is None else adapted.f0[0])

    before = peak_memory(device)
    taken = median_seconds(lambda: speak().sum().item(), options.repeats)
    return taken / seconds, peak_memory(device) - before


def peak_memory(device: torch.device) -> float:
    """Most memory that this process had so far, in MiB."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
