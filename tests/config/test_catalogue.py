"""Systems: their files, their configurations, their kin."""

from types import SimpleNamespace

import pytest

from fs2 import paper
from fs2.config.files import architecture_values, read_yaml
from fs2.config.model import ModelSettings
from fs2.config.training import SystemTrainingSettings
from fs2.errors import FS2Error
from fs2.nn.feed_forward_settings import FeedForwardModel
from fs2.references import is_reference
from fs2.registry import SYSTEMS
from fs2.systems.catalogue import SYSTEMS_FOLDER, Catalogue
from fs2.systems.fastspeech2.settings import AcousticModel, AcousticTraining
from fs2.training.mel_settings import MelTraining
from fs2.training.waveform_settings import WaveformTraining

CONFIG = SYSTEMS_FOLDER.parent
FILES = sorted(CONFIG.glob("*.yaml"))
SHIPPED = Catalogue({})


@pytest.fixture
def catalogue(tmp_path):
    """The catalogue of a configuration and of the files of systems (name -> text) in a folder."""

    def make(values, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return Catalogue(values, (tmp_path,))

    return make


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_system_is_valid_on_every_shipped_configuration(file):
    catalogue = Catalogue(read_yaml(file))
    names = {"config": "asterisk", "small": "asterisk"}
    assert catalogue.base.corpus.name == names.get(file.stem, file.stem)
    assert set(catalogue.base.systems) <= set(catalogue.names)
    for name in catalogue.names:
        assert catalogue.config(name).audio == catalogue.base.audio


def test_every_shipped_system_is_described_and_has_kin_that_exist():
    assert SHIPPED.names
    for name in SHIPPED.names:
        file = SHIPPED.file(name)
        assert file.description
        assert SHIPPED.full(SHIPPED.full(name)) == SHIPPED.full(name)
    assert SHIPPED.compared == SHIPPED.names
    assert set(SHIPPED.ablations) <= set(SHIPPED.names)
    assert all(SHIPPED.of_row(row) == [row] for row in paper.ROWS if row in SHIPPED.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_2s_system_fits_the_one_that_it_begins_with(file):
    """What the waveform decoder does not concern is the same, so that the weights can be taken."""
    catalogue = Catalogue(read_yaml(file))
    configs = {name: catalogue.config(name) for name in catalogue.names}
    systems = [name for name in configs if configs[name].model.architecture == "fastspeech2s"]
    assert len(systems) == 6
    for system in systems:
        if file.stem == "ljspeech" or system == "fastspeech2s-no-mel-decoder":
            assert catalogue.needs(system) == {}
            continue
        model, start = configs[system].model, configs[catalogue.needs(system)["start"]].model
        own = {"architecture", "mel_decoder", "waveform_decoder"}
        assert model.model_dump(exclude=own) == start.model_dump(exclude=own)
        assert own - start.model_dump().keys() == own - {"architecture"}


def test_a_systems_file_lies_over_the_base(catalogue):
    base = {"model": {"heads": 4}, "training": {"steps": 7}}
    found = catalogue(base, tiny="description: x\nmodel: {hidden: 8}\n").config("tiny")
    assert (found.model.hidden, found.model.heads, found.training.steps) == (8, 4, 7)
    assert "architecture" not in catalogue(base).file("tiny").model


def test_a_systems_file_may_include_another(catalogue, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "part.yaml").write_text("short: part\nmodel: {hidden: 8, heads: 1}\n")
    found = catalogue({}, own="include: shared/part.yaml\nmodel: {heads: 4}\n")
    assert found.names == ["own"]
    assert (found.config("own").model.hidden, found.config("own").model.heads) == (8, 4)
    assert found.file("own").short == "part"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("features: {f0_floor: 50}", "features: cannot be changed by a system; only model, train"),
        ("training: {seed: 5}", r"training\.seed cannot be changed by a system; use seeds"),
        ("training: {stepz: 5}", r"training\.stepz: unknown key"),
        ("model: {architecture: x}", r"model\.architecture: 'x' is not known; known are: fastsp"),
        ("vocoder: {name: x}", "'x' is not known; known are: hifigan_universal"),
        ("short: longer than ten", "short: .*10 characters"),
        ("tables: seven", "tables: "),
        ("compare_with: none", "compare_with: no file .*'none'; known systems: bad"),
        ("starts_from: none", "starts_from: no file .*'none'; known systems: bad"),
        ("teacher: none", "teacher: no file .*'none'; known systems: bad"),
        ("paper_row: none", "paper_row: no row 'none'; known are: tacotron2, "),
        ("- a", "must hold 'key: value' lines"),
    ],
)
def test_a_bad_file_of_a_system_is_named(catalogue, text, message):
    with pytest.raises(FS2Error, match=rf"bad\.yaml: (.|\n)*{message}"):
        catalogue({}, bad=text).config("bad")


