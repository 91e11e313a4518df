import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.config.files import load_config, merge, parse_config, read_files, read_yaml, with_includes
from fs2.errors import FS2Error
from fs2.nn.feed_forward_settings import SIZES

MAPPINGS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), st.integers()),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | st.integers()),
    max_leaves=12,
)
WAVEFORM = {"architecture": "fastspeech2s"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"trainig": {}}, ["trainig: unknown key; did you mean training?"]),
        ({"training": {"step": 5}}, ["training.step: unknown key"]),
        (
            {"training": {"warm_start": True}},
            ["unknown key; it is of fastspeech2s: write it into architectures.fastspeech2s.train"],
        ),
        ({"training": {"steps": "many"}}, ["training.steps", "'many'"]),
        ({"training": {"steps": 0}, "text": {"a": 1}}, ["training.steps", "text.a"]),
        ({"corpus": {"source": "folder", "path": "x"}}, ["corpus", "needs name"]),
        ({"corpus": {"source": "folder", "name": "x"}}, ["corpus", "path"]),
        ({"corpus": {"name": 123}}, ["corpus.name: must be text; put it into quotes (got 123)"]),
        ({"corpus": {"name": None}}, ["corpus.name: has no value"]),
        ({"corpus": {"name": "a" * 300}}, ["corpus.name", "100 characters", "...)"]),
        ({"corpus": {"path": "a" * 300}}, ["corpus.path", "255 bytes"]),
        ({"corpus": {"path": "a\0b"}}, ["corpus.path", "control characters"]),
        ({"corpus": {"path": "/data/{a}"}}, ["corpus.path", "braces"]),
        ({"corpus": {"path": "~nosuchuser/x"}}, ["corpus.path: there is no home folder for ~nos"]),
        ({"training.steps": 5}, ["write training: {steps: 5} in a file, or --config training='{"]),
        ({"steps": 5}, ["steps: unknown key; there is training.steps"]),
        ({"training": 5}, ["training: is a section: write its keys below it (got 5)"]),
        ({"training": {"steps": True}}, ["training.steps: must be a number (got True)"]),
        ({"training": {"steps": 10**23}}, ["training.steps: must not be above"]),
        ({"training": {"seed": -5}}, ["training.seed"]),
        ({"training": {"adam_betas": [0.9, 5]}}, ["training.adam_betas.1: "]),
        ({"training": {"learning_rate": float("inf")}}, ["training.learning_rate", "finite"]),
        ({"seeds": [True]}, ["seeds: must be a number"]),
        ({1: 2}, ["1: Keys should be strings"]),
        ({"corpus": {"name": "../elsewhere"}}, ["corpus.name"]),
        ({"audio": {"hop_length": 2048}}, ["audio", "hop_length"]),
        ({"features": {"f0_floor": 900}}, ["features", "f0_floor"]),
        ({"features": {"f0_ceiling": 20_000}}, ["features.f0_ceiling"]),
        ({"corpus": {"minimum_seconds": 20}}, ["corpus", "minimum_seconds"]),
        ({"systems": ["fastspeech2", "fastspeech2"]}, ["systems", "once"]),
        ({"model": {"dropout": 0.95}}, ["model.dropout"]),
        ({"model": {"hidden": 255}}, ["model", "hidden"]),
        ({"model": {"size": "huge"}}, ["model.size", "'paper' or 'small'"]),
        ({"model": 3}, ["model"]),
        (
            {"model": {"architecture": "x"}},
            ["model.architecture: 'x' is not known; known are: fastspeech2, fastspeech2s"],
        ),
        (
            {"vocoder": {"name": "x"}},
            ["vocoder: name: 'x' is not known; known are: hifigan_universal, ", "griffin_lim"],
        ),
        ({"vocoder": {"griffin_lim": {"x": 1}}}, ["vocoder.griffin_lim.x: unknown key"]),
        ({"vocoder": {"x": {}}}, ["vocoder.x: unknown key"]),
        (
            {"alignment": {"aligner": "x"}},
            ["alignment: aligner: 'x' is not known; known are: viter, mfa, textgrids"],
        ),
        ({"alignment": {"aligner": "textgrids"}}, ["alignment.textgrids.path"]),
        ({"alignment": {"viter": {"model": "x"}}}, ["alignment.viter.model", "'monophone', "]),
    ],
)
def test_a_bad_value_is_an_error_that_names_file_and_key(values, words):
    with pytest.raises(FS2Error) as caught:
        parse_config(values, "some.yaml")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("some.yaml: ")
    assert len(lines) == 1 + len(values), "each is said once"
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("model", "training", "message"),
    [
        ({"upsampling_factors": [4, 4]}, {}, r"model\.waveform_decoder: .* is 16, but .* 256"),
        ({"upsampling_factors": [1, 256]}, {}, "upsampling_factors must be 2 or more"),
        ({"stacks": 4}, {}, "blocks must be a multiple of stacks"),
        ({}, {"segment_size": 20000}, r"training\.segment_size: must be a multiple"),
        ({}, {"segment_size": 256}, "segment_size must be above half"),
        ({}, {"stft_hops": [1]}, "must be equally long"),
        ({}, {"stft_windows": [4096, 240, 50]}, "stft_windows must not be above"),
    ],
)
@pytest.mark.parametrize("where", ["model", "architectures", "vocoder"])
def test_bad_waveform_generators_and_trainings_are_named(where, model, training, message):
    values = {"model": {"waveform_decoder": model}, "training": training}
    if where == "vocoder":
        own = {"generator": model, "training": training}
        values = {"vocoder": {"name": "parallel_wavegan", "parallel_wavegan": own}}
        message = message.replace(r"model\.waveform_decoder", r"parallel_wavegan\.generator")
    elif where == "model":
        values = merge(values, {"model": WAVEFORM})
    else:
        values = {"architectures": {"fastspeech2s": values}}
        message = rf"architectures\.fastspeech2s(.|\n)*{message}"
    with pytest.raises(FS2Error, match=message):
        parse_config(values)


