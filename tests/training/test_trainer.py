"""What every training promises, of a system or of a vocoder; and the losses of the variances."""

import subprocess
import sys
from types import SimpleNamespace

import h5py
import numpy as np
import pandas
import pytest
import torch
import toy
import yaml
from safetensors.torch import load_file

from fs2.cli import main
from fs2.errors import FS2Error
from fs2.systems.fastspeech2 import training as fastspeech2_training
from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2.settings import FastSpeech2Training
from fs2.systems.fastspeech2.variances import Variances
from fs2.systems.saving import read_description
from fs2.systems.system import system_for
from fs2.training.data import TrainingData
from fs2.training.schedule import learning_rate

CPU = torch.device("cpu")


class Killed(BaseException):
    pass


def kill_at(step):
    def callback(at, values):
        if at >= step:
            raise Killed

    return callback


def train_vocoder(config, features, output, **keys):
    return toy.make_vocoder(config, output, features, **keys)


def weights(folder):
    [path] = folder.glob("*.safetensors")
    return load_file(path)


def same_weights(folder, other):
    expected = weights(other)
    for name, tensor in weights(folder).items():
        assert torch.equal(tensor, expected[name]), name


def history(folder):
    table = pandas.read_csv(folder / "history.csv")
    return table[~table["name"].str.endswith("_per_second")]


OPTIONS = {"ema_decay": 0.9, "adversarial_weight": 0.5}
TRAININGS = {
    "fastspeech2": (toy.train, toy.config()),
    "with average and discriminator": (toy.train, toy.config(training=OPTIONS)),
    "fastspeech2s": (toy.train, toy.config("fastspeech2s", training={"ema_decay": 0.9})),
    "fastspeech": (toy.train, toy.config("fastspeech", training={"adversarial_weight": 0.5})),
    "transformer_tts": (toy.train, toy.config("transformer_tts", training={"ema_decay": 0.9})),
    "tacotron2": (toy.train, toy.config("tacotron2")),
    "parallel_wavegan": (train_vocoder, toy.config(vocoder={"name": "parallel_wavegan"})),
}


@pytest.fixture(scope="module", params=TRAININGS)
def uninterrupted(request, tmp_path_factory, features):
    """A training, its configuration, and the folder of what it leaves."""
    train, config = TRAININGS[request.param]
    whole = tmp_path_factory.mktemp("uninterrupted") / "whole"
    train(config, features, whole)
    return train, config, whole


@pytest.mark.parametrize("killed_at", [3, 6, 10])
def test_resumed_run_equals_uninterrupted(tmp_path, features, uninterrupted, killed_at):
    """Discriminators join at step 5: before and after it, both optimisers are restored."""
    train, config, whole = uninterrupted
    cut = tmp_path / "cut"
    with pytest.raises(Killed):
        train(config, features, cut, on_log=kill_at(killed_at))
    assert not list(cut.glob("*.safetensors"))
    train(config, features, cut)
    same_weights(cut, whole)
    pandas.testing.assert_frame_equal(history(cut), history(whole))
    assert not (cut / "checkpoint").exists()


def test_checkpoint_of_other_settings_is_not_used(tmp_path, features, caplog):
    other = toy.config(training={"seed": 5})
    with pytest.raises(Killed):
        toy.train(toy.config(), features, tmp_path / "one", on_log=kill_at(6))
    toy.train(other, features, tmp_path / "one")
    assert "starting afresh" in caplog.text
    toy.train(other, features, tmp_path / "two")
    same_weights(tmp_path / "one", tmp_path / "two")


def test_broken_checkpoint_is_named(tmp_path, features):
    state = tmp_path / "one" / "checkpoint" / "state.pt"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"half a file")
    with pytest.raises(FS2Error, match=r"state\.pt: cannot be read .*remove it"):
        toy.train(toy.config(), features, tmp_path / "one")


def test_checkpoint_of_another_version_is_named(tmp_path, features):
    with pytest.raises(Killed):
        toy.train(toy.config(), features, tmp_path / "one", on_log=kill_at(6))
    path = tmp_path / "one" / "checkpoint" / "state.pt"
    state = torch.load(path)
    state["model"]["renamed"] = state["model"].pop("mel_decoder.output.weight")
    torch.save(state, path)
    with pytest.raises(FS2Error, match=r"(?s)state\.pt: of another version .*remove .*checkpoint"):
        toy.train(toy.config(), features, tmp_path / "one")


def run_on(model, batch):
    return model(batch.phonemes, batch.phoneme_lengths, Variances.of(batch))


def losses_of(model, made, batch, config):
    mel, adapted = made
    return losses(mel, adapted.prediction, batch, model.variance_adaptor, config.training, 1.0)


@pytest.mark.parametrize("keys", [{}, {"variance_level": "phoneme", "pitch": "contour"}])
def test_network_overfits_a_batch(tmp_path, features, keys):
    """Every loss falls far below its start: each part of the network is trained."""
    config = toy.config(model={"dropout": 0.0, "predictor_dropout": 0.0, **keys})
    trainer = toy.trainer(config, features, tmp_path)
    batch = trainer.training_data.batch(np.arange(4))
    model, optimizer = trainer.model, torch.optim.Adam(trainer.model.parameters(), 0.004)
    rows = []
    for _ in range(150):
        terms = losses_of(model, run_on(model, batch), batch, config)
        optimizer.zero_grad()
        terms["loss"].backward()
        optimizer.step()
        rows.append({name: value.item() for name, value in terms.items()})
    for name in rows[0]:
        assert rows[-1][name] < 0.35 * rows[0][name], name