def test_an_unknown_system_names_the_places_and_the_known_ones(tmp_path):
    catalogue = Catalogue({"system_folders": [str(tmp_path)]})
    words = rf"systems/fastspeech3\.yaml or {tmp_path}/fastspeech3\.yaml.*known.*: fastspeech, "
    for asked in (catalogue.config, catalogue.file, catalogue.needs, catalogue.full):
        with pytest.raises(FS2Error, match=words):
            asked("fastspeech3")


def test_another_architecture_takes_what_is_shared_and_its_own_section_wins():
    base = {
        "model": {"size": "small", "hidden": 64, "heads": 1},
        "training": {"steps": 7, "pitch_weight": 0.5, "batch_frames": 900, "adversarial_weight": 1},
        "architectures": {
            "fastspeech2s": {
                "model": {"heads": 4, "waveform_decoder": {"blocks": 4}},
                "training": {"pitch_weight": 0.6, "batch_size": 2},
            }
        },
    }
    catalogue = Catalogue(base)
    assert catalogue.config("fastspeech2").architectures == {}
    config = catalogue.config("fastspeech2s-no-energy")
    model, training = config.model, config.training
    assert (model.size, model.hidden, model.heads, model.energy) == ("small", 64, 4, False)
    assert (model.waveform_decoder.size, model.waveform_decoder.blocks) == ("small", 4)
    assert (training.batch_frames, training.pitch_weight, training.batch_size) == (900, 0.6, 2)
    # Both have these keys, but each from a class of its own, or with a default of its own.
    assert (training.steps, training.adversarial_weight) == (600_000, 4.0)
    assert catalogue.config("fastspeech2").training.steps == 7


def test_a_transformer_that_is_autoregressive_takes_the_sizes_of_one_that_is_not(repository):
    base = {"model": {"hidden": 64, "dropout": 0.3, "predictor_hidden": 32}}
    model = Catalogue(base).config("transformer_tts").model
    assert (model.hidden, model.dropout, model.feed_forward) == (64, 0.3, 1024)
    kathleen = Catalogue(read_yaml(repository / "config" / "kathleen.yaml"))
    names = ("fastspeech2", "fastspeech", "transformer_tts")
    assert [kathleen.config(name).model.dropout for name in names] == [0.05, 0.05, 0.1]


@pytest.mark.parametrize(
    ("base", "other", "model", "training"),
    [
        ("fastspeech2", "fastspeech2s", AcousticModel, AcousticTraining),
        ("fastspeech2s", "fastspeech2", AcousticModel, AcousticTraining),
        ("fastspeech2", "fastspeech", FeedForwardModel, MelTraining),
        ("fastspeech", "fastspeech2", FeedForwardModel, MelTraining),
    ],
)
def test_exactly_the_keys_of_the_common_classes_are_shared(base, other, model, training):
    values = {name: getattr(SYSTEMS[base], name)().plain() for name in ("model", "training")}
    taken = architecture_values(values | {"text": {"heteronyms": False}}, other)
    assert taken["text"] == {"heteronyms": False}
    assert taken["model"].pop("architecture") == other
    assert set(taken["model"]) == set(model.model_fields) - {"architecture"}
    assert set(taken["training"]) == set(training.model_fields) - {"steps"}
    assert architecture_values(values, base) == values