@pytest.mark.parametrize(
    ("architectures", "message"),
    [
        ({"x": {}}, r"'x' is not known; known are: fastspeech2, fastspeech2s"),
        ({"fastspeech2": {"training": {"steps": 3}}}, r"fastspeech2 is model\.architecture: write"),
        ({"fastspeech2s": {"audio": {}}}, "fastspeech2s may have model and training, but"),
        ({"fastspeech2s": {"training": {"stepz": 1}}}, r"fastspeech2s\.training\.stepz: unknown"),
        (
            {"fastspeech2s": {"model": {"waveform_decoder": {"stack": 1}}}},
            r"fastspeech2s\.model\.waveform_decoder\.stack: unknown key",
        ),
        ({"fastspeech2s": {"training": {"mel_weight": -1}}}, r"fastspeech2s\.training\.mel_weight"),
        ({"fastspeech2s": {"model": {"architecture": "fastspeech2"}}}, r"fastspeech2s\.model\.arc"),
        ({"fastspeech2s": {"model": 3}}, r"fastspeech2s\.model"),
    ],
)
def test_sections_of_other_architectures_are_checked_too(architectures, message):
    with pytest.raises(FS2Error, match=rf"^x\.yaml: .*\n  architectures(\.|: ){message}"):
        parse_config({"architectures": architectures}, "x.yaml")


def test_without_an_architecture_nothing_is_said_of_its_training():
    with pytest.raises(FS2Error, match=r"^[^\n]*\n  model\.architecture: 'x'[^\n]*$"):
        parse_config({"model": {"architecture": "x"}, "training": {"x": 1}})


def test_the_base_decides_which_architecture_is_another():
    values = {"model": WAVEFORM, "architectures": {"fastspeech2": {"training": {"steps": 3}}}}
    assert parse_config(values).training.steps == 600_000
    values["architectures"]["fastspeech2s"] = {}
    with pytest.raises(FS2Error, match=r"fastspeech2s is model\.architecture"):
        parse_config(values)


def test_size_sets_its_keys_and_a_key_beside_it_wins():
    small = parse_config({"model": {"size": "small"}}).section("model")
    assert small == small | SIZES["small"]
    assert parse_config({"model": {"size": "small", "hidden": 64}}).model.hidden == 64
    decoder = {"waveform_decoder": {"blocks": 4}}
    both = parse_config({"model": WAVEFORM | {"size": "small"} | decoder}).model.waveform_decoder
    assert (both.size, both.blocks) == ("small", 4)


def test_lists_may_be_given_as_on_the_command_line():
    for key in ("systems", "plugins", "system_folders"):
        for given_, wanted in (("a", ("a",)), ("a,b", ("a", "b")), (["a", "b"], ("a", "b"))):
            assert getattr(parse_config({key: given_}), key) == wanted


@pytest.mark.parametrize(
    "values",
    [
        {"training": None},
        {"model": None},
        {"vocoder": {"griffin_lim": None}},
        {"architectures": {"fastspeech2s": {"training": None}}},
        {"architectures": None},
    ],
)
def test_a_section_whose_keys_are_all_commented_out_is_empty(values):
    assert parse_config(values).hash() == parse_config({}).hash() or "architectures" in values
    below = {"training": {"steps": 5}, "vocoder": {"griffin_lim": {"iterations": 3}}}
    assert merge(below, values) == below | {k: v for k, v in values.items() if k not in below}


def test_a_corpus_is_named_by_its_source_unless_it_has_a_name():
    assert parse_config({"corpus": {"source": "kathleen"}}).corpus.name == "kathleen"
    assert parse_config({"corpus": {"source": "kathleen", "name": "k"}}).corpus.name == "k"
    assert parse_config({}).corpus.name == "asterisk"


