import json

import numpy as np
import pandas
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from fs2.errors import FS2Error
from fs2.systems.fastspeech2 import training as trainer_module
from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2.settings import Model
from fs2.systems.fastspeech2.training_settings import Training
from fs2.systems.saving import build_model, load_model
from fs2.systems.train import train
from fs2.training.data import TrainingData
from fs2.training.schedule import learning_rate

CPU = torch.device("cpu")


class Killed(BaseException):
    pass


def weights(folder):
    return load_file(folder / "model.safetensors")


def kill_at(step):
    def callback(at, values):
        if at >= step:
            raise Killed

    return callback


@pytest.mark.parametrize("options", [{}, {"ema_decay": 0.9, "adversarial_weight": 0.5}])
@pytest.mark.parametrize("killed_at", [3, 6, 10])
def test_resumed_run_equals_uninterrupted(tmp_path, make_features, toy_config, options, killed_at):
    features, config = make_features(), toy_config(**options)
    train(config, "whole", features, tmp_path / "whole")
    with pytest.raises(Killed):
        train(config, "cut", features, tmp_path / "cut", on_log=kill_at(killed_at))
    assert not (tmp_path / "cut" / "model.safetensors").exists()
    train(config, "cut", features, tmp_path / "cut")
    expected = weights(tmp_path / "whole")
    for name, tensor in weights(tmp_path / "cut").items():
        assert torch.equal(tensor, expected[name]), name
    assert not (tmp_path / "cut" / "checkpoint").exists()
    columns = ["step", "split", "name"]
    histories = [
        pandas.read_csv(tmp_path / run / "history.csv").query("name != 'frames_per_second'")
        for run in ("whole", "cut")
    ]
    pandas.testing.assert_frame_equal(*(h[[*columns, "value"]] for h in histories))


def test_checkpoint_of_other_settings_is_not_used(tmp_path, make_features, toy_config, caplog):
    features = make_features()
    with pytest.raises(Killed):
        train(toy_config(), "one", features, tmp_path / "one", on_log=kill_at(6))
    train(toy_config(seed=5), "one", features, tmp_path / "one")
    assert "starting afresh" in caplog.text
    train(toy_config(seed=5), "two", features, tmp_path / "two")
    expected = weights(tmp_path / "two")
    assert all(torch.equal(t, expected[n]) for n, t in weights(tmp_path / "one").items())


@pytest.mark.parametrize("model_keys", [{}, {"variance_level": "phoneme", "pitch": "contour"}])
def test_network_overfits_a_batch(make_features, toy_config, model_keys):
    """Every loss falls far below its start: each part of the network is trained."""
    torch.manual_seed(0)
    data = TrainingData(make_features(), "train", CPU)
    config = toy_config()
    dry = {"dropout": 0.0, "predictor_dropout": 0.0, **model_keys}
    config = config.model_copy(update={"model": config.model.model_copy(update=dry)})
    statistics = {"f0_minimum": 140.0, "f0_maximum": 230.0} | {
        "pitch_mean_mean": 5.0,
        "pitch_mean_std": 0.2,
        "pitch_std_mean": 0.1,
        "pitch_std_std": 0.1,
        "energy_minimum": 20.0,
        "energy_maximum": 60.0,
        "energy_mean": 30.0,
        "energy_std": 10.0,
    }
    model = build_model(config, [str(i) for i in range(10)], statistics)
    batch = data.batch(np.arange(4))
    optimizer = torch.optim.Adam(model.parameters(), 0.004)
    history = []
    for _ in range(150):
        mel, prediction = model(
            batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
        )
        terms = losses(mel, prediction, batch, model.variance_adaptor, config.training)
        optimizer.zero_grad()
        terms["loss"].backward()
        optimizer.step()
        history.append({name: value.item() for name, value in terms.items()})
    for name in history[0]:
        assert history[-1][name] < 0.35 * history[0][name], name


