from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.config.files import (
    load_config,
    mel_system,
    merge,
    parse_config,
    read_yaml,
    system_config,
)
from fs2.config.reference import reference
from fs2.config.schema import Config
from fs2.config.section import Section
from fs2.errors import FS2Error
from fs2.systems.fastspeech2.settings import SIZES

CONFIG = Path(__file__).resolve().parents[2] / "config"
FILES = sorted(CONFIG.glob("*.yaml"))
SYSTEMS = sorted(file.stem for file in (CONFIG / "systems").glob("*.yaml"))
MAPPINGS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.integers()),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | st.integers()),
    max_leaves=12,
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_configurations_are_valid_and_named_after_their_corpus(file):
    config = load_config(file)
    assert config.corpus.name == ("asterisk" if file.stem == "config" else file.stem)
    for system in config.systems:
        system_config(read_yaml(file), system)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_is_valid_on_the_defaults_and_described(system):
    system_config({}, system)
    assert read_yaml(CONFIG / "systems" / f"{system}.yaml").get("description")


def test_reference_page_agrees_with_the_schema():
    page = (CONFIG / "README.md").read_text(encoding="utf-8")
    assert page == reference(), "run `make config`"


def test_every_key_is_described():
    for name, field in Config.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            missing = [key for key, inner in section.model_fields.items() if not inner.description]
            assert not missing, f"{name}: {missing}"
            assert section.__doc__


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"trainig": {}}, ["trainig: unknown key"]),
        ({"training": {"step": 5}}, ["training.step: unknown key"]),
        ({"training": {"steps": "many"}}, ["training.steps", "'many'"]),
        ({"training": {"steps": 0}, "text": {"a": 1}}, ["training.steps", "text.a"]),
        ({"corpus": {"source": "folder"}}, ["corpus", "path"]),
        ({"corpus": {"name": "../elsewhere"}}, ["corpus.name"]),
        ({"alignment": {"aligner": "textgrids"}}, ["alignment", "path"]),
        ({"audio": {"hop_length": 2048}}, ["audio", "hop_length"]),
        ({"features": {"f0_floor": 900}}, ["features", "f0_floor"]),
        ({"features": {"f0_ceiling": 20_000}}, ["features.f0_ceiling"]),
        ({"corpus": {"minimum_seconds": 20}}, ["corpus", "minimum_seconds"]),
        ({"systems": ["fastspeech2", "fastspeech2"]}, ["systems", "once"]),
        ({"model": {"dropout": 0.95}}, ["model.dropout"]),
        ({"model": {"hidden": 255}}, ["model", "hidden"]),
        ({"model": {"size": "huge"}}, ["model.size", "'paper' or 'small'"]),
        ({"model": 3}, ["model"]),
    ],
)
def test_a_bad_value_is_an_error_that_names_file_and_key(values, words):
    with pytest.raises(FS2Error) as caught:
        parse_config(values, "some.yaml")
    assert str(caught.value).startswith("some.yaml: ")
    for word in words:
        assert word in str(caught.value)


def test_size_sets_its_keys_and_a_key_beside_it_wins():
    small = parse_config({"model": {"size": "small"}}).section("model")
    own = {key: value for key, value in SIZES["small"].items() if key != "waveform_decoder"}
    assert {key: small[key] for key in own} == own
    assert parse_config({"model": {"size": "small", "hidden": 64}}).model.hidden == 64


def test_systems_may_be_given_as_on_the_command_line():
    assert parse_config({"systems": "fastspeech2"}).systems == ("fastspeech2",)
    assert parse_config({"systems": "a,b"}).systems == ("a", "b")
    assert parse_config({"systems": ["a", "b"]}).systems == ("a", "b")


def test_hash_follows_results_and_nothing_else():
    base = parse_config({})
    same = ({"tracking": {"enabled": False}}, {"systems": ["a"]}, {"training": {"seed": 1234}})
    assert {parse_config(values).hash() for values in same} == {base.hash()}
    assert parse_config({"training": {"seed": 1}}).hash() != base.hash()


def test_section_holds_plain_values():
    assert parse_config({}).section("training")["adam_betas"] == [0.9, 0.98]


