"""FastSpeech 2s and Parallel WaveGAN: what their trainings promise."""

import json
import subprocess
import sys

import numpy as np
import pandas
import pytest
import torch
import yaml
from safetensors.torch import load_file

from fs2.cli import main
from fs2.errors import FS2Error
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.systems.fastspeech2s.training import FastSpeech2sTrainer
from fs2.systems.saving import load_model
from fs2.systems.train import train
from fs2.training.data import TrainingData
from fs2.vocoder import load_vocoder
from fs2.vocoder.parallel_wavegan.training import ParallelWaveGANTrainer, train_parallel_wavegan

CPU = torch.device("cpu")


class Killed(BaseException):
    pass


def kill_at(step):
    def callback(at, values):
        if at >= step:
            raise Killed

    return callback


def same_weights(folder, other, file):
    expected = load_file(other / file)
    for name, tensor in load_file(folder / file).items():
        assert torch.equal(tensor, expected[name]), name


def same_history(folder, other):
    histories = [
        pandas.read_csv(run / "history.csv").query("name != 'samples_per_second'")
        for run in (folder, other)
    ]
    pandas.testing.assert_frame_equal(*histories)


@pytest.mark.parametrize("killed_at", [3, 6, 10])
def test_resumed_2s_equals_uninterrupted(tmp_path, make_features, toy_2s, killed_at):
    """The discriminator joins at step 5: before and after it, both optimisers are restored."""
    features, config = make_features(), toy_2s(ema_decay=0.9)
    train(config, "whole", features, tmp_path / "whole")
    with pytest.raises(Killed):
        train(config, "cut", features, tmp_path / "cut", on_log=kill_at(killed_at))
    assert not (tmp_path / "cut" / "model.safetensors").exists()
    train(config, "cut", features, tmp_path / "cut")
    same_weights(tmp_path / "cut", tmp_path / "whole", "model.safetensors")
    same_history(tmp_path / "cut", tmp_path / "whole")
    assert not (tmp_path / "cut" / "checkpoint").exists()


@pytest.mark.parametrize("killed_at", [6, 10])
def test_resumed_vocoder_equals_uninterrupted(
    tmp_path, make_features, toy_parallel_wavegan, killed_at
):
    features, config = make_features(), toy_parallel_wavegan()
    train_parallel_wavegan(config, features, tmp_path / "whole")
    with pytest.raises(Killed):
        train_parallel_wavegan(config, features, tmp_path / "cut", on_log=kill_at(killed_at))
    train_parallel_wavegan(config, features, tmp_path / "cut")
    same_weights(tmp_path / "cut", tmp_path / "whole", "generator.safetensors")
    same_history(tmp_path / "cut", tmp_path / "whole")


def test_every_term_is_recorded(tmp_path, make_features, toy_2s):
    names: set[str] = set()
    summary = train(
        toy_2s(), "2s", make_features(), tmp_path, on_log=lambda step, values: names.update(values)
    )
    wanted = (
        "loss",
        "spectral_convergence_loss",
        "log_magnitude_loss",
        "adversarial_loss",
        "discriminator_loss",
        "accuracy_recorded",
        "accuracy_generated",
        "mel_loss",
        "duration_loss",
        "pitch_loss",
        "energy_loss",
        "gradient_norm",
        "discriminator_gradient_norm",
        "learning_rate",
        "discriminator_learning_rate",
        "samples_per_second",
    )
    assert {f"training/{name}" for name in wanted} <= names
    assert "training/validation_log_magnitude_loss" in names
    assert summary["parameters"] == json.loads((tmp_path / "model.json").read_text())["parameters"]


def test_audio_of_the_same_validation_clips_is_given(tmp_path, make_features, toy_2s):
    heard = []
    train(
        toy_2s(waveform={"validation_clips": 1}),
        "2s",
        make_features(),
        tmp_path,
        on_audio=lambda step, clips: heard.append((step, clips)),
    )
    assert [step for step, _ in heard] == [5, 10, 12]
    for _, clips in heard:
        assert list(clips) == ["clip6"]
        assert clips["clip6"].shape == (52 * 256,)
        assert np.abs(clips["clip6"]).max() <= 1


def test_trained_2s_loads_without_its_mel_decoder(tmp_path, make_features, toy_2s):
    train(toy_2s(), "2s", make_features(), tmp_path)
    assert any(name.startswith("decoder.") for name in load_file(tmp_path / "model.safetensors"))
    model, _ = load_model(tmp_path)
    assert isinstance(model, FastSpeech2s)
    assert not model.has_mel_decoder
    with pytest.raises(FS2Error, match="no mel decoder"):
        model.infer(torch.tensor([[1, 2]]), torch.tensor([2]))


