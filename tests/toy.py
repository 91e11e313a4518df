"""Toys that many tests need: the smallest of every network, configurations, features, models."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch

from fs2.audio import AudioSettings
from fs2.config.files import merge, parse_config
from fs2.config.schema import Config
from fs2.features.columns import ATTRIBUTES
from fs2.features.statistics import Statistics
from fs2.features.writer import FeatureWriter
from fs2.files import write_json
from fs2.nn.parameters import parameter_count, write_weights
from fs2.systems import system
from fs2.systems.catalogue import Catalogue
from fs2.systems.declaration import result_settings
from fs2.systems.saving import ModelDescription, save_model
from fs2.systems.system import TrainingJob, system_for
from fs2.text.symbols import SYMBOLS
from fs2.vocoder import loading
from fs2.vocoder.entry import VocoderJob, write_description
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN

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
FEW_SYMBOLS = ["_", "sil", ",", ".", "AA1", "B", "D", "IY0", "K", "S"]
"""The symbols of `features`."""

ACOUSTIC = {
    "hidden": 16,
    "encoder_blocks": 1,
    "decoder_blocks": 1,
    "feed_forward": 32,
    "predictor_hidden": 16,
    "encoder_kernels": [3, 1],
    "decoder_kernels": [3, 1],
}
WAVEFORM_GENERATOR = {
    "size": "small",
    "blocks": 2,
    "stacks": 1,
    "residual_channels": 8,
    "gate_channels": 16,
    "skip_channels": 8,
}
WAVEFORM_TRAINING = {
    "steps": 12,
    "batch_size": 3,
    "segment_size": 32 * 256,
    "discriminator_start": 5,
    "discriminator_layers": 4,
    "discriminator_channels": 4,
    "stft_lengths": [256, 128],
    "stft_hops": [64, 32],
    "stft_windows": [256, 128],
}
TRAINING = {
    "steps": 12,
    "batch_frames": 130,
    "warmup_steps": 4,
    "schedule": "warmup_cosine",
    "learning_rate": 0.003,
    "validation_interval": 5,
    "checkpoint_interval": 4,
    "log_interval": 3,
    "precision": "fp32",
    "device": "cpu",
}
SYSTEMS: dict[str, dict[str, Any]] = {
    "fastspeech2": {"model": ACOUSTIC, "training": TRAINING},
    "fastspeech2s": {
        "model": {**ACOUSTIC, "waveform_decoder": WAVEFORM_GENERATOR},
        "training": {**TRAINING, **WAVEFORM_TRAINING},
    },
    "transformer_tts": {
        "model": {
            **{key: ACOUSTIC[key] for key in ACOUSTIC if key != "predictor_hidden"},
            "prenet_hidden": 8,
            "postnet_layers": 2,
            "postnet_channels": 8,
            "reduction_factor": 2,
        },
        "training": {**TRAINING, "guided_attention_weight": 1.0, "guided_attention_share": 0.5},
    },
    "fastspeech": {
        "model": ACOUSTIC,
        "training": {**TRAINING, "targets": "recordings", "durations": "aligner"},
    },
    "tacotron2": {
        "model": {
            "hidden": 16,
            "encoder_layers": 2,
            "attention_hidden": 8,
            "location_filters": 4,
            "location_kernel": 5,
            "decoder_hidden": 16,
            "prenet_hidden": 8,
            "postnet_layers": 2,
            "postnet_channels": 8,
            "reduction_factor": 2,
        },
        "training": {**TRAINING, "guided_attention_weight": 1.0, "guided_attention_share": 0.5},
    },
}
"""Architecture -> its smallest sections model and training."""
VOCODERS = {
    "griffin_lim": {"iterations": 1},
    "parallel_wavegan": {
        "generator": WAVEFORM_GENERATOR,
        "training": {**WAVEFORM_TRAINING, "learning_rate": 0.001},
    },
}
"""Vocoder -> its smallest section."""


def values(architecture: str = "fastspeech2", **sections: Any) -> dict[str, Any]:
    """Plain values of the smallest network of an architecture; `sections` are laid over them."""
    sizes = {
        "model": {"architecture": architecture},
        "vocoder": {"name": "griffin_lim", **VOCODERS},
    }
    return merge(merge(SYSTEMS[architecture], sizes), sections)


def config(architecture: str = "fastspeech2", **sections: Any) -> Config:
    """The same, checked."""
    return parse_config(values(architecture, **sections))


def network(settings: Config, symbols: list[str] | None = None, seed: int = 0) -> Any:
    """The network of a configuration with random weights."""
    torch.manual_seed(seed)
    symbols = list(SYMBOLS) if symbols is None else symbols
    return system_for(settings).build(settings, symbols, STATISTICS)


def save_random(
    folder: Path,
    settings: Config,
    symbols: list[str] | None = None,
    needs: dict[str, str] | None = None,
) -> None:
    """Save a network with random weights; if it has durations, they are about four frames each."""
    symbols = list(SYMBOLS) if symbols is None else symbols
    model = network(settings, symbols)
    for name, values in model.named_parameters():
        if name.endswith("duration_predictor.output.bias"):
            torch.nn.init.constant_(values, 1.6)
    count = parameter_count(model)
    description = ModelDescription(
        folder.name, settings, symbols, STATISTICS, count, {}, needs or {}
    )
    save_model(folder, model, description)


def finish(results: Path, catalogue: Catalogue, run: str) -> None:
    """The results of a run as the stages leave them, with random weights."""
    config = catalogue.config(run)
    save_random(results / "training" / run, config, needs=catalogue.needs(run))
    folder = results / "evaluation" / run
    write_json(folder / "metrics.json", {})
    write_json(folder / "settings.json", result_settings(config))
    (folder / "per_clip.csv").write_text("id\n")
    (results / "synthesis" / run).mkdir(parents=True)
    (results / "synthesis" / run / "variances.h5").touch()


def job(
    settings: Config, features: Path, output: Path, run: str = "one", **keys: Any
) -> TrainingJob:
    """A training of a configuration."""
    return TrainingJob(run, settings, features, output, **keys)


def trainer(settings: Config, features: Path, output: Path, run: str = "one", **keys: Any) -> Any:
    """The same, ready to run."""
    return system_for(settings).trainer(job(settings, features, output, run, **keys))


def train(
    settings: Config, features: Path, output: Path, run: str = "one", **keys: Any
) -> dict[str, Any]:
    """The same, run; returns the summary."""
    return system.train(job(settings, features, output, run, **keys))


def make_vocoder(
    settings: Config, output: Path, features: Path | None = None, **keys: Any
) -> dict[str, Any]:
    """Make the vocoder of a configuration in the folder `output`; returns what it records."""
    job = VocoderJob(settings, output.parent / "downloads", output, features, **keys)
    return loading.make_vocoder(job)


def save_random_vocoder(settings: Config, output: Path) -> None:
    """Save the smallest Parallel WaveGAN, with random weights."""
    chosen = settings.vocoder.choose("parallel_wavegan")
    generator = chosen.settings.generator
    torch.manual_seed(0)
    network = ParallelWaveGAN(generator, settings.audio.n_mels, settings.audio.sample_rate)
    write_weights(output / loading.WEIGHTS, network)
    written = settings.model_copy(update={"vocoder": chosen})
    write_description(output, written, {"generator": generator.plain()})


def write_features(
    path: Path,
    clips: Sequence[tuple[str, str, str]],
    frames: Sequence[int],
    phonemes: Sequence[int],
    columns: dict[str, np.ndarray],
    scales: int = 10,
    **attributes: Any,
) -> Path:
    """A features file of these rows (`FeatureWriter.append`); `attributes` are laid over others."""
    audio = AudioSettings()
    writer = FeatureWriter(path, audio, scales)
    writer.append(clips, frames, phonemes, columns)
    own = {"audio": vars(audio), "symbols": FEW_SYMBOLS, "statistics": vars(STATISTICS)}
    writer.finish({**{name: {} for name in ATTRIBUTES}, **own, **attributes})
    return path


def features(
    path: Path,
    lengths: tuple[int, ...] = (30, 41, 25, 60, 33, 38, 52, 29),
    scales: int = 10,
    waveform: bool = True,
) -> Path:
    """A features file of invented clips, the last two for validation and test.

    The mel depends on phoneme, pitch and energy, so that a network can learn it.
    """
    random = np.random.default_rng(0)
    clips, total = len(lengths), sum(lengths)
    phonemes, durations = [], []
    for frames in lengths:
        count = random.integers(4, 8)
        cuts = np.sort(random.choice(np.arange(1, frames), count - 1, replace=False))
        durations.append(np.diff([0, *cuts, frames]))
        phonemes.append(random.integers(1, len(FEW_SYMBOLS), count))
    contour = np.sin(np.arange(total) / 7).astype(np.float32)
    energy = (40 + 20 * np.cos(np.arange(total) / 11)).astype(np.float32)
    phone = np.concatenate([np.repeat(p, d) for p, d in zip(phonemes, durations, strict=True)])
    codes = random.normal(size=(len(FEW_SYMBOLS), 80))
    mel = codes[phone] - 4 + 0.5 * contour[:, None] + 0.01 * energy[:, None]
    frequency = np.repeat(np.exp(5.2 + 0.2 * contour), 256) * np.repeat(energy > 30, 256)
    tone = 8000 * np.sin(2 * np.pi * np.cumsum(frequency) / 22050)
    columns = {
        "mel": mel,
        "f0": np.exp(5.2 + 0.2 * contour),
        "pitch_contour": contour,
        "pitch_spectrogram": np.repeat(contour[:, None], scales, 1),
        "pitch_mean": np.full(clips, 5.2),
        "pitch_std": np.full(clips, 0.2),
        "energy": energy,
        "phonemes": np.concatenate(phonemes),
        "durations": np.concatenate(durations),
        "waveform": (tone + random.normal(0, 100, len(tone))).astype(np.int16),
    }
    statistics = {
        "f0_minimum": 140.0,
        "f0_maximum": 230.0,
        "pitch_mean_mean": 5.2,
        "pitch_mean_std": 0.1,
        "pitch_std_mean": 0.2,
        "pitch_std_std": 0.05,
        "energy_minimum": 20.0,
        "energy_maximum": 60.0,
        "energy_mean": 40.0,
        "energy_std": 14.0,
    }
    splits = ["train"] * (clips - 2) + ["validation", "test"]
    names = [(f"clip{index}", split, "A text.") for index, split in enumerate(splits)]
    counts = [len(clip) for clip in phonemes]
    attributes = {"symbols": FEW_SYMBOLS, "statistics": statistics}
    write_features(path, names, lengths, counts, columns, scales, **attributes)
    if not waveform:
        with h5py.File(path, "a") as file:
            del file["waveform"]
    return path