class OwnTraining(WaveformTraining, SystemTrainingSettings):
    steps: int = 5
    learning_rate: float = 0.25


class OwnModel(ModelSettings):
    architecture: str = "own"
    hidden: int = 3


def test_an_architecture_of_a_plugin_shares_by_the_same_rule(restored_registries, catalogue):
    SYSTEMS.add(SimpleNamespace(name="own", model=OwnModel, training=OwnTraining))
    own = {"model": {"architecture": "own", "size": "small", "hidden": 4}}
    own["training"] = {"seed": 7, "batch_size": 9, "stft_floor": 0.5, "learning_rate": 0.5}
    found = catalogue(own, wave="model: {architecture: fastspeech2s}").config("wave")
    assert (found.model.size, found.model.hidden) == ("small", 128)
    training = found.training
    assert (training.seed, training.batch_size, training.stft_floor) == (7, 9, 0.5)
    assert (training.learning_rate, training.steps) == (1.0, 600_000)
    base = {"training": {"seed": 7, "learning_rate": 0.5, "steps": 3}, "model": {"hidden": 64}}
    found = catalogue(base, own="model: {architecture: own}").config("own")
    assert (found.training.seed, found.training.learning_rate) == (7, 0.25)
    assert (found.training.steps, found.model.hidden) == (5, 3)


NAMELESS = """\
title: Small and direct
description: A name that says nothing.
compare_with: other
starts_from: begin
tables: [7]
model: {architecture: fastspeech2s, energy: false}
training: {warm_start: true}
"""


def test_a_name_means_nothing(tmp_path):
    """`fs2s-small` is all that its file says; nobody reads anything in its name."""
    (tmp_path / "fs2s-small.yaml").write_text(NAMELESS)
    (tmp_path / "other.yaml").write_text("model: {architecture: fastspeech2s}\n")
    (tmp_path / "begin.yaml").write_text("model: {energy: false}\n")
    values = {"system_folders": str(tmp_path), "systems": "fs2s-small", "model": {"hidden": 16}}
    catalogue = Catalogue(values)
    assert {"fs2s-small", "other", "begin", "fastspeech2"} <= set(catalogue.names)
    config = catalogue.config("fs2s-small-seed3")
    assert config.model.architecture == "fastspeech2s"
    assert (config.model.hidden, config.model.energy, config.training.seed) == (16, False, 3)
    assert catalogue.needs("fs2s-small") == {"start": "begin"}
    assert catalogue.needs("fs2s-small-seed3") == {"start": "begin-seed3"}
    assert catalogue.needs("other") == catalogue.needs("begin") == {}
    assert (catalogue.full("fs2s-small"), catalogue.full("other")) == ("other", "other")
    assert {"fs2s-small", "other"} <= set(catalogue.ablations)
    assert {"fs2s-small", "begin", "other"} & set(catalogue.compared) == {"fs2s-small"}
    assert catalogue.of_row("fastspeech2s") == ["fastspeech2s"]


def test_a_folder_of_systems_must_be_there_and_must_not_repeat_a_name(tmp_path):
    with pytest.raises(FS2Error, match=r"system_folders: no folder .*absent"):
        Catalogue({"system_folders": [str(tmp_path / "absent")]})
    (tmp_path / "fastspeech2.yaml").write_text("{}")
    with pytest.raises(FS2Error, match=r"fastspeech2\.yaml have the same name; rename yours"):
        Catalogue({"system_folders": [str(tmp_path)]})


@pytest.mark.parametrize("name", ["recordings", "vocoded", "vocoded-griffin_lim", "mine-seed2"])
def test_a_name_with_a_meaning_is_refused(tmp_path, name):
    (tmp_path / f"{name}.yaml").write_text("{}")
    with pytest.raises(FS2Error, match=f"no system can be called {name}"):
        Catalogue({"system_folders": [str(tmp_path)]})


def test_a_name_that_only_looks_like_one_is_a_system(tmp_path):
    (tmp_path / "vocoded-x.yaml").write_text("{}")
    assert "vocoded-x" in Catalogue({"system_folders": [str(tmp_path)]}).names
    assert not is_reference("vocoded-x")