def test_2s_without_mel_decoder_has_no_mel_loss(tmp_path, make_features, toy_2s):
    train(toy_2s(model={"mel_decoder": False}), "2s", make_features(), tmp_path)
    names = set(pandas.read_csv(tmp_path / "history.csv")["name"])
    assert "mel_loss" not in names
    assert "log_magnitude_loss" in names
    assert not any(
        name.startswith("decoder.") for name in load_file(tmp_path / "model.safetensors")
    )


def test_2s_begins_with_a_trained_system(tmp_path, make_features, toy_config, toy_2s):
    features = make_features()
    train(toy_config(steps=2), "fastspeech2", features, tmp_path / "first")
    config = toy_2s()
    trainer = FastSpeech2sTrainer(config, "2s", features, tmp_path / "2s", start=tmp_path / "first")
    weights = load_file(tmp_path / "first" / "model.safetensors")
    own = trainer.model.state_dict()
    assert all(torch.equal(own[name], value) for name, value in weights.items())
    assert trainer.before["system"] == "fastspeech2"
    own = json.loads((tmp_path / "first" / "model.json").read_text())
    assert trainer.before["seconds"] == own["training"]["seconds"]
    other = toy_2s(model={"hidden": 24})
    with pytest.raises(FS2Error, match=r"first: its weights do not fit .*section model"):
        FastSpeech2sTrainer(other, "2s", features, tmp_path / "2s", start=tmp_path / "first")


def test_pieces_of_recordings(make_features):
    lengths = (30, 41, 25, 60)
    data = TrainingData(make_features(lengths=lengths), "train", CPU, waveform=True)
    clips, starts = np.array([1, 0]), torch.tensor([4, 0])
    pieces = data.samples(clips, starts, 35)
    whole = data.waveform.float() / 32768
    hop = data.hop_length
    torch.testing.assert_close(pieces[0], whole[34 * hop : 69 * hop])
    torch.testing.assert_close(pieces[1, : 30 * hop], whole[: 30 * hop])
    assert (pieces[1, 30 * hop :] == 0).all()
    torch.testing.assert_close(data.mels(clips, starts, 35)[0], data.mel[34:69])
    torch.testing.assert_close(data.log_f0(clips, starts, 35)[0].exp(), data.f0[34:69])


def test_random_starts_leave_room(make_features):
    data = TrainingData(make_features(lengths=(30, 41, 25, 60)), "train", CPU)
    draws = torch.stack([data.random_starts(np.array([0, 1]), 35) for _ in range(300)])
    assert (draws[:, 0] == 0).all()
    assert (draws[:, 1].min(), draws[:, 1].max()) == (0, 6)


def test_short_utterances_are_trained_on(tmp_path, make_features, toy_2s):
    """Every clip is shorter than the piece: what lies beyond its end is silence on both sides."""
    config = toy_2s(waveform={"segment_size": 100 * 256})
    trainer = FastSpeech2sTrainer(config, "2s", make_features(), tmp_path)
    clips = np.arange(3)
    starts = trainer.training_data.random_starts(clips, trainer.frames)
    generated, recorded, terms = trainer.segment_losses(trainer.training_data, clips, starts)
    for row, frames in enumerate(trainer.training_data.frame_lengths[clips]):
        assert (generated[row, frames * 256 :] == 0).all()
        assert (recorded[row, frames * 256 :] == 0).all()
        assert generated[row, : frames * 256].abs().sum() > 0
    assert torch.isfinite(terms["loss"])


def test_waveforms_are_needed(tmp_path, make_features, toy_2s, toy_parallel_wavegan):
    features = make_features(waveform=False)
    with pytest.raises(FS2Error, match="has no 'waveform'"):
        train(toy_2s(), "2s", features, tmp_path)
    with pytest.raises(FS2Error, match="has no 'waveform'"):
        train_parallel_wavegan(toy_parallel_wavegan(), features, tmp_path)


@pytest.mark.parametrize("source", ["noise", "harmonics"])
def test_trained_vocoder_is_loaded_and_speaks(
    tmp_path, make_features, toy_parallel_wavegan, source
):
    config = toy_parallel_wavegan(generator={"source": source})
    summary = train_parallel_wavegan(config, make_features(), tmp_path)
    vocoder = load_vocoder(tmp_path, "cpu")
    assert vocoder.name == "parallel_wavegan"
    assert vocoder.audio == config.audio.settings()
    mel = torch.randn(40, 80) - 5
    samples = vocoder(mel)
    assert samples.shape == (40 * 256,)
    assert np.array_equal(samples, vocoder(mel))
    assert (
        json.loads((tmp_path / "vocoder.json").read_text())["parameters"] == (summary["parameters"])
    )