def test_losses_ignore_padding(features):
    config = toy.config()
    model = toy.network(config).eval()
    batch = TrainingData(features, "train", CPU, system_for(config).columns).batch(np.array([0, 3]))
    made = run_on(model, batch)
    before = losses_of(model, made, batch, config)
    short = int(batch.frame_lengths[0])
    for name in ("mel", "pitch_spectrogram", "energy"):
        batch[name][0, short:] += 100
    torch.testing.assert_close(losses_of(model, made, batch, config), before)


def test_non_finite_loss_names_the_batch(tmp_path, features, monkeypatch):
    def broken(mel, prediction, batch, *rest):
        terms = losses(mel, prediction, batch, *rest)
        if "clip2" in batch.ids:
            terms["loss"] = terms["loss"] * float("nan")
        return terms

    monkeypatch.setattr(fastspeech2_training, "losses", broken)
    with pytest.raises(FS2Error, match=r"not finite at step \d+: loss.*clip2"):
        toy.train(toy.config(), features, tmp_path / "one")
    assert not (tmp_path / "one" / "model.safetensors").exists()


def test_non_finite_gradient_stops_before_the_step(tmp_path, features):
    trainer = toy.trainer(toy.config(), features, tmp_path)
    before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    output = trainer.model.mel_decoder.output.weight
    output.register_hook(lambda gradient: gradient * float("inf"))
    with pytest.raises(FS2Error, match=r"not finite at step 0: gradient_norm .*clip1"):
        trainer.train_step(np.arange(3))
    after = trainer.model.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_a_batch_too_large_for_the_gpu_says_which_key(tmp_path, features, monkeypatch):
    def exhausted(*_):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(fastspeech2_training.FastSpeech2Trainer, "train_step", exhausted)
    with pytest.raises(FS2Error, match=r"memory of the GPU; lower training\.batch_frames"):
        toy.train(toy.config(), features, tmp_path / "one")


def test_the_description_tells_of_the_training(tmp_path, features):
    summary = toy.train(toy.config(), features, tmp_path / "one")
    description = read_description(tmp_path / "one")
    assert description.run == "one"
    assert description.parameters == summary["parameters"]
    assert description.training["steps"] == 12
    assert summary["validation"] == description.training["validation"]


def test_schedules():
    def rates(**keys):
        training = FastSpeech2Training(**keys)
        return [learning_rate(training, 256, step) for step in range(training.steps)]

    transformer = rates(steps=400, warmup_steps=100, schedule="transformer")
    assert max(range(400), key=transformer.__getitem__) == 99
    assert transformer[99] == pytest.approx(256**-0.5 * 100**-0.5)
    assert transformer[399] == pytest.approx(transformer[99] / 2)
    cosine = rates(steps=50, warmup_steps=10, schedule="warmup_cosine", learning_rate=0.1)
    assert max(cosine) == pytest.approx(cosine[9]) == pytest.approx(0.1)
    assert cosine[-1] == 0


@pytest.mark.parametrize(("train", "config"), TRAININGS.values(), ids=TRAININGS)
def test_features_of_other_settings_or_of_before_are_refused(tmp_path, train, config):
    features = toy.features(tmp_path / "features.h5")
    other = config.model_copy(update={"audio": config.audio.model_copy(update={"mel_fmax": 7000})})
    with pytest.raises(FS2Error, match=r"mel_fmax: 7000, but 8000\.0 in the file"):
        train(other, features, tmp_path / "one")
    with h5py.File(features, "a") as file:
        file.attrs["format"] = 1
    with pytest.raises(FS2Error, match=r"file of format 1, this version reads 3; run the stage"):
        train(config, features, tmp_path / "one")


def test_train_from_the_command_line(tmp_path, features, capsys):
    """What the configuration begins with must be given, and only then."""
    steps = {"steps": 2}
    direct = toy.SYSTEMS["fastspeech2s"]
    own = {"model": direct["model"], "training": {**direct["training"], **steps}}
    values = toy.values(
        training=steps,
        architectures={"fastspeech2s": own},
        vocoder={"parallel_wavegan": {"training": steps}},
    )
    path = tmp_path / "config.yaml"

    def run(system, *more):
        path.write_text(yaml.safe_dump(values))
        output = ["-o", str(tmp_path / system), "--system", system, "--config", str(path)]
        code = main(["train", str(features), *output, *map(str, more)])
        return SimpleNamespace(code=code, error=capsys.readouterr().err)

    start = ("--start", tmp_path / "fastspeech2")
    assert run("fastspeech2").code == 0
    assert run("fastspeech2s").code == 0
    own["training"]["warm_start"] = True
    failed = run("fastspeech2s")
    assert failed.code == 2
    assert "needs fastspeech2; name the folder" in failed.error
    assert run("fastspeech2s", *start).code == 0
    for system in ("fastspeech2", "parallel_wavegan"):
        failed = run(system, *start)
        assert failed.code == 2
        assert f"{system} begins from nothing" in failed.error
    assert run("parallel_wavegan").code == 0
    assert (tmp_path / "parallel_wavegan" / "generator.safetensors").is_file()
    assert "a vocoder that is not trained" in run("griffin_lim").error


def test_a_machine_that_trains_needs_no_audio_packages():
    """`fs2 train` promises a short list of packages; those of other stages are not imported."""
    code = """
import sys
from fs2.systems.catalogue import Catalogue
import fs2.systems.fastspeech2.training
import fs2.systems.fastspeech2s.training
import fs2.vocoder.loading
import fs2.vocoder.parallel_wavegan.training
Catalogue({}).config("fastspeech2s")
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"librosa", "scipy", "soundfile", "mlflow", "pandas"} & set(done.stdout.split())
