"""FastSpeech 2s and Parallel WaveGAN: what their trainings promise besides."""

import json

import numpy as np
import pandas
import pytest
import torch
import toy
from safetensors.torch import load_file

from fs2.errors import FS2Error
from fs2.systems.saving import load_model
from fs2.vocoder.entry import VocoderJob
from fs2.vocoder.parallel_wavegan.training import ParallelWaveGANTrainer


def toy_2s(model=(), **training):
    return toy.config("fastspeech2s", model=dict(model), training=training)


def toy_vocoder(generator=(), **training):
    own = {"generator": dict(generator), "training": training}
    return toy.config(vocoder={"name": "parallel_wavegan", "parallel_wavegan": own})


def trainer_of(config, features, output):
    """The trainer of FastSpeech 2s, or of the vocoder."""
    if config.vocoder.name == "parallel_wavegan":
        return ParallelWaveGANTrainer(VocoderJob(config, output, output, features))
    return toy.trainer(config, features, output)


def test_every_term_is_recorded(tmp_path, features):
    names: set[str] = set()
    summary = toy.train(
        toy_2s(), features, tmp_path, on_log=lambda step, values: names.update(values)
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


@pytest.mark.parametrize("kind", ["2s", "vocoder"])
def test_audio_of_the_same_validation_clips_is_given(tmp_path, features, kind):
    heard = []
    keys = {"on_audio": lambda step, clips: heard.append((step, clips))}
    if kind == "2s":
        toy.train(toy_2s(validation_clips=1), features, tmp_path, **keys)
    else:
        toy.make_vocoder(toy_vocoder(validation_clips=1), tmp_path, features, **keys)
    assert [step for step, _ in heard] == [5, 10, 12]
    for _, clips in heard:
        assert list(clips) == ["clip6"]
        assert clips["clip6"].shape == (52 * 256,)
        assert np.abs(clips["clip6"]).max() <= 1


@pytest.mark.parametrize("mel_decoder", [True, False])
def test_the_mel_decoder_helps_in_training_alone(tmp_path, features, mel_decoder):
    toy.train(toy_2s({"mel_decoder": mel_decoder}), features, tmp_path)
    names = set(pandas.read_csv(tmp_path / "history.csv")["name"])
    assert ("mel_loss" in names) == mel_decoder
    assert "log_magnitude_loss" in names
    weights = load_file(tmp_path / "model.safetensors")
    assert any(name.startswith("mel_decoder.") for name in weights) == mel_decoder
    mel, _ = load_model(tmp_path)[0](torch.tensor([[1, 2]]), torch.tensor([2]))
    assert mel is None


def test_2s_begins_with_a_trained_system(tmp_path, features):
    first, output = tmp_path / "first", tmp_path / "2s"
    summary = toy.train(toy.config(training={"steps": 2}), features, first, "fastspeech2")
    trainer = toy.trainer(toy_2s(), features, output, needs={"start": first})
    own = trainer.model.state_dict()
    weights = load_file(first / "model.safetensors")
    assert all(torch.equal(own[name], value) for name, value in weights.items())
    trainer.run()
    needed = json.loads((output / "model.json").read_text())["training"]["needed"]
    assert needed == [{"stage": "training", "run": "fastspeech2", "seconds": summary["seconds"]}]
    with pytest.raises(FS2Error, match=r"first: its weights do not fit .*section model"):
        toy.trainer(toy_2s({"hidden": 24}), features, output, needs={"start": first})


def test_a_run_that_began_with_other_weights_is_not_gone_on_with(tmp_path, features):
    """The weights of what is needed are part of the fingerprint."""
    fingerprints = set()
    for seed in (1, 2):
        toy.train(toy.config(training={"steps": 1, "seed": seed}), features, tmp_path / str(seed))
        needs = {"start": tmp_path / str(seed)}
        trainer = toy.trainer(toy_2s(), features, tmp_path / "2s", needs=needs)
        fingerprints.add(trainer.fingerprint)
    assert len(fingerprints) == 2


def test_short_utterances_are_trained_on(tmp_path, features):
    """Every clip is shorter than the segment: what lies beyond its end is silence on both sides."""
    trainer = toy.trainer(toy_2s(segment_size=100 * 256), features, tmp_path)
    clips = np.arange(3)
    starts = trainer.training_data.random_starts(clips, trainer.frames)
    generated, recorded, terms = trainer.segment_losses(trainer.training_data, clips, starts)
    for row, frames in enumerate(trainer.training_data.frame_lengths[clips]):
        assert (generated[row, frames * 256 :] == 0).all()
        assert (recorded[row, frames * 256 :] == 0).all()
        assert generated[row, : frames * 256].abs().sum() > 0
    assert torch.isfinite(terms["loss"])


@pytest.mark.parametrize("config", [toy_2s(), toy_vocoder()], ids=["2s", "vocoder"])
def test_waveforms_are_needed(tmp_path, config):
    features = toy.features(tmp_path / "features.h5", waveform=False)
    with pytest.raises(FS2Error, match="has no 'waveform'"):
        trainer_of(config, features, tmp_path)


@pytest.mark.parametrize("config", [toy_2s(), toy_vocoder()], ids=["2s", "vocoder"])
def test_a_discriminator_that_never_joins_is_worth_a_warning(tmp_path, features, config, caplog):
    trainer = trainer_of(config, features, tmp_path)
    trainer.steps = trainer.segments.discriminator_start
    trainer.run()
    assert "ends before the discriminator joins, at step 5" in caplog.text


OVERFIT = {
    "steps": 100,
    "discriminator_start": 1000,
    "batch_size": 1,
    "segment_size": 30 * 256,
    "learning_rate": 0.01,
}


@pytest.mark.parametrize(
    "config",
    [toy_2s(**OVERFIT), toy_vocoder({"source": "harmonics"}, **OVERFIT)],
    ids=["2s", "vocoder"],
)
def test_networks_overfit_one_clip(tmp_path, config):
    """On one clip the distance of log magnitudes falls far below its start."""
    features = toy.features(tmp_path / "features.h5", (30, 40, 30))
    trainer = trainer_of(config, features, tmp_path)
    values = []
    for _ in range(OVERFIT["steps"]):
        values.append(trainer.train_step(np.array([0]))["log_magnitude_loss"])
        trainer.step += 1
    assert min(values[-10:]) < 0.6 * values[0]
