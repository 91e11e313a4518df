"""How fast every system trains: `python benchmarks/training.py`.

Prints frames per second of whole training steps (forward, backward, Adam) on one batch of clips of
632 frames, at both sizes, in float32 and where the device is made for it in bfloat16. A step is one
of the last, in which every discriminator has joined. Of a system that makes waveforms, the frames
of the segments count for which it makes samples. What FastSpeech learns of a teacher is replaced by
the corpus' own, which costs the same.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from voice import SIZES, configuration, invented_features, median_seconds, systems

from fs2.config.schema import Config
from fs2.device import choose_device, choose_precision
from fs2.nn.parameters import parameter_count
from fs2.systems.system import TrainingJob, system_for

CLIPS = 8
WAVEFORM_CLIPS = {"small": 8, "paper": 2}
"""Fewer for a system that makes waveforms at the paper's size, which takes a second a clip."""
WITHOUT_TEACHER = {"fastspeech": "fastspeech-aligner"}
"""System -> a variant whose step is the same, and which needs no teacher to be trained first."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=SIZES)
    parser.add_argument("--systems", nargs="+", default=[*systems(), "fastspeech2-author"])
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    where = (
        torch.cuda.get_device_name() if device.type == "cuda" else f"{arguments.threads} threads"
    )
    print(f"| training step, {where} | parameters | clips | frames per second |")
    print("|---|---|---|---|")
    precisions = ["fp32"]
    if choose_precision("auto", device) == torch.bfloat16:
        precisions.append("bf16")
    with tempfile.TemporaryDirectory() as folder:
        features = invented_features(Path(folder) / "features.h5", CLIPS + 2)
        for size in arguments.sizes:
            for system in arguments.systems:
                for precision in precisions:
                    config = configuration(size, WITHOUT_TEACHER.get(system, system))
                    own = {"precision": precision, "device": arguments.device}
                    training = config.training.model_copy(update=own)
                    config = config.model_copy(update={"training": training})
                    waveform = not system_for(config).needs_vocoder
                    clips = WAVEFORM_CLIPS[size] if waveform else CLIPS
                    speed, millions = frames_per_second(config, features, clips, arguments.repeats)
                    print(
                        f"| {system}, {size}, {precision} | {millions:.1f} M | {clips} "
                        f"| {speed:,.0f} |",
                        flush=True,
                    )


def frames_per_second(
    config: Config, features: Path, clips: int, repeats: int
) -> tuple[float, float]:
    """Median speed of a step on so many clips, and the millions of parameters."""
    job = TrainingJob("benchmark", config, features, features.parent)
    trainer = system_for(config).trainer(job)
    trainer.step = trainer.steps - 1
    values: dict[str, float] = {}
    seconds = median_seconds(lambda: values.update(trainer.train_step(np.arange(clips))), repeats)
    hop = 1 if trainer.unit == "frames" else config.audio.hop_length
    return values[trainer.unit] / hop / seconds, parameter_count(trainer.model) / 1e6


if __name__ == "__main__":
    main()
