"""Fetching and loading; the real weights only where they are at hand."""

import os
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soxr
import torch
import toy

from fs2.audio import AudioSettings
from fs2.corpus.asterisk import Asterisk
from fs2.errors import FS2Error
from fs2.features.mel import mel_spectrogram
from fs2.files import read_json, write_json
from fs2.vocoder.entry import check_audio
from fs2.vocoder.hifigan.network import Generator
from fs2.vocoder.hifigan.weights import MEMBERS, WHEEL
from fs2.vocoder.loading import load_vocoder


def hifigan(path=None, audio=(), **own):
    """A configuration with the universal HiFi-GAN from a file."""
    own |= {"path": path and str(path)}
    vocoder = {"name": "hifigan_universal", "hifigan_universal": own}
    return toy.config(audio=dict(audio), vocoder=vocoder)


@pytest.fixture(scope="session")
def package(repository: Path) -> Path:
    """The wheel that holds the published weights."""
    places = [repository / "resources" / "vocoder" / WHEEL]
    if "FS2_HIFIGAN" in os.environ:
        places.insert(0, Path(os.environ["FS2_HIFIGAN"]))
    found = [place for place in places if place.is_file()]
    if not found:
        pytest.skip("no HiFi-GAN weights in resources/vocoder and FS2_HIFIGAN is not set")
    return found[0]


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
    toy.make_vocoder(hifigan(checkpoint, precision="fp32"), tmp_path / "vocoder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vocoder"]
    info = read_json(tmp_path / "vocoder" / "vocoder.json")
    assert info["source"] == str(checkpoint)
    vocoder = load_vocoder(tmp_path / "vocoder", "cpu")
    assert (vocoder.name, vocoder.audio) == ("hifigan_universal", AudioSettings())
    samples = vocoder(torch.full((3, 80), -5.0))
    assert samples.shape == (3 * 256,)
    assert samples.dtype == np.float32


def test_griffin_lim_takes_any_audio_settings(tmp_path):
    audio = {"sample_rate": 16000, "hop_length": 200, "win_length": 800}
    settings = {"griffin_lim": {"iterations": 2}}
    toy.make_vocoder(toy.config(audio=audio, vocoder=settings), tmp_path / "vocoder")
    vocoder = load_vocoder(tmp_path / "vocoder")
    assert vocoder.audio == AudioSettings(**audio)
    assert vocoder.iterations == 2
    assert vocoder(torch.zeros(4, 80)).shape == (800,)


def test_other_mel_settings_are_refused_by_name(checkpoint, tmp_path):
    audio = {"sample_rate": 16000, "hop_length": 200}
    with pytest.raises(FS2Error) as error:
        toy.make_vocoder(hifigan(checkpoint, audio), tmp_path / "vocoder")
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
            toy.make_vocoder(hifigan(broken), tmp_path / "vocoder")
    with pytest.raises(FS2Error, match=r"vocoder\.hifigan_universal\.path: no file"):
        toy.make_vocoder(hifigan("nowhere.pth"), tmp_path / "vocoder")
    assert [path.name for path in tmp_path.iterdir()] == ["weights.pth"]


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    class Attack:
        def __reduce__(self):
            return Path.touch, (tmp_path / "attacked",)

    torch.save({"generator": Attack()}, tmp_path / "weights.pth")
    with pytest.raises(FS2Error, match="not a checkpoint"):
        toy.make_vocoder(hifigan(tmp_path / "weights.pth"), tmp_path / "vocoder")
    assert not (tmp_path / "attacked").exists()


def test_packages_with_other_contents_are_refused(tmp_path):
    wheel = tmp_path / "some.whl"
    wheel.write_bytes(b"no archive")
    with pytest.raises(FS2Error, match="cannot take"):
        toy.make_vocoder(hifigan(wheel), tmp_path / "vocoder")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(MEMBERS["hifigan_universal"][0], b"changed")
    with pytest.raises(FS2Error, match="SHA-256"):
        toy.make_vocoder(hifigan(wheel), tmp_path / "vocoder")


def test_failed_and_changed_downloads(tmp_path, monkeypatch):
    def fails(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "ERROR: no network\n")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(FS2Error, match=r"no network.*vocoder\.hifigan_universal\.path"):
        toy.make_vocoder(hifigan(), tmp_path / "vocoder")

    def changes(command, **_):
        (Path(command[command.index("--dest") + 1]) / WHEEL).write_bytes(b"changed")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", changes)
    with pytest.raises(FS2Error, match="SHA-256"):
        toy.make_vocoder(hifigan(), tmp_path / "vocoder")
    assert list((tmp_path / "downloads" / "vocoder").iterdir()) == []


def test_folders_without_a_vocoder_are_refused(checkpoint, tmp_path):
    with pytest.raises(FS2Error, match="no vocoder here"):
        load_vocoder(tmp_path)
    toy.make_vocoder(hifigan(checkpoint), tmp_path / "vocoder")
    weights = tmp_path / "vocoder" / "generator.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(FS2Error, match=r"generator\.safetensors"):
        load_vocoder(tmp_path / "vocoder")


AUDIO = vars(AudioSettings())
OLDER_AUDIO = {"fft_length": 1024, "mel_bands": 80}
"""Of a version that had other names."""


@pytest.mark.parametrize(
    "older",
    [
        {"name": "griffin_lim"},
        {"name": "griffin_lim", "audio": AUDIO, "iterations": 60},
        {"name": "griffin_lim", "audio": OLDER_AUDIO, "settings": {"iterations": 60}},
        {"name": "hifigan_universal", "audio": OLDER_AUDIO, "precision": "auto"},
        {"name": "parallel_wavegan", "audio": AUDIO},
        [],
    ],
)
def test_vocoders_of_before_are_named_and_what_to_do(tmp_path, older):
    write_json(tmp_path / "vocoder.json", older)
    with pytest.raises(FS2Error, match=r"vocoder\.json: not as this .*remove the folder and make"):
        load_vocoder(tmp_path)


def test_a_vocoder_that_nobody_knows_is_refused_with_those_that_are(tmp_path):
    write_json(tmp_path / "vocoder.json", {"name": "melgan"})
    with pytest.raises(FS2Error, match=r"'melgan' is not known; known are: .*griffin_lim"):
        load_vocoder(tmp_path)


def test_copy_synthesis_of_a_real_clip(package, prompts, tmp_path):
    samples, rate = Asterisk.read(prompts / "all-circuits-busy-now.g722")
    audio = AudioSettings()
    samples = soxr.resample(samples, rate, audio.sample_rate)
    samples *= 0.5 / np.abs(samples).max()
    mel = mel_spectrogram(samples, audio)
    copies = {}
    for precision in ("bf16", "fp32"):
        toy.make_vocoder(hifigan(package, precision=precision), tmp_path / precision)
        copies[precision] = load_vocoder(tmp_path / precision, "cpu")(torch.from_numpy(mel))
    copied = mel_spectrogram(copies["fp32"], audio)
    assert np.abs(copied - mel).mean() < 0.3
    assert np.abs(mel_spectrogram(copies["bf16"], audio) - copied).mean() < 0.03
    signal, noise = (
        np.square(copies["fp32"]).sum(),
        np.square(copies["fp32"] - copies["bf16"]).sum(),
    )
    assert 10 * np.log10(signal / noise) > 28
