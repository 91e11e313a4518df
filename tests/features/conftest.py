"""Clips for the tests of the features: made up, and real ones."""

import numpy as np
import pytest
import soxr

from fs2.audio import AudioSettings, read_audio, write_audio
from fs2.corpus.asterisk import Asterisk


@pytest.fixture(scope="session")
def audio():
    return AudioSettings()


@pytest.fixture(scope="session", params=["prompts", "shared_data"])
def real_clips(request, audio):
    """Samples of a few recordings at 22,050 Hz: of the checkout, and those of two more speakers."""
    folder = request.getfixturevalue(request.param)
    if request.param == "shared_data":
        paths = sorted((folder / "kathleen" / "flac").glob("*.flac"))[:600:100]
        paths += sorted((folder / "ljspeech" / "clips").glob("*.flac"))[:4]
        return [read_audio(path)[0] for path in paths]
    recordings = [Asterisk.read(recording.audio) for recording in Asterisk().recordings(folder)]
    return [soxr.resample(samples, rate, audio.sample_rate) for samples, rate in recordings]


@pytest.fixture(scope="session", name="voice")
def voice_fixture():
    """The function `voice`."""
    return voice


def voice(seconds: float, audio: AudioSettings, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Harmonics of a gliding F0 with pauses: samples, and F0 (Hz, 0 in pauses) at each sample."""
    time = np.arange(int(seconds * audio.sample_rate)) / audio.sample_rate
    f0 = 180 + 40 * np.sin(2 * np.pi * (0.7 * time + 0.3 * seed))
    phase = 2 * np.pi * np.cumsum(f0) / audio.sample_rate
    on = np.sin(2 * np.pi * 0.8 * time + seed) > -0.5
    gate = np.convolve(on, np.hanning(800) / np.hanning(800).sum(), mode="same")
    samples = 0.1 * gate * sum(np.sin(n * phase) / n for n in range(1, 15))
    samples += 1e-4 * np.random.default_rng(seed).standard_normal(len(time))
    return samples, np.where(on, f0, 0)


@pytest.fixture
def stages(tmp_path, audio):
    """The folders corpus, text and alignment of six made-up clips, two of them held out."""
    corpus, text, alignment = (tmp_path / name for name in ("corpus", "text", "alignment"))
    for folder in (corpus, text, alignment):
        folder.mkdir()
    splits, phonemes, durations = [], [], []
    for number, split in enumerate(["train"] * 4 + ["validation", "test"]):
        name, frames = f"clip{number}", 70 + 13 * number
        samples, _ = voice((frames + 9) * audio.frame_seconds, audio, seed=number)
        write_audio(corpus / "clips" / f"{name}.wav", samples, audio.sample_rate)
        splits.append(f"{name},{split}")
        phonemes.append(f'{name},"text of {name}, é"')
        durations.append(f"{name},{100 * number},{frames},sil AA1 . sil,10 {frames - 15} 0 5")
    write = {
        corpus / "splits.csv": ["id,split", *splits],
        text / "phonemes.csv": ["id,text", *phonemes],
        text / "symbols.txt": ["_", "sil", ".", "AA1"],
        alignment / "report.json": ['{"excluded": []}'],
        alignment / "durations.csv": ["id,start_sample,frames,phonemes,durations", *durations],
    }
    for path, lines in write.items():
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path