@given(MAPPINGS, MAPPINGS)
def test_merge_overlay_wins_and_nothing_is_lost(base, overlay):
    merged = merge(base, overlay)
    assert set(merged) == set(base) | set(overlay)
    assert merge(merged, overlay) == merged
    for key, value in overlay.items():
        if not isinstance(value, dict):
            assert merged[key] == value


def test_overlay_lies_over_the_base(tmp_path):
    (tmp_path / "tiny.yaml").write_text("description: x\nmodel: {hidden: 8}\n")
    config = system_config({"model": {"heads": 4}, "training": {"steps": 7}}, "tiny", tmp_path)
    assert (config.model.hidden, config.model.heads, config.training.steps) == (8, 4, 7)


def test_overlay_may_not_touch_other_sections(tmp_path):
    (tmp_path / "bad.yaml").write_text("features: {f0_floor: 50}\n")
    with pytest.raises(FS2Error, match=r"bad\.yaml: features cannot be changed by a system"):
        system_config({}, "bad", tmp_path)


def test_unknown_system_names_the_known_ones():
    with pytest.raises(FS2Error, match=r"'fastspeech3'; known systems: .*fastspeech2"):
        system_config({}, "fastspeech3")


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n"])
def test_unreadable_yaml_names_the_file(tmp_path, text):
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(FS2Error, match=r"broken\.yaml"):
        read_yaml(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(FS2Error, match=r"none\.yaml"):
        load_config(tmp_path / "none.yaml")


def test_home_folder_may_be_abbreviated(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    config = parse_config({"alignment": {"aligner": "textgrids", "path": "~/grids"}})
    assert config.alignment.path == str(tmp_path / "grids")


@pytest.mark.parametrize("file", ["config", "kathleen", "ljspeech"])
def test_every_2s_system_fits_the_one_that_it_begins_with(file):
    """What the waveform decoder does not concern is the same, so that the weights can be taken."""
    values = read_yaml(CONFIG / f"{file}.yaml")
    systems = [system for system in SYSTEMS if system.startswith("fastspeech2s")]
    assert len(systems) == 6
    for system in systems:
        config = system_config(values, system)
        first = mel_system(system, config)
        if file == "ljspeech" or system == "fastspeech2s-no-mel-decoder":
            assert first is None
            continue
        twin = system_config(values, first)
        own = {"output", "waveform_decoder"}
        assert config.model.model_dump(exclude=own) == twin.model.model_dump(exclude=own)


def test_sections_hold_only_what_is_used():
    mel = parse_config({})
    assert "waveform" not in mel.section("training")
    assert "waveform_decoder" not in mel.section("model")
    assert set(mel.section("vocoder")) == {"name", "path", "precision"}
    waveform = parse_config(
        {"model": {"output": "waveform"}, "training": {"waveform": {"learning_rate": 0.1}}}
    )
    assert not {"steps", "mel_weight", "learning_rate"} & set(waveform.section("training"))
    vocoder = parse_config({"vocoder": {"name": "parallel_wavegan"}})
    assert set(vocoder.section("vocoder")) == {"name", "generator", "training"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"upsampling_factors": [4, 4]}, r"model\.waveform_decoder: .* is 16, but .* 256"),
        ({"upsampling_factors": [1, 256]}, "upsampling_factors must be 2 or more"),
        ({"stacks": 4}, "blocks must be a multiple of stacks"),
    ],
)
def test_bad_waveform_decoders_are_named(values, message):
    with pytest.raises(FS2Error, match=message):
        parse_config({"model": {"output": "waveform", "waveform_decoder": values}})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"segment_size": 20000}, r"training\.waveform\.segment_size: must be a multiple"),
        ({"segment_size": 256}, "segment_size must be above half"),
        ({"stft_hops": [1]}, "must be equally long"),
        ({"stft_windows": [4096, 240, 50]}, "stft_windows must not be above"),
    ],
)
def test_bad_waveform_trainings_are_named(values, message):
    with pytest.raises(FS2Error, match=message):
        parse_config({"model": {"output": "waveform"}, "training": {"waveform": values}})