def test_losses_ignore_padding(make_features, toy_config):
    config = toy_config()
    data = TrainingData(make_features(), "train", CPU)
    statistics = dict.fromkeys(
        ("pitch_mean_mean", "energy_mean", "energy_minimum", "f0_minimum"), 1.0
    ) | dict.fromkeys(
        (
            "f0_maximum",
            "pitch_mean_std",
            "pitch_std_mean",
            "pitch_std_std",
            "energy_maximum",
            "energy_std",
        ),
        2.0,
    )
    model = build_model(config, [str(i) for i in range(10)], statistics).eval()
    batch = data.batch(np.array([0, 3]))
    mel, prediction = model(
        batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
    )
    before = losses(mel, prediction, batch, model.variance_adaptor, config.training)
    short = int(batch.frame_lengths[0])
    batch.mel[0, short:] += 100
    batch.pitch_spectrogram[0, short:] += 100
    batch.variances.energy[0, short:] += 100
    after = losses(mel, prediction, batch, model.variance_adaptor, config.training)
    torch.testing.assert_close(after, before)


def test_non_finite_loss_names_the_batch(tmp_path, make_features, toy_config, monkeypatch):
    real = trainer_module.losses

    def broken(mel, prediction, batch, *rest):
        terms = real(mel, prediction, batch, *rest)
        if "clip2" in batch.ids:
            terms["loss"] = terms["loss"] * float("nan")
        return terms

    monkeypatch.setattr(trainer_module, "losses", broken)
    with pytest.raises(FS2Error, match=r"not finite at step \d+: loss.*clip2"):
        train(toy_config(), "one", make_features(), tmp_path / "one")
    assert not (tmp_path / "one" / "model.safetensors").exists()


def test_saved_model_speaks_the_same(tmp_path, make_features, toy_config):
    summary = train(toy_config(), "one", make_features(), tmp_path / "one")
    model, description = load_model(tmp_path / "one")
    assert description.system == "one"
    assert description.parameters == summary["parameters"]
    assert description.training["steps"] == 12
    again, _ = load_model(tmp_path / "one")
    phonemes = torch.tensor([[1, 4, 5, 3, 1]]), torch.tensor([5])
    assert torch.equal(model.infer(*phonemes).mel, again.infer(*phonemes).mel)


def test_weights_of_another_size_are_refused(tmp_path, make_features, toy_config):
    train(toy_config(steps=1), "one", make_features(), tmp_path / "one")
    description = tmp_path / "one" / "model.json"
    description.write_text(description.read_text().replace('"hidden": 16', '"hidden": 32'))
    with pytest.raises(FS2Error, match=r"model\.safetensors: does not fit"):
        load_model(tmp_path / "one")


