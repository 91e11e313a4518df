"""The benchmarks of networks can do each of their rows; what they measure is not looked at."""

import argparse
import importlib
import sys
from pathlib import Path

import autoregressive
import features
import overfit
import pytest
import run
import synthesis
import torch
import toy
import training
import voice
import waveform

from fs2.features.store import FeatureStore

PROGRAMS = sorted(
    path.stem for path in Path(run.__file__).parent.glob("*.py") if "def main(" in path.read_text()
)
CPU = torch.device("cpu")


@pytest.mark.parametrize("name", sorted({*PROGRAMS} - {"run"}))
def test_every_program_says_what_it_takes(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(name).main()
    assert ended.value.code == 0
    assert "usage: " in capsys.readouterr().out


def test_all_programs_one_after_the_other(tmp_path, monkeypatch):
    for name in run.PROGRAMS:
        (tmp_path / f"{name}.py").write_text(f"print('| {name} |')")
    monkeypatch.setattr(run, "FOLDER", tmp_path)
    monkeypatch.setattr(run, "TARGET", tmp_path / "results" / "benchmarks.md")
    run.main()
    kept = (tmp_path / "results" / "benchmarks.md").read_text()
    assert "| features |\n\n| training |" in kept and str(torch.__version__) in kept
    (tmp_path / "training.py").write_text("raise SystemExit('it fails')")
    with pytest.raises(SystemExit, match="it fails"):
        run.main()


def test_features_have_a_speed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["features", "--seconds", "12", "--workers", "1"])
    features.main()
    assert "| x real time, 1 processes, all included | " in capsys.readouterr().out


@pytest.mark.parametrize("architecture", toy.SYSTEMS)
def test_training_steps_have_a_speed(tmp_path, architecture):
    features = voice.invented_features(tmp_path / "features.h5", clips=4, frames=40)
    config = toy.config(architecture)
    speed, millions = training.frames_per_second(config, features, clips=2, repeats=1)
    assert speed > 0 and 0 < millions < 1


def test_every_system_of_the_paper_is_measured_and_speaks():
    names = voice.systems()
    assert {"fastspeech2", "fastspeech2s", "tacotron2", "transformer_tts"} <= {*names}
    assert {*training.WITHOUT_TEACHER} <= {*names} and {*autoregressive.ESPNET} <= {*names}
    for name in names:
        said = synthesis.random_system(name, "small", CPU).speak_phonemes(["sil", "AA1", "sil"])
        step = max((attention.frames_per_step for attention in said.attentions), default=1)
        assert 0 <= len(said.spectrogram) - 3 * voice.FRAMES_PER_PHONEME < step


@pytest.mark.parametrize("name", autoregressive.ESPNET)
def test_autoregressive_systems_decode_and_are_trained(name, capsys):
    config, batch = toy.config(name), autoregressive.random_batch(clips=2, frames=21)
    autoregressive.row(name, autoregressive.decoder_of_ours(config), [14, 28])
    assert capsys.readouterr().out.startswith(f"| {name} | ")
    network = toy.network(config)
    before = network.to_stop.weight.clone()
    autoregressive.training_step(network, autoregressive.loss_of_ours(network, config, batch))()
    assert not torch.equal(before, network.to_stop.weight)


@pytest.mark.parametrize("name", waveform.VOICES)
def test_every_voice_speaks_from_text(name):
    assert waveform.from_text(name, "small", 1, CPU)() > 0


@pytest.mark.parametrize("name", [waveform.DECODER_ALONE, waveform.VOCODER_ALONE])
def test_every_waveform_network_works_alone(name):
    seconds = waveform.from_states(name, "small", 1, CPU)()
    assert seconds == pytest.approx(1, abs=0.02)


def test_the_training_of_the_vocoder_has_a_speed(tmp_path):
    features = voice.invented_features(tmp_path / "features.h5", clips=4, frames=60)
    options = argparse.Namespace(threads=1, repeats=1, device="cpu")
    config = toy.config(vocoder={"name": "parallel_wavegan"})
    words, speed = waveform.vocoder_training(config, 1, features, options)
    assert "1 clips" in words and speed > 0


def test_a_voice_says_what_it_is_given():
    config = toy.config(model={"size": "small"})
    spoken = voice.random_voice(config, voice.Silence(), CPU).speak_phonemes(["sil", "AA1", "sil"])
    assert len(spoken.mel) == 3 * voice.FRAMES_PER_PHONEME
    assert synthesis.PHONEMES * voice.FRAMES_PER_PHONEME * synthesis.AUDIO.frame_seconds > 5


def test_one_clip_can_be_learnt_by_both_networks(tmp_path):
    with FeatureStore(toy.features(tmp_path / "features.h5")) as store:
        clip = store.clip(0)
    config = toy.config("fastspeech2s")
    for train in (overfit.parallel_wavegan, overfit.fastspeech2s):
        network, generate = train(config, clip)
        made = generate()
        made.square().mean().backward()
        assert made.shape == (len(clip.mel) * 256,)
        assert any(value.grad is not None for value in network.parameters())
