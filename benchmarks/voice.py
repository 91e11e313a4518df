"""What the benchmarks of networks share: systems, an invented voice and corpus, and the clock."""

import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from fs2.audio import AudioSettings
from fs2.config.files import merge, read_yaml
from fs2.config.schema import Config
from fs2.features.columns import ATTRIBUTES
from fs2.features.statistics import Statistics
from fs2.features.writer import FeatureWriter
from fs2.nn.parameters import parameter_count
from fs2.paper import ROWS
from fs2.synthesis.voice import Voice
from fs2.systems.catalogue import Catalogue
from fs2.systems.saving import ModelDescription
from fs2.systems.system import system_for
from fs2.text.symbols import SYMBOLS
from fs2.vocoder.entry import Vocoder

SIZES = ("small", "paper")
DEMO = Path(__file__).resolve().parents[1] / "config" / "config.yaml"
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


def systems() -> list[str]:
    """The systems of the paper's tables that are no variants of others, in the paper's order."""
    catalogue = Catalogue({})
    of_rows = [system for row in ROWS for system in catalogue.of_row(row)]
    return [system for system in of_rows if catalogue.full(system) == system]


def configuration(size: str, system: str) -> Config:
    """The configuration of a system at one size: the demo's, or the paper's."""
    vocoder = {"vocoder": {"name": "parallel_wavegan", "parallel_wavegan": {}}}
    if size == "small":
        values = merge(read_yaml(DEMO), vocoder)
    else:
        values = {**vocoder, "model": {"size": size}}
    return Catalogue(values).config(system)


def invented_features(path: Path, clips: int = 10, frames: int = 632) -> Path:
    """A features file of clips of random values, all of the same length."""
    random, phonemes = np.random.default_rng(0), frames // FRAMES_PER_PHONEME
    rows, audio = clips * frames, AudioSettings()
    durations = np.full((clips, phonemes), FRAMES_PER_PHONEME)
    durations[:, -1] += frames % FRAMES_PER_PHONEME
    writer = FeatureWriter(path, audio, scales=10)
    writer.append(
        [
            (f"clip{clip}", {0: "validation", 1: "test"}.get(clip, "train"), "")
            for clip in range(clips)
        ],
        [frames] * clips,
        [phonemes] * clips,
        {
            "mel": random.normal(-5, 2, (rows, audio.n_mels)),
            "f0": np.full(rows, 200.0),
            "pitch_contour": random.normal(size=rows),
            "pitch_spectrogram": random.normal(size=(rows, 10)),
            "pitch_mean": np.full(clips, STATISTICS.pitch_mean_mean),
            "pitch_std": np.full(clips, STATISTICS.pitch_std_mean),
            "energy": random.uniform(0, 90, rows),
            "phonemes": random.integers(1, len(SYMBOLS), clips * phonemes),
            "durations": durations.ravel(),
            "waveform": random.normal(0, 1000, rows * audio.hop_length).astype(np.int16),
        },
    )
    own = {"audio": vars(audio), "symbols": list(SYMBOLS), "statistics": vars(STATISTICS)}
    writer.finish({**{name: {} for name in ATTRIBUTES}, **own})
    return path


def random_model(config: Config, device: torch.device) -> Any:
    """A system's network with random weights, ready for inference.

    It gives each phoneme `FRAMES_PER_PHONEME`, or, autoregressive, does not end by itself.
    """
    system = system_for(config)
    model = system.build(config, list(SYMBOLS), STATISTICS).to(device)
    last = "duration_predictor.output" if system.has_durations else "to_stop"
    (output,) = (part for name, part in model.named_modules() if f".{name}".endswith(f".{last}"))
    torch.nn.init.zeros_(output.weight)
    bias = math.log(FRAMES_PER_PHONEME + 1) if system.has_durations else -1
    torch.nn.init.constant_(output.bias, bias)
    return model.prepare_for_inference()


def random_voice(config: Config, vocoder: Vocoder | None, device: torch.device) -> Voice:
    """A voice of `random_model`; `vocoder` is None for a system that needs none.

    Autoregressive, it is cut after `FRAMES_PER_PHONEME`.
    """
    synthesis = config.synthesis.model_copy(
        update={"maximum_frames_per_phoneme": FRAMES_PER_PHONEME}
    )
    config = config.model_copy(update={"synthesis": synthesis})
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
