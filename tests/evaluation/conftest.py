"""Three synthetic clips, spoken by several systems: a results folder without recordings."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile
import toy

from fs2.audio import AudioSettings
from fs2.features.mel import mel_and_energy
from fs2.features.pitch import track_f0
from fs2.features.writer import FeatureWriter
from fs2.text.symbols import SYMBOLS

AUDIO = AudioSettings()
PHONEMES = ["sil", "AA1", "N", ",", "IY1", "sil", "M", "UW1", ".", "sil"]
DURATIONS = [[8, 20, 9, 0, 25, 6, 10, 22, 0, 10], [5, 31, 8, 4, 19, 3, 9, 30, 0, 6],
             [9, 24, 12, 7, 30, 5, 8, 16, 0, 9]]  # fmt: skip
CLIPS = {f"clip{number}": np.array(row) for number, row in enumerate(DURATIONS)}


def hum(phonemes: list[str], durations: np.ndarray, pitch: float = 1.0) -> np.ndarray:
    """Harmonics on a falling F0 in phones, near-silence elsewhere; int16."""
    samples = int(durations.sum()) * AUDIO.hop_length
    f0 = pitch * (180 + 40 * np.cos(np.linspace(0, 9, samples)))
    phase = 2 * np.pi * np.cumsum(f0) / AUDIO.sample_rate
    tone = sum(np.sin(k * phase) / k for k in range(1, 12))
    loud = np.array([0.12 if p[0].isupper() else 1e-4 for p in phonemes])
    gain = np.repeat(np.repeat(loud, durations), AUDIO.hop_length)
    return np.round(tone * gain * 32767).astype(np.int16)


@dataclass
class Results:
    folder: Path

    @property
    def features(self) -> Path:
        return self.folder / "features" / "features.h5"

    def synthesis(self, system: str) -> Path:
        return self.folder / "synthesis" / system

    def speak(self, system, phonemes=PHONEMES, stretch=1, pitch=1.0, change=lambda x: x):
        """Write a system's wavs and variances: the clips hummed with other durations and pitch."""
        folder = self.synthesis(system)
        folder.mkdir(parents=True)
        kept = [place for place, p in enumerate(PHONEMES) if p in phonemes or len(phonemes) == 10]
        columns = {"phonemes": [], "durations": []}
        for clip, recorded in CLIPS.items():
            durations = recorded[kept] * stretch
            own = [PHONEMES[place] for place in kept]
            sound = change(hum(own, durations, pitch))
            soundfile.write(folder / f"{clip}.wav", sound, AUDIO.sample_rate, subtype="PCM_16")
            columns["phonemes"].append([SYMBOLS.index(p) for p in own])
            columns["durations"].append(durations)
        with h5py.File(folder / "variances.h5", "w") as file:
            file.create_dataset("id", data=list(CLIPS), dtype=h5py.string_dtype())
            file["phoneme_offsets"] = np.cumsum([0, *map(len, columns["phonemes"])])
            for name, values in columns.items():
                file[name] = np.concatenate(values)
            file.attrs["symbols"] = json.dumps(SYMBOLS)
        return folder


@pytest.fixture
def results(recorded: Results, tmp_path: Path) -> Results:
    """A copy of `recorded`, to be added to."""
    return Results(shutil.copytree(recorded.folder, tmp_path / "results"))


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """features.h5 of three clips, and the system `recordings`, which is a copy of them."""
    made = Results(tmp_path_factory.mktemp("recorded") / "results")
    made.features.parent.mkdir(parents=True)
    writer = FeatureWriter(made.features, AUDIO, 10)
    for clip, durations in CLIPS.items():
        waveform = hum(PHONEMES, durations)
        samples = waveform.astype(np.float32) / 32768
        mel, energy = mel_and_energy(samples, AUDIO)
        frames = len(mel)
        columns = {
            "mel": mel, "energy": energy, "f0": track_f0(samples, AUDIO), "waveform": waveform,
            "pitch_contour": np.zeros(frames), "pitch_spectrogram": np.zeros((frames, 10)),
            "pitch_mean": np.zeros(1), "pitch_std": np.ones(1), "durations": durations,
            "phonemes": np.array([SYMBOLS.index(p) for p in PHONEMES]),
        }  # fmt: skip
        text = ("One <b>&</b> two.", "Hum, hum.", "A third clip.")[int(clip[-1])]
        writer.append([(clip, "test", text)], [frames], [len(PHONEMES)], columns)
    attributes = {"audio": asdict(AUDIO), "symbols": SYMBOLS, "versions": {}}
    attributes |= {"statistics": vars(toy.STATISTICS)}
    settings = {
        "f0_floor": 71.0, "f0_ceiling": 800.0, "f0_speed": 4, "wavelet_scales": 10,
        "wavelet_tau0": 0.005,
    }  # fmt: skip
    attributes |= {"features": settings, "inputs": {}}
    writer.finish(attributes | {"excluded": []})
    made.speak("recordings")
    return made
