"""How fast FastSpeech 2 trains: `python benchmarks/training.py`.

Prints frames per second of whole training steps (forward, backward, Adam) on one batch of 8 clips
of 632 frames, at both sizes, in float32 and where the device is made for it in bfloat16.
"""

import argparse
import statistics
import time

import torch
from voice import STATISTICS

from fs2.config.files import parse_config
from fs2.config.schema import Config
from fs2.device import choose_device, choose_precision, keep_freed_memory
from fs2.nn.parameters import parameter_count
from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2.variances import Variances
from fs2.systems.system import system_for
from fs2.text.symbols import SYMBOLS
from fs2.training.data import Batch

CLIPS, FRAMES, PHONEMES = 8, 632, 79


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    keep_freed_memory()  # as training does
    device = choose_device(arguments.device)
    where = (
        torch.cuda.get_device_name() if device.type == "cuda" else f"{arguments.threads} threads"
    )
    print(f"| training step, {CLIPS} clips of {FRAMES} frames, {where} | frames per second |")
    print("|---|---|")
    batch = random_batch(device)
    models = {
        "paper": {"size": "paper"},
        "paper, the author's 5-layer predictors": {
            "size": "paper",
            "predictor_layers": 5,
            "predictor_kernel": 5,
        },
        "small": {"size": "small"},
    }
    precisions = ["fp32"]
    if choose_precision("auto", device) == torch.bfloat16:
        precisions.append("bf16")
    for name, model in models.items():
        for precision in precisions:
            config = parse_config({"model": model, "training": {"precision": precision}})
            speed, millions = frames_per_second(config, batch, device, arguments.repeats)
            print(
                f"| {name}, {millions:.1f} M parameters, {precision} | {speed:,.0f} |", flush=True
            )


def random_batch(device: torch.device) -> Batch:
    """Invented features of full-length clips."""
    shape = (CLIPS, FRAMES)
    columns = {
        "durations": torch.full((CLIPS, PHONEMES), FRAMES // PHONEMES),
        "mel": torch.randn(*shape, 80) - 5,
        "pitch_spectrogram": torch.randn(*shape, 10),
        "pitch_mean": torch.randn(CLIPS) / 10 + 5.3,
        "pitch_std": torch.rand(CLIPS) / 5 + 0.1,
        "pitch_contour": torch.randn(shape),
        "f0": torch.rand(shape) - 0.3,
        "energy": torch.rand(shape) * 90,
    }
    return Batch(
        ids=["clip"] * CLIPS,
        phonemes=torch.randint(1, len(SYMBOLS), (CLIPS, PHONEMES)).to(device),
        phoneme_lengths=torch.full((CLIPS,), PHONEMES).to(device),
        frame_lengths=torch.full((CLIPS,), FRAMES).to(device),
        columns={name: values.to(device) for name, values in columns.items()},
    )


def frames_per_second(
    config: Config, batch: Batch, device: torch.device, repeats: int
) -> tuple[float, float]:
    """Median speed of a step, and the millions of parameters."""
    training = config.training
    precision = choose_precision(training.precision, device)
    model = system_for(config).build(config, list(SYMBOLS), STATISTICS).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, fused=True)

    def step() -> None:
        with torch.autocast(device.type, precision, enabled=precision == torch.bfloat16):
            mel, adapted = model(batch.phonemes, batch.phoneme_lengths, Variances.of(batch))
        adaptor, weight = model.variance_adaptor, training.mel_weight
        terms = losses(mel, adapted.prediction, batch, adaptor, training, weight)
        optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), training.gradient_clip)
        optimizer.step()
        terms["loss"].item()

    step()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        step()
        times.append(time.perf_counter() - begun)
    return batch.frames / statistics.median(times), parameter_count(model) / 1e6


if __name__ == "__main__":
    main()
