"""A voice of random weights, its results folder, and a features file of invented clips."""

from pathlib import Path

import numpy as np
import pytest
import torch

from fs2.audio import AudioSettings
from fs2.config.files import parse_config
from fs2.config.schema import Config, Vocoder
from fs2.features.store import ATTRIBUTES, FeatureWriter
from fs2.nn.parameters import parameter_count
from fs2.systems.saving import ModelDescription, build_model, save_model
from fs2.text.symbols import SYMBOLS
from fs2.vocoder import fetch_vocoder

STATISTICS = {
    "f0_minimum": 80.0,
    "f0_maximum": 400.0,
    "pitch_mean_mean": 5.3,
    "pitch_mean_std": 0.1,
    "pitch_std_mean": 0.2,
    "pitch_std_std": 0.05,
    "energy_minimum": 0.0,
    "energy_maximum": 150.0,
    "energy_mean": 40.0,
    "energy_std": 30.0,
}
TINY = {
    "hidden": 16,
    "encoder_blocks": 1,
    "decoder_blocks": 1,
    "feed_forward": 16,
    "predictor_hidden": 16,
}


@pytest.fixture(scope="session")
def config() -> Config:
    return parse_config(
        {
            "corpus": {"name": "toy"},
            "model": TINY,
            "training": {"precision": "fp32"},
            "vocoder": {"name": "griffin_lim", "griffin_lim_iterations": 1},
        }
    )


def train_nothing(folder: Path, config: Config, symbols: list[str]) -> None:
    """Save a model with random weights, each of whose phonemes lasts about four frames."""
    torch.manual_seed(0)
    model = build_model(config, symbols, STATISTICS)
    torch.nn.init.constant_(model.variance_adaptor.duration_predictor.output.bias, 1.6)
    count = parameter_count(model)
    save_model(folder, model, ModelDescription(folder.name, config, symbols, STATISTICS, count, {}))


@pytest.fixture(scope="session")
def results(tmp_path_factory, config) -> Path:
    """A results folder with one trained system of one corpus, and its vocoder."""
    results = tmp_path_factory.mktemp("results")
    train_nothing(results / "toy" / "training" / "plain", config, list(SYMBOLS))
    vocoders = results / "toy" / "vocoder"
    settings = Vocoder(name="griffin_lim", griffin_lim_iterations=1)
    fetch_vocoder(settings, results, vocoders / "griffin_lim", AudioSettings())
    return results


@pytest.fixture(scope="session")
def features(tmp_path_factory) -> Path:
    """Six clips, the last four of them the test split; each has a pause without punctuation."""
    path = tmp_path_factory.mktemp("features") / "features.h5"
    audio, random = AudioSettings(), np.random.default_rng(0)
    writer = FeatureWriter(path, audio, scales=10)
    symbols = ["sil", "HH", "AH0", "sil", "L", "OW1", ".", "sil"]
    for number in range(6):
        durations = np.array([3, 4, 6, 2, 5, 9 + number, 0, 4], np.int32)
        frames = int(durations.sum())
        f0 = random.uniform(100, 200, frames) * (random.random(frames) > 0.3)
        writer.append(
            [(f"clip{number}", "train" if number < 2 else "test", "hello.")],
            [frames],
            [len(symbols)],
            {
                "mel": random.normal(-5, 1, (frames, 80)),
                "f0": f0,
                "pitch_contour": random.normal(size=frames),
                "pitch_spectrogram": random.normal(size=(frames, 10)),
                "pitch_mean": np.array([5.3]),
                "pitch_std": np.array([0.2]),
                "energy": random.uniform(0, 90, frames),
                "phonemes": np.array([SYMBOLS.index(symbol) for symbol in symbols]),
                "durations": durations,
                "waveform": random.integers(-32768, 32768, frames * 256),
            },
        )
    attributes: dict = {name: {} for name in ATTRIBUTES}
    writer.finish(attributes | {"audio": vars(audio), "symbols": list(SYMBOLS)})
    return path


@pytest.fixture(scope="session")
def waveform_config(config) -> Config:
    """FastSpeech 2s."""
    values = config.model_dump(mode="json")
    decoder = {"size": "small", "blocks": 2, "stacks": 1, "residual_channels": 8}
    values["model"] |= {"output": "waveform", "waveform_decoder": decoder}
    return parse_config(values)


@pytest.fixture(scope="session")
def waveform_results(tmp_path_factory, waveform_config) -> Path:
    """A results folder with a FastSpeech 2s, and no vocoder."""
    results = tmp_path_factory.mktemp("waveform_results")
    train_nothing(results / "toy" / "training" / "direct", waveform_config, list(SYMBOLS))
    return results
