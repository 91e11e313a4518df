import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.config.files import parse_config, read_yaml
from fs2.config.run_name import RunName, run_names, system_of
from fs2.errors import FS2Error
from fs2.systems.catalogue import Catalogue

NAMES = st.from_regex(r"[a-z][a-z0-9]*(-[a-z]+)*", fullmatch=True)
SEEDS = st.integers(0, 10**9)


@given(NAMES, SEEDS, SEEDS)
def test_a_name_tells_system_and_seed(system, seed, first):
    name = RunName.of(system, seed, first)
    assert RunName.parse(str(name)) == name == RunName(system, None if seed == first else seed)
    assert system_of(str(name)) == system
    assert RunName.parse(str(name.of_system("b"))) == RunName("b", name.seed)


def test_names_of_systems_and_seeds():
    assert run_names(["a", "b-c"], [1234, 2], 1234) == ["a", "a-seed2", "b-c", "b-c-seed2"]


@pytest.mark.parametrize("name", ["a-seed", "a-seed02", "a-seed2x", "a-seeds2", "-seed2"])
def test_what_only_looks_like_a_seed_is_part_of_the_name(name):
    assert RunName.parse(name) == RunName(name)


def test_a_run_has_the_configuration_of_its_system_with_its_seed(tmp_path):
    (tmp_path / "tiny.yaml").write_text("model: {hidden: 8}\n")
    catalogue = Catalogue({}, (tmp_path,))
    plain, other = catalogue.config("tiny"), catalogue.config("tiny-seed2")
    assert (plain.training.seed, other.training.seed) == (1234, 2)
    assert other.model == plain.model
    assert other.training == plain.training.model_copy(update={"seed": 2})
    several = Catalogue({"seeds": [1234, 2]}, (tmp_path,)).config("tiny")
    assert several.section("training") == plain.section("training")
    with pytest.raises(FS2Error, match=r"1234 is training\.seed, so its name is tiny"):
        catalogue.config("tiny-seed1234")


def test_fastspeech2s_begins_with_the_same_seed(repository):
    catalogue = Catalogue(read_yaml(repository / "config" / "config.yaml"))
    for run, needs in (
        ("fastspeech2s-no-cwt-seed2", {"start": "fastspeech2-no-cwt-seed2"}),
        ("fastspeech2s-seed2", {"start": "fastspeech2-seed2"}),
        ("fastspeech2s", {"start": "fastspeech2"}),
        ("fastspeech2-seed2", {}),
        ("fastspeech2s-no-mel-decoder-seed2", {}),
    ):
        assert catalogue.needs(run) == needs


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
        ({"seeds": [-1]}, r"seeds\.0: .*greater than or equal to 0"),
        ({"seeds": ["x"]}, r"seeds\.0: .*integer"),
        ({"systems": ["a", "b-seed2"]}, "systems: .*write b here, and 2 into seeds"),
    ],
)
def test_bad_seeds_are_named(values, words):
    with pytest.raises(FS2Error, match=words):
        parse_config(values)
