"""A voice of random weights, its results folder, and a features file of invented clips."""

from pathlib import Path

import numpy as np
import pytest
import toy

from fs2.config.schema import Config
from fs2.text.symbols import SYMBOLS


@pytest.fixture(scope="session")
def config() -> Config:
    return toy.config(corpus={"name": "toy"})


@pytest.fixture(scope="session")
def results(tmp_path_factory, config) -> Path:
    """A results folder with one trained system of one corpus, and its vocoder."""
    results = tmp_path_factory.mktemp("results")
    toy.save_random(results / "toy" / "training" / "plain", config)
    toy.make_vocoder(config, results / "toy" / "vocoder" / "griffin_lim")
    return results


@pytest.fixture(scope="session")
def waveform_config() -> Config:
    """FastSpeech 2s."""
    return toy.config("fastspeech2s", corpus={"name": "toy"})


@pytest.fixture(scope="session")
def waveform_results(tmp_path_factory, waveform_config) -> Path:
    """A results folder with a FastSpeech 2s, and no vocoder."""
    results = tmp_path_factory.mktemp("waveform_results")
    toy.save_random(results / "toy" / "training" / "direct", waveform_config)
    return results


@pytest.fixture(scope="session")
def features(tmp_path_factory) -> Path:
    """Six clips, the last four of them the test split; each has a pause without punctuation."""
    random = np.random.default_rng(0)
    symbols = ["sil", "HH", "AH0", "sil", "L", "OW1", ".", "sil"]
    durations = np.array([[3, 4, 6, 2, 5, 9 + number, 0, 4] for number in range(6)])
    frames = int(durations.sum())
    columns = {
        "mel": random.normal(-5, 1, (frames, 80)),
        "f0": random.uniform(100, 200, frames) * (random.random(frames) > 0.3),
        "pitch_contour": random.normal(size=frames),
        "pitch_spectrogram": random.normal(size=(frames, 10)),
        "pitch_mean": np.full(6, 5.3),
        "pitch_std": np.full(6, 0.2),
        "energy": random.uniform(0, 90, frames),
        "phonemes": np.tile([SYMBOLS.index(symbol) for symbol in symbols], 6),
        "durations": durations.flatten(),
        "waveform": random.integers(-32768, 32768, frames * 256),
    }
    path = tmp_path_factory.mktemp("features") / "features.h5"
    clips = [(f"clip{n}", "train" if n < 2 else "test", "hello.") for n in range(6)]
    lengths = durations.sum(axis=1).tolist()
    return toy.write_features(path, clips, lengths, [8] * 6, columns, symbols=list(SYMBOLS))
