"""A trained model on disk, and what is said of one that does not fit."""

import json

import numpy as np
import pytest
import torch
import toy

from fs2.errors import FS2Error
from fs2.systems.controls import Controls
from fs2.systems.saving import load_model, take_weights


@pytest.fixture(params=list(toy.SYSTEMS))
def saved(request, tmp_path):
    """The folder of a model of each architecture, with random weights."""
    toy.save_random(tmp_path / "one", toy.config(request.param))
    return tmp_path / "one"


def change(folder, **values):
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_it_is_read_as_it_was_written(saved):
    (model, description), (again, _) = load_model(saved), load_model(saved)
    assert description.run == "one"
    config = toy.config(description.config.model.architecture)
    assert description.config.deciding() == config.deciding()
    assert description.needs == {}
    assert description.statistics == toy.STATISTICS
    speak = description.system.synthesise
    phonemes = torch.tensor([1, 4, 5, 3, 1])
    speeches = [vars(speak(network, phonemes, Controls())) for network in (model, again)]
    attentions = [speech.pop("attention") for speech in speeches]
    assert np.array_equal(*(getattr(attention, "weights", None) for attention in attentions))
    for first, second in zip(*(speech.values() for speech in speeches), strict=True):
        assert first is second is None or torch.equal(first, second)
    assert speeches[0][description.system.makes] is not None
    assert not any(value.requires_grad for value in model.parameters())


def test_missing_model_says_so(tmp_path):
    with pytest.raises(FS2Error, match=r"model\.safetensors.*train this system first"):
        load_model(tmp_path)


def test_weights_of_another_size_are_refused(saved):
    config = json.loads((saved / "model.json").read_text())["config"]
    config["model"]["hidden"] *= 2
    change(saved, config=config)
    with pytest.raises(FS2Error, match=r"model\.safetensors: does not fit"):
        load_model(saved)


def test_description_of_another_version_is_named(saved):
    change(saved, added_later=1)
    with pytest.raises(FS2Error, match=r"model\.json: not as this version .*train again"):
        load_model(saved)


def test_models_of_before_are_named_and_what_to_do(saved):
    values = json.loads((saved / "model.json").read_text())
    del values["format"]
    for older in (values, values | {"format": 1}, []):
        (saved / "model.json").write_text(json.dumps(older))
        with pytest.raises(FS2Error, match=r"model\.json: model of format .*train this system"):
            load_model(saved)


def test_weights_are_taken_from_a_model_of_the_same_features_and_sizes(tmp_path):
    toy.save_random(tmp_path / "first", toy.config())
    arguments = [tmp_path / "first", list(toy.SYMBOLS), toy.STATISTICS, "waveform_decoder."]
    network = toy.network(toy.config("fastspeech2s"), seed=5)
    own = {name: value.clone() for name, value in network.state_dict().items()}
    take_weights(network, *arguments)
    theirs = load_model(tmp_path / "first")[0].state_dict()
    for name, value in network.state_dict().items():
        decoder = name.startswith("waveform_decoder.")
        assert torch.equal(value, own[name] if decoder else theirs[name]), name
    wider = toy.network(toy.config("fastspeech2s", model={"hidden": 24}))
    with pytest.raises(FS2Error, match=r"first: its weights do not fit .*section model"):
        take_weights(wider, *arguments)
    with pytest.raises(FS2Error, match="trained on other features; train it again"):
        take_weights(network, arguments[0], ["_", "sil"], *arguments[2:])
