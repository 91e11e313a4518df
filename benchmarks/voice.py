"""What the benchmarks of networks share: an invented voice, and the clock."""

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from fs2.audio import AudioSettings
from fs2.config.schema import Config
from fs2.features.statistics import Statistics
from fs2.nn.parameters import parameter_count
from fs2.synthesis import Voice
from fs2.systems.saving import ModelDescription
from fs2.systems.system import system_for
from fs2.text.symbols import SYMBOLS
from fs2.vocoder.entry import Vocoder

FRAMES_PER_PHONEME = 7
"""12 phonemes a second, LJSpeech's rate."""
STATISTICS = Statistics(
    f0_minimum=80.0,
    f0_maximum=400.0,
    pitch_mean_mean=5.3,
    pitch_mean_std=0.1,
    pitch_std_mean=0.2,
    pitch_std_std=0.05,
    energy_minimum=0.0,
    energy_maximum=150.0,
    energy_mean=40.0,
    energy_std=30.0,
)


def random_model(config: Config, device: torch.device) -> Any:
    """A system's network with random weights that gives each phoneme `FRAMES_PER_PHONEME`."""
    model = system_for(config).build(config, list(SYMBOLS), STATISTICS).to(device)
    output = model.variance_adaptor.duration_predictor.output
    torch.nn.init.zeros_(output.weight)
    torch.nn.init.constant_(output.bias, math.log(FRAMES_PER_PHONEME + 1))
    return model.prepare_for_inference()


def random_voice(config: Config, vocoder: Vocoder | None, device: torch.device) -> Voice:
    """A voice of `random_model`; `vocoder` is None for a system that needs none."""
    model = random_model(config, device)
    count = parameter_count(model)
    description = ModelDescription("random", config, list(SYMBOLS), STATISTICS, count, {})
    return Voice(model, description, vocoder)


class Silence:
    """A vocoder that takes no time."""

    name = "silence"
    audio = AudioSettings()

    def __call__(self, mel: torch.Tensor) -> np.ndarray:
        """No samples."""
        return np.zeros(0, np.float32)


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median wall time of `work`, after a call that does not count."""
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)
