"""`config/README.md` and `config/schema.json` say what the schema says."""

import jsonschema
import pytest
import yaml

from fs2.config.files import parse_config, read_yaml
from fs2.config.schema import Config
from fs2.config.section import Section
from fs2.config_reference import FOLDER, json_schema, reference
from fs2.errors import FS2Error
from fs2.files import write_json
from fs2.registry import ALIGNERS, SYSTEMS, VOCODERS

FILES = sorted(FOLDER.glob("*.yaml"))


def is_section(field):
    return isinstance(field.annotation, type) and issubclass(field.annotation, Section)


def sections(kind):
    """A section and all sections in it."""
    yield kind
    for field in filter(is_section, kind.model_fields.values()):
        yield from sections(field.annotation)


@pytest.fixture(scope="module")
def validator():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_page_agrees_with_the_schema():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert page == reference(), "run `make config`"


def test_the_json_schema_agrees_with_the_schema(tmp_path):
    write_json(tmp_path / "schema.json", json_schema())
    shipped = (FOLDER / "schema.json").read_text(encoding="utf-8")
    assert shipped == (tmp_path / "schema.json").read_text(encoding="utf-8"), "run `make config`"


def test_every_key_and_section_is_described():
    own = [part for system in SYSTEMS.values() for part in (system.model, system.training)]
    own += [entry.settings for registry in (VOCODERS, ALIGNERS) for entry in registry.values()]
    for kind in {inner for root in (Config, *own) for inner in sections(root)}:
        assert kind.__doc__
        for key, field in kind.model_fields.items():
            assert field.description or is_section(field) or key == "architecture", (kind, key)


def test_the_page_has_every_key_of_every_entry():
    page = reference()
    for title, registry in (("vocoder", VOCODERS), ("alignment", ALIGNERS)):
        for name, entry in registry.items():
            table = page.split(f"## `{title}.{name}`\n")[1].split("\n## ")[0]
            for key in entry.settings.model_fields:
                assert f"| `{key}` |" in table or f"## `{title}.{name}.{key}`" in page
    for name, system in SYSTEMS.items():
        for title in ("model", "training"):
            assert f"## `{title}`: {name}\n" in page
            for key in getattr(system, title).model_fields:
                assert f"| `{key}` |" in page or f"## `{title}.{key}`" in page


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_json_schema_lets_every_shipped_configuration_through(validator, file):
    for values in (read_yaml(file), yaml.safe_load(file.read_text(encoding="utf-8"))):
        validator.validate(values)


@pytest.mark.parametrize(
    "values",
    [
        {"trainig": {}},
        {"training": {"step": 5}},
        {"training": {"steps": "many"}},
        {"audio": {"n_fft": 3}},
        {"model": {"architecture": "x"}},
        {"model": {"architecture": "fastspeech2", "waveform_decoder": {}}},
        {"architectures": {"x": {}}},
        {"architectures": {"fastspeech2s": {"audio": {}}}},
        {"architectures": {"fastspeech2s": {"training": {"stepz": 1}}}},
        {"architectures": {"fastspeech2s": {"model": {"architecture": "fastspeech2"}}}},
        {"vocoder": {"name": "x"}},
        {"vocoder": {"x": {}}},
        {"vocoder": {"griffin_lim": {"x": 1}}},
        {"vocoder": {"parallel_wavegan": {"generator": {"source": "x"}}}},
        {"alignment": {"aligner": "x"}},
        {"alignment": {"mfa": {"clips_per_speaker": 0}}},
    ],
)
def test_both_schemas_refuse_the_same(validator, values):
    assert not validator.is_valid(values)
    with pytest.raises(FS2Error):
        parse_config(values)