@given(st.integers(60, 400), st.integers(0, 3))
def test_batches_hold_every_clip_once_under_the_budget(budget, epoch):
    data = TrainingData.__new__(TrainingData)
    data.ids = [f"clip{i}" for i in range(40)]
    data.frame_lengths = np.random.default_rng(1).integers(5, 60, 40)
    batches = data.epoch(budget, 7, epoch)
    assert sorted(np.concatenate(batches)) == list(range(40))
    for clips in batches:
        longest = -(-data.frame_lengths[clips].max() // 32) * 32
        assert len(clips) == 1 or longest * len(clips) <= budget
    again = data.epoch(budget, 7, epoch)
    assert all(np.array_equal(a, b) for a, b in zip(batches, again, strict=True))


def test_clip_above_the_budget_is_a_batch_of_its_own():
    data = TrainingData.__new__(TrainingData)
    data.ids = ["short", "long"]
    data.frame_lengths = np.array([10, 500])
    assert sorted(map(len, data.epoch(100, 0, 0))) == [1, 1]


def test_batch_holds_the_files_values(make_features):
    data = TrainingData(make_features(lengths=(30, 41, 25, 60)), "train", CPU)
    batch = data.batch(np.array([1, 0]))
    assert batch.ids == ["clip1", "clip0"]
    assert batch.frame_lengths.tolist() == [41, 30]
    torch.testing.assert_close(batch.mel[1, :30], data.mel[:30])
    torch.testing.assert_close(batch.variances.log_f0[0, :41].exp(), data.f0[30:71])
    assert batch.variances.durations.sum(1).tolist() == [41, 30]
    assert (batch.phonemes > 0).sum(1).tolist() == batch.phoneme_lengths.tolist()


def test_transformer_schedule_peaks_at_the_end_of_the_warm_up():
    training, model = Training(warmup_steps=100, schedule="transformer"), Model()
    rates = [learning_rate(training, model, step) for step in range(400)]
    assert max(range(400), key=rates.__getitem__) == 99
    assert rates[99] == pytest.approx(256**-0.5 * 100**-0.5)
    assert rates[399] == pytest.approx(rates[99] / 2)


def test_cosine_schedule_ends_at_zero():
    training = Training(steps=50, warmup_steps=10, schedule="warmup_cosine", learning_rate=0.1)
    rates = [learning_rate(training, Model(), step) for step in range(50)]
    assert max(rates) == pytest.approx(rates[9]) == pytest.approx(0.1)
    assert rates[-1] == 0


def test_features_of_other_settings_are_refused(tmp_path, make_features, toy_config):
    config = toy_config()
    other = config.model_copy(update={"audio": config.audio.model_copy(update={"mel_fmax": 7000})})
    with pytest.raises(FS2Error, match=r"mel_fmax: 7000, but 8000\.0 in the file"):
        train(other, "one", make_features(), tmp_path / "one")


def test_non_finite_gradient_stops_before_the_step(tmp_path, make_features, toy_config):
    trainer = trainer_module.FastSpeech2Trainer(toy_config(), "one", make_features(), tmp_path)
    before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    trainer.model.mel_output.weight.register_hook(lambda gradient: gradient * float("inf"))
    with pytest.raises(FS2Error, match=r"not finite at step 0: gradient_norm .*clip1"):
        trainer.train_step(np.arange(3))
    after = trainer.model.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_broken_checkpoint_is_named(tmp_path, make_features, toy_config):
    state = tmp_path / "one" / "checkpoint" / "state.pt"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"half a file")
    with pytest.raises(FS2Error, match=r"state\.pt: cannot be read .*remove it"):
        train(toy_config(), "one", make_features(), tmp_path / "one")


def test_checkpoint_of_another_version_is_named(tmp_path, make_features, toy_config):
    features = make_features()
    with pytest.raises(Killed):
        train(toy_config(), "one", features, tmp_path / "one", on_log=kill_at(6))
    path = tmp_path / "one" / "checkpoint" / "state.pt"
    state = torch.load(path)
    state["model"]["renamed"] = state["model"].pop("mel_output.weight")
    torch.save(state, path)
    with pytest.raises(FS2Error, match=r"(?s)state\.pt: of another version .*remove .*checkpoint"):
        train(toy_config(), "one", features, tmp_path / "one")


def test_description_of_another_version_is_named(tmp_path, make_features, toy_config):
    train(toy_config(), "one", make_features(), tmp_path / "one")
    path = tmp_path / "one" / "model.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps(values | {"added_later": 1}))
    with pytest.raises(FS2Error, match=r"model\.json: not as this version .*train again"):
        load_model(tmp_path / "one")


def test_a_batch_too_large_for_the_gpu_says_which_key(
    tmp_path, make_features, toy_config, monkeypatch
):
    def exhausted(*_):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(trainer_module.FastSpeech2Trainer, "train_step", exhausted)
    with pytest.raises(FS2Error, match=r"memory of the GPU; lower training\.batch_frames"):
        train(toy_config(), "one", make_features(), tmp_path / "one")
