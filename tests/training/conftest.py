import json

import h5py
import numpy as np
import pytest

from fs2.audio import AudioSettings
from fs2.config.files import parse_config

SYMBOLS = ["_", "sil", ",", ".", "AA1", "B", "D", "IY0", "K", "S"]


@pytest.fixture
def make_features(tmp_path):
    """A features file of invented clips: the mel depends on phoneme, pitch and energy."""

    def make(
        lengths=(30, 41, 25, 60, 33, 38, 52, 29), scales=10, name="features.h5", waveform=True
    ):
        random = np.random.default_rng(0)
        path = tmp_path / name
        clips = len(lengths)
        phonemes, durations = [], []
        for frames in lengths:
            count = random.integers(4, 8)
            cuts = np.sort(random.choice(np.arange(1, frames), count - 1, replace=False))
            durations.append(np.diff([0, *cuts, frames]))
            phonemes.append(random.integers(1, len(SYMBOLS), count))
        total = sum(lengths)
        contour = np.sin(np.arange(total) / 7).astype(np.float32)
        energy = (40 + 20 * np.cos(np.arange(total) / 11)).astype(np.float32)
        phone = np.concatenate([np.repeat(p, d) for p, d in zip(phonemes, durations, strict=True)])
        codes = random.normal(size=(len(SYMBOLS), 80))
        mel = codes[phone] - 4 + 0.5 * contour[:, None] + 0.01 * energy[:, None]
        values = {
            "frame_offsets": np.cumsum([0, *lengths]),
            "phoneme_offsets": np.cumsum([0, *map(len, phonemes)]),
            "mel": mel.astype(np.float32),
            "f0": np.exp(5.2 + 0.2 * contour).astype(np.float32),
            "pitch_contour": contour,
            "pitch_spectrogram": np.repeat(contour[:, None], scales, 1),
            "pitch_mean": np.full(clips, 5.2, np.float32),
            "pitch_std": np.full(clips, 0.2, np.float32),
            "energy": energy,
            "phonemes": np.concatenate(phonemes).astype(np.uint8),
            "durations": np.concatenate(durations).astype(np.int32),
        }
        if waveform:
            frequency = np.repeat(values["f0"], 256) * np.repeat(energy > 30, 256)
            tone = 8000 * np.sin(2 * np.pi * np.cumsum(frequency) / 22050)
            values["waveform"] = (tone + random.normal(0, 100, len(tone))).astype(np.int16)
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
        with h5py.File(path, "w") as file:
            for key, value in values.items():
                file[key] = value
            file["id"] = [f"clip{index}" for index in range(clips)]
            file["split"] = splits
            file["text"] = ["A text."] * clips
            attributes = {
                "audio": vars(AudioSettings()),
                "features": {},
                "symbols": SYMBOLS,
                "statistics": statistics,
                "versions": {},
                "inputs": {},
                "excluded": [],
            }
            for key, value in attributes.items():
                file.attrs[key] = json.dumps(value)
            file.attrs["format"] = 2
        return path

    return make


@pytest.fixture
def toy_config():
    """A network of a few thousand values, and few steps."""

    def make(**training):
        model = {
            "hidden": 16,
            "encoder_blocks": 1,
            "decoder_blocks": 1,
            "feed_forward": 32,
            "predictor_hidden": 16,
            "encoder_kernels": [3, 1],
            "decoder_kernels": [3, 1],
        }
        values = {
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
            **training,
        }
        return parse_config({"model": model, "training": values})

    return make


WAVENET = {
    "size": "small",
    "blocks": 2,
    "stacks": 1,
    "residual_channels": 8,
    "gate_channels": 16,
    "skip_channels": 8,
}
WAVEFORM = {
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


@pytest.fixture
def toy_2s(toy_config):
    """FastSpeech 2s of a few thousand values; some clips are shorter than its pieces."""

    def make(model=None, waveform=None, **training):
        values = toy_config(**training).model_dump(mode="json")
        own = {"output": "waveform", "waveform_decoder": WAVENET, **(model or {})}
        values["model"] = {**values["model"], **own}
        values["training"]["waveform"] = {**WAVEFORM, **(waveform or {})}
        return parse_config(values)

    return make


@pytest.fixture
def toy_parallel_wavegan(toy_config):
    """Parallel WaveGAN of a few thousand values."""

    def make(generator=None, **waveform):
        values = toy_config().model_dump(mode="json")
        values["vocoder"] = {
            "name": "parallel_wavegan",
            "generator": {**WAVENET, **(generator or {})},
            "training": {**WAVEFORM, "learning_rate": 0.001, **waveform},
        }
        return parse_config(values)

    return make
