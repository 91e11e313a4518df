"""Registries of systems, vocoders and aligners, and the plugins that add to them."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from fs2.config.files import parse_config
from fs2.config.section import Section
from fs2.errors import FS2Error
from fs2.plugins import load_plugins
from fs2.registry import ALIGNERS, SYSTEMS, VOCODERS, Registry

REGISTRIES = (SYSTEMS, VOCODERS, ALIGNERS)
PLUGIN = """\
from fs2.config.section import Section
from fs2.registry import VOCODERS
from fs2.vocoder.entry import VocoderEntry

class Settings(Section):
    pitch: float = 150.0

class Whistle(VocoderEntry):
    name = "whistle"
    title = "A whistle"
    settings = Settings
    make = load = None

VOCODERS.add(Whistle())
"""


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.key)
def test_every_entry_is_found_by_its_name_and_complete(registry):
    for name, entry in registry.items():
        assert entry.name == name
        assert entry.title
        kinds = [entry.model, entry.training] if registry is SYSTEMS else [entry.settings]
        assert all(issubclass(kind, Section) for kind in kinds)
        assert not getattr(entry, "__abstractmethods__", None)


def test_an_entry_is_imported_when_it_is_asked_for():
    code = (
        "import sys\n"
        "from fs2.registry import ALIGNERS, SYSTEMS, VOCODERS\n"
        "assert 'tacotron3' not in SYSTEMS and 'mfa' in ALIGNERS and 'x' not in VOCODERS\n"
        "before = set(sys.modules)\n"
        "ALIGNERS['textgrids']\n"
        "print(*sorted(name for name in sys.modules if name.startswith('fs2.alignment')))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('fs2.vocoder')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    aligners = "fs2.alignment fs2.alignment.aligner fs2.alignment.textgrids"
    assert run.stdout.splitlines() == [aligners, ""]


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(FS2Error, match=r"^alignment\.aligner: 'x' is not known; known are: viter,"):
        ALIGNERS["x"]


def test_a_name_is_taken_once():
    registry = Registry("some.key", {"shipped": "fs2.vocoder.griffin_lim:VOCODER"})
    first, second = SimpleNamespace(name="own"), SimpleNamespace(name="own")
    registry.add(first)
    registry.add(first)  # the same again is no other
    assert registry["own"] is first
    for taken in (second, SimpleNamespace(name="shipped")):
        with pytest.raises(FS2Error, match=rf"some\.key: '{taken.name}' is taken"):
            registry.add(taken)
    assert list(registry) == ["shipped", "own"]
    registry.remove("own")
    registry.add(second)
    assert registry["own"] is second


def test_a_plugin_adds_a_choice_with_its_own_section(restored_registries, tmp_path):
    (tmp_path / "plugin.py").write_text(PLUGIN)
    values = {"plugins": [str(tmp_path / "plugin.py")], "vocoder": {"name": "whistle"}}
    with pytest.raises(FS2Error, match="'whistle' is not known"):
        parse_config(values)
    load_plugins(values)
    load_plugins([tmp_path / "plugin.py"])  # nothing the second time
    assert list(VOCODERS)[-1] == "whistle"
    assert parse_config(values).section("vocoder") == {"name": "whistle", "whistle": {"pitch": 150}}
    values["vocoder"]["whistle"] = {"pitsch": 1}
    with pytest.raises(FS2Error, match=r"vocoder\.whistle\.pitsch: unknown key"):
        parse_config(values)
    (tmp_path / "again.py").write_text(PLUGIN)
    with pytest.raises(FS2Error, match=r"vocoder\.name: 'whistle' is taken"):
        load_plugins({"plugins": str(tmp_path / "again.py")})


def test_what_a_plugin_adds_changes_no_hash_and_no_saved_configuration(
    restored_registries, tmp_path
):
    before = parse_config({})
    (tmp_path / "plugin.py").write_text(PLUGIN)
    load_plugins([tmp_path / "plugin.py"])
    after = parse_config({})
    assert after.hash() == before.hash()
    assert after.deciding() == before.deciding()
    assert parse_config(after.deciding()).hash() == before.hash()


@pytest.mark.parametrize("value", [3, [3], {"a": 1}])
def test_plugins_must_be_paths(value):
    with pytest.raises(FS2Error, match="plugins: "):
        load_plugins({"plugins": value})


def test_no_plugins_are_none():
    load_plugins({"plugins": None})
    assert parse_config({"plugins": None}).plugins == ()
    assert parse_config({"plugins": "a b.py,c.py"}).plugins == ("a b.py", "c.py")


def test_plugins_of_the_test_before_are_forgotten():
    assert "whistle" not in VOCODERS
    assert not any(name.startswith("fs2_plugin_") for name in sys.modules)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.py", None, r"missing\.py is no Python file"),
        ("plugin.txt", "", r"plugin\.txt is no Python file"),
        ("broken.py", "1 / 0", r"broken\.py cannot be imported \(ZeroDivisionError"),
        ("syntax.py", "def", r"syntax\.py cannot be imported \(SyntaxError"),
        ("needs.py", "import no_such_package", r"needs\.py cannot be imported \(ModuleNotFound"),
    ],
)
@pytest.mark.usefixtures("restored_registries")
def test_a_plugin_that_cannot_be_loaded_is_named(tmp_path, name, text, message):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    for _ in range(2):  # the first failure leaves nothing that looks loaded
        with pytest.raises(FS2Error, match=f"^plugins: {tmp_path}/{message}"):
            load_plugins({"plugins": str(path)})


def test_without_plugins_nothing_is_loaded():
    load_plugins({})
    load_plugins([])