def test_hash_follows_results_and_nothing_else():
    base = parse_config({}).hash()
    for same in (
        {"tracking": {"enabled": False}},
        {"systems": ["a"]},
        {"seeds": [1234, 2]},
        {"plugins": ["a.py"]},
        {"system_folders": ["a"]},
        {"training": {"seed": 1234}},
        {"vocoder": {"griffin_lim": {"iterations": 3}}},  # which is not chosen
    ):
        assert parse_config(same).hash() == base
    for other in (
        {"training": {"seed": 1}},
        {"vocoder": {"hifigan_universal": {"precision": "fp32"}}},
        {"architectures": {"fastspeech2s": {"training": {"steps": 3}}}},
    ):
        assert parse_config(other).hash() != base


def test_a_section_is_plain_and_holds_only_what_is_used():
    mel, waveform = parse_config({}), parse_config({"model": WAVEFORM})
    assert mel.section("training")["adam_betas"] == [0.9, 0.98]
    assert "segment_size" not in mel.section("training")
    assert "waveform_decoder" not in mel.section("model")
    assert "segment_size" in waveform.section("training")
    assert set(mel.section("vocoder")) == {"name", "hifigan_universal"}
    assert {"viter", "mfa", "textgrids"} & set(mel.section("alignment")) == {"viter"}
    vocoder = mel.vocoder.choose("griffin_lim")
    assert (vocoder.settings.iterations, vocoder.entry.name) == (60, "griffin_lim")
    assert vocoder.plain() == {"name": "griffin_lim", "griffin_lim": {"iterations": 60}}
    with pytest.raises(FS2Error, match=r"vocoder\.name: 'x' is not known"):
        mel.vocoder.choose("x")


@given(MAPPINGS, MAPPINGS)
def test_merge_overlay_wins_and_nothing_is_lost(base, overlay):
    merged = merge(base, overlay)
    assert set(merged) == set(base) | set(overlay)
    assert merge(merged, overlay) == merged
    for key, value in overlay.items():
        if not isinstance(value, dict):
            assert merged[key] == value


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n", None])
def test_an_unreadable_file_is_named(tmp_path, text):
    path = tmp_path / "broken.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(FS2Error, match=r"broken\.yaml"):
        load_config(path)


@pytest.fixture
def put(tmp_path):
    """Writes text into a file of the test's folder."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def test_a_file_lies_over_those_that_it_includes(put):
    put("deep/far.yaml", "a: far\nb: {x: far, y: far}\nc: far\n")
    put("deep/near.yaml", "include: far.yaml\na: near\nb: {x: near}\n")
    put("other.yaml", "include: deep/far.yaml\nb: {z: other}\nc: other\n")
    path = put("own.yaml", "include: [deep/near.yaml, other.yaml]\nb: {y: own}\n")
    # far.yaml is included twice, which is no loop; other.yaml is later than near.yaml
    assert read_yaml(path) == {
        "a": "far",
        "b": {"x": "far", "y": "own", "z": "other"},
        "c": "other",
    }
    assert read_yaml(put("none.yaml", "include:\na: 1\n")) == {"a": 1}


def test_an_include_that_cannot_be_is_named(put):
    path = put("own.yaml", "include: deep/missing.yaml\n")
    with pytest.raises(FS2Error, match=r"own\.yaml: include: no file .*deep/missing\.yaml"):
        read_yaml(path)
    put("deep/loop.yaml", "include: ../own.yaml\n")
    path = put("own.yaml", "include: deep/loop.yaml\n")
    with pytest.raises(FS2Error, match=r"own\.yaml: includes itself"):
        read_yaml(path)
    with pytest.raises(FS2Error, match=r"own\.yaml: include must name a file or a list of files"):
        read_yaml(put("own.yaml", "include: 3\n"))


def test_a_given_configuration_includes_from_a_folder_and_later_files_win(put, tmp_path):
    first = put("first.yaml", "seeds: [1]\nsystems: [a]\n")
    put("base.yaml", "seeds: [2]\ncorpus: {name: x}\n")
    second = put("second.yaml", "include: base.yaml\n")
    assert read_files([first, second]) == {"seeds": [2], "systems": ["a"], "corpus": {"name": "x"}}
    given = with_includes({"include": "second.yaml", "seeds": [3]}, tmp_path)
    assert given == {"seeds": [3], "corpus": {"name": "x"}}


def test_home_folder_may_be_abbreviated(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    textgrids = {"aligner": "textgrids", "textgrids": {"path": "~/grids"}}
    config = parse_config({"alignment": textgrids, "plugins": "~/a.py"})
    assert config.alignment.settings.path == str(tmp_path / "grids")
    assert config.plugins == (str(tmp_path / "a.py"),)


def test_checking_a_configuration_imports_nothing_heavy(repository):
    """The environment of MFA, in which a stage runs too, has no torch."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from fs2.config.files import read_yaml\n"
        "from fs2.systems.catalogue import Catalogue\n"
        "catalogue = Catalogue(read_yaml(Path('config/ljspeech.yaml')))\n"
        "print([catalogue.needs(name) for name in catalogue.names if not catalogue.config(name)])\n"
        "print(*sorted({'torch', 'librosa', 'mlflow', 'h5py', 'viter', 'tgt'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=repository)
    assert run.stdout == "[]\n\n"
