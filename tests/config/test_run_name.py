import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.config.files import mel_system, parse_config, read_yaml, system_config
from fs2.config.run_name import label_of, labels_of, split_label
from fs2.errors import FS2Error

NAMES = st.from_regex(r"[a-z][a-z0-9]*(-[a-z]+)*", fullmatch=True)
SEEDS = st.integers(0, 10**9)


@given(NAMES, SEEDS, SEEDS)
def test_a_label_tells_system_and_seed(system, seed, first):
    label = label_of(system, seed, first)
    assert split_label(label) == (system, None if seed == first else seed)


def test_labels_of_systems_and_seeds():
    assert labels_of(["a", "b-c"], [1234, 2], 1234) == ["a", "a-seed2", "b-c", "b-c-seed2"]


@pytest.mark.parametrize("name", ["a-seed", "a-seed02", "a-seed2x", "a-seeds2", "-seed2"])
def test_what_only_looks_like_a_seed_is_part_of_the_name(name):
    assert split_label(name) == (name, None)


def test_a_label_has_the_configuration_of_its_system_with_its_seed(tmp_path):
    (tmp_path / "tiny.yaml").write_text("model: {hidden: 8}\n")
    plain, other = (system_config({}, label, tmp_path) for label in ("tiny", "tiny-seed2"))
    assert (plain.training.seed, other.training.seed) == (1234, 2)
    assert other.model == plain.model
    assert other.training == plain.training.model_copy(update={"seed": 2})
    assert system_config({"seeds": [1234, 2]}, "tiny", tmp_path).section("training") == (
        plain.section("training")
    )


def test_a_system_has_one_label_a_seed_and_does_not_choose_it(tmp_path):
    (tmp_path / "tiny.yaml").write_text("model: {hidden: 8}\n")
    with pytest.raises(FS2Error, match=r"1234 is training\.seed, so its name is tiny"):
        system_config({}, "tiny-seed1234", tmp_path)
    (tmp_path / "own.yaml").write_text("training: {seed: 5}\n")
    with pytest.raises(FS2Error, match=r"own\.yaml: training\.seed cannot be changed"):
        system_config({}, "own", tmp_path)


def test_fastspeech2s_begins_with_the_same_seed(repository):
    values = read_yaml(repository / "config" / "config.yaml")
    for label, start in (
        ("fastspeech2s-no-cwt-seed2", "fastspeech2-no-cwt-seed2"),
        ("fastspeech2s-seed2", "fastspeech2-seed2"),
        ("fastspeech2s", "fastspeech2"),
        ("fastspeech2-seed2", None),
        ("fastspeech2s-no-mel-decoder-seed2", None),
    ):
        assert mel_system(label, system_config(values, label)) == start


def test_seeds_are_all_seeds_or_that_of_the_training():
    assert parse_config({"training": {"seed": 7}}).all_seeds == (7,)
    for given_ in ([1234, 2], "1234,2", "1234 2"):
        assert parse_config({"seeds": given_}).all_seeds == (1234, 2)
    assert parse_config({"seeds": 2}).all_seeds == (2,)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"seeds": []}, "seeds: .*must list a seed"),
        ({"seeds": [2, 2]}, "seeds: .*each seed must be listed once"),
        ({"seeds": [-1]}, "seeds: .*must not be negative"),
        ({"seeds": ["x"]}, r"seeds\.0: .*integer"),
        ({"systems": ["a", "b-seed2"]}, "systems: .*write b here, and 2 into seeds"),
    ],
)
def test_bad_seeds_are_named(values, words):
    with pytest.raises(FS2Error, match=words):
        parse_config(values)


def test_a_list_of_seeds_is_no_other_configuration():
    assert parse_config({"seeds": [1234, 2]}).hash() == parse_config({}).hash()