def test_vocoder_of_another_size_is_refused(tmp_path, make_features, toy_parallel_wavegan):
    train_parallel_wavegan(toy_parallel_wavegan(), make_features(), tmp_path)
    description = tmp_path / "vocoder.json"
    text = description.read_text()
    description.write_text(text.replace('"residual_channels": 8', '"residual_channels": 12'))
    with pytest.raises(FS2Error, match=r"generator\.safetensors: not the weights of Parallel"):
        load_vocoder(tmp_path, "cpu")
    description.write_text(text.replace('"blocks": 2', '"blocks": 3, "stacks": 2, "x": 1'))
    with pytest.raises(FS2Error, match=r"vocoder\.json: not as this version writes it"):
        load_vocoder(tmp_path, "cpu")


def test_2s_weights_of_another_size_are_refused(tmp_path, make_features, toy_2s):
    train(toy_2s(waveform={"steps": 1}), "2s", make_features(), tmp_path)
    description = tmp_path / "model.json"
    text = description.read_text().replace('"residual_channels": 8', '"residual_channels": 12')
    description.write_text(text)
    with pytest.raises(FS2Error, match=r"model\.safetensors: does not fit"):
        load_model(tmp_path)


@pytest.mark.parametrize("kind", ["2s", "vocoder"])
def test_networks_overfit_one_clip(tmp_path, make_features, toy_2s, toy_parallel_wavegan, kind):
    """On one clip the distance of log magnitudes falls far below its start."""
    features = make_features(lengths=(30, 40, 30))
    keys = {"steps": 100, "discriminator_start": 1000, "batch_size": 1, "segment_size": 30 * 256}
    if kind == "2s":
        config = toy_2s(waveform=keys, learning_rate=0.01, steps=100, validation_interval=1000)
        trainer = FastSpeech2sTrainer(config, kind, features, tmp_path)
    else:
        config = toy_parallel_wavegan(generator={"source": "harmonics"}, **keys)
        trainer = ParallelWaveGANTrainer(config, features, tmp_path)
        trainer.own = trainer.own.model_copy(update={"learning_rate": 0.01})
    values = []
    for _ in range(keys["steps"]):
        values.append(trainer.train_step(np.array([0]))["log_magnitude_loss"])
        trainer.step += 1
    assert min(values[-10:]) < 0.6 * values[0]


def test_train_from_the_command_line(tmp_path, make_features, toy_2s, capsys):
    """The configuration's start must be given, and only then."""
    features = make_features()
    values = toy_2s().model_dump(mode="json")
    values["model"] |= {"output": "mel", "mel_decoder": True}
    values["training"] |= {"steps": 2, "waveform": {**values["training"]["waveform"], "steps": 2}}
    config = tmp_path / "config.yaml"

    def run(system, *more, **waveform):
        values["training"]["waveform"] |= waveform
        config.write_text(yaml.safe_dump(values))
        output = ["-o", str(tmp_path / system), "--system", system, "--config", str(config)]
        return main(["train", str(features), *output, *map(str, more)]), capsys.readouterr()

    assert run("fastspeech2")[0] == 0
    assert run("fastspeech2s", start_from_mel_system=False)[0] == 0
    code, said = run("fastspeech2s", start_from_mel_system=True)
    assert code == 2
    assert "begins with fastspeech2; name the folder" in said.err
    assert run("fastspeech2s", "--start", tmp_path / "fastspeech2")[0] == 0
    code, said = run("fastspeech2", "--start", tmp_path / "fastspeech2")
    assert code == 2
    assert "begins from nothing" in said.err
    values["vocoder"]["generator"] = {"size": "small", "blocks": 2, "stacks": 1}
    values["vocoder"]["training"] = {**values["training"]["waveform"], "learning_rate": 0.001}
    for key in ("mel_weight", "start_from_mel_system", "batch_frames"):
        del values["vocoder"]["training"][key]
    assert run("parallel_wavegan")[0] == 0
    assert (tmp_path / "parallel_wavegan" / "generator.safetensors").is_file()


def test_a_machine_that_trains_needs_no_audio_packages():
    """`fs2 train` promises a short list of packages; those of other stages are not imported."""
    code = "import sys, fs2.training, fs2.vocoder.parallel_wavegan.training; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"librosa", "scipy", "soundfile", "mlflow", "pandas"} & set(done.stdout.split())
