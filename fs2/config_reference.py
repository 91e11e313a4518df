"""The reference of the configuration, from its schema: `make config` writes both files.

`config/README.md` is for readers, `config/schema.json` for editors: a first line
`# yaml-language-server: $schema=schema.json` makes them check and complete a configuration.
"""

import json
import types
from inspect import get_annotations
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from fs2.config.files import INCLUDE
from fs2.config.schema import SYSTEM_SECTIONS, Config
from fs2.config.section import ChosenSection, Section, UserPath, section_of
from fs2.files import write_json, write_text
from fs2.nn.waveform_settings import WAVEFORM_GENERATOR_SIZES
from fs2.registry import SYSTEMS
from fs2.systems.catalogue import OVERLAY_SECTIONS, SystemFile

FOLDER = Path(__file__).resolve().parents[1] / "config"

INTRODUCTION = """\
# Configuration

<!-- Written by `make config` from the schema in fs2/config/: do not edit. -->

A configuration is one YAML file. It holds only what differs from the defaults below; an unknown key
or a value out of range stops the workflow with a message that names the key.

| file | is for |
|---|---|
| `config.yaml` | the demo, used unless `--configfile` names another |
| `kathleen.yaml` | an hour of one good voice, for two CPU cores |
| `small.yaml` | what these two include: the size and training for two CPU cores |
| `ljspeech.yaml` | the paper at full size, for a machine with a GPU |
| `systems/<system>.yaml` | what one system is and changes, in a few lines |
| `schema.json` | the schema, for editors that check and complete YAML |

An editor with a YAML language server (VS Code, Neovim, Emacs and others) checks and completes a
file whose first line is `# yaml-language-server: $schema=` with the path or URL of `schema.json`
after it. The files here have it.

```
snakemake --cores all --configfile config/kathleen.yaml
snakemake --cores all --config systems=fastspeech2 training="{steps: 500}"
snakemake --cores all --config systems="[fastspeech2,fastspeech2-no-cwt]" seeds="[1234,2]"
```

**Included files.** `include: small.yaml` lays a file over another one, or over a list of them,
named from its own folder. A system's file can do so too.

**Systems.** `systems` lists what to train and compare. The file of a system may change keys of the
sections OVERLAY. It also says what the system is compared with, what it begins with,
and which row of the paper's tables it is (last table below). A new system is a new file, in
`config/systems/` or in a folder of your own (`system_folders`). The recordings, and the recordings
through mel and vocoder, are always evaluated beside them.

**Architectures.** `model.architecture` chooses the network. The sections `model` and `training`
have the keys of that architecture. A system of another one takes from them the keys that both
share (the tables below say whose they are; `steps` is never shared), and the rest from
`architectures.<its architecture>`, which wins:

```yaml
model: {size: small}                 # FastSpeech 2; the size is shared
training: {steps: 2500}              # FastSpeech 2
architectures:
  fastspeech2s:
    training: {steps: 1600, warm_start: true}
```

**Vocoders and aligners** have a section each, below `vocoder` and `alignment`. Only that of the
chosen one decides a result.

**Seeds.** `seeds: [1234, 2]` trains each system once with each seed, as jobs of their own. The seed
`training.seed` has the system's name in `results/`, every other one a suffix: `fastspeech2-seed2`.
A further seed or system leaves what is finished alone.

**What runs again.** A changed key re-runs the stages that use it and what follows them: that of its
section; for `model` the training, for `audio` every stage that uses the key, for `tracking` none.
A change of the code under `fs2/` re-runs nothing by itself: ask with `-R <rule>`. Most stages are
one rule of their name; one is more: `-R evaluation pitch speed`.

**Paths** are relative to the folder in which Snakemake runs. A file that a key names is an input of
its stage: change the file, and the stage runs again.

**Size.** What `size: small` stands for; a key given beside it wins.

SMALL
"""


def reference() -> str:
    """The whole page: an introduction, and a table for each section."""
    sizes = {system.title: system.model.SIZES["small"] for system in SYSTEMS.values()}
    sizes["a waveform generator"] = WAVEFORM_GENERATOR_SIZES["small"]
    size = "\n".join(f"- for {what}: {', '.join(_preset(keys))}" for what, keys in sizes.items())
    overlay = ", ".join(f"`{name}`" for name in OVERLAY_SECTIONS)
    parts = [INTRODUCTION.replace("OVERLAY", overlay).replace("SMALL", size)]
    top = {name: field for name, field in Config.model_fields.items() if not _section(field)}
    parts.append(_table("Top level", "", top))
    for name, field in Config.model_fields.items():
        kind = _section(field)
        if name in SYSTEM_SECTIONS:
            parts += _architecture_tables(name)
        elif kind and issubclass(kind, ChosenSection):
            parts.append(_own_table(name, kind))
            for entry in kind.REGISTRY.values():
                parts.append(_own_table(f"{name}.{entry.name}", entry.settings))
                parts += _section_tables(f"{name}.{entry.name}.", entry.settings)
        elif kind:
            parts.append(_own_table(name, kind))
            parts += _section_tables(f"{name}.", kind)
    parts.append(_table("The file of a system", SystemFile.__doc__ or "", _keys(SystemFile)))
    return "\n".join(parts)


def _architecture_tables(section: str) -> list[str]:
    """A table for each class that the schemas of the architectures are made of, shared ones first.

    A key that a later table repeats has another default there.
    """
    users: dict[type[Section], list[str]] = {}
    for name, system in SYSTEMS.items():
        for kind in reversed(getattr(system, section).__mro__):
            if issubclass(kind, Section) and kind is not Section:
                users.setdefault(kind, []).append(name)
    groups: dict[tuple[str, ...], list[type[Section]]] = {}
    for kind, users_of in sorted(users.items(), key=lambda item: -len(item[1])):
        groups.setdefault(tuple(users_of), []).append(kind)
    tables = []
    for names, kinds in groups.items():
        whose = "every architecture" if len(names) == len(SYSTEMS) else ", ".join(names)
        keys = {key: field for kind in kinds for key, field in _own_keys(kind).items()}
        tables.append(_table(f"`{section}`: {whose}", "", keys))
        tables += [table for kind in kinds for table in _section_tables(f"{section}.", kind)]
    return tables


def _own_keys(kind: type[Section]) -> dict[str, FieldInfo]:
    """The keys that a class itself adds, or gives another default."""
    own = get_annotations(kind)
    return {name: field for name, field in _keys(kind).items() if name in own}


def _keys(kind: type[Section]) -> dict[str, FieldInfo]:
    """The keys of a section that are no sections themselves."""
    return {key: value for key, value in kind.model_fields.items() if not _section(value)}


def _own_table(title: str, kind: type[Section]) -> str:
    return _table(f"`{title}`", kind.__doc__ or "", _keys(kind))


def _section_tables(prefix: str, section: type[Section]) -> list[str]:
    """A table for each section in `section`, and for those in them."""
    tables = []
    own = get_annotations(section)
    for name, field in section.model_fields.items():
        inner = _section(field)
        if inner and name in own:
            text = field.description or inner.__doc__ or ""
            tables.append(_table(f"`{prefix}{name}`", text, _keys(inner)))
            tables += _section_tables(f"{prefix}{name}.", inner)
    return tables


def _preset(values: dict[str, Any]) -> list[str]:
    return [f"`{key}: {value}`" for key, value in values.items() if not isinstance(value, dict)]


def _section(field: FieldInfo) -> type[Section] | None:
    return section_of(field.annotation)


def _table(title: str, text: str, fields: dict[str, FieldInfo]) -> str:
    lines = [f"## {title}", "", *([text, ""] if text else [])]
    lines += ["| key | default | allowed | meaning |", "|---|---|---|---|"]
    for name, field in fields.items():
        default = _default(field)
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{name}` | `{default}` | {_allowed(field)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    """As JSON; empty for a key that must be given."""
    if field.is_required():
        return ""
    return json.dumps(field.get_default(call_default_factory=True))


def _allowed(field: FieldInfo) -> str:
    bounds = [_bound(limit) for limit in field.metadata]
    return ", ".join([_kind(field.annotation), *filter(None, bounds)])


def _kind(kind: Any) -> str:
    """A type in a reader's words."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return "path" if kind == UserPath else _kind(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(part) for part in inner)
    if origin is tuple:
        many = inner[-1] is Ellipsis
        each = ", ".join(filter(None, map(_bound, _limits(inner[0]))))
        items = f"list of {'' if many else f'{len(inner)} '}{_kind(inner[0])}s"
        return items + (f", each {each}" if each else "")
    if origin is dict or kind is Any:
        return "mapping"
    words = {bool: "true or false", int: "integer", float: "number", str: "text"}
    return "null" if kind is type(None) else words[kind]


def _limits(kind: Any) -> list[Any]:
    """What an annotated type says besides its kind."""
    extras = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return [limit for extra in extras for limit in getattr(extra, "metadata", [extra])]


def _bound(limit: Any) -> str:
    signs = {Ge: (">=", "ge"), Gt: (">", "gt"), Le: ("<=", "le"), Lt: ("<", "lt")}
    if type(limit) in signs:
        sign, name = signs[type(limit)]
        return f"{sign} {getattr(limit, name):g}"
    pattern = getattr(limit, "pattern", None)
    return f"pattern `{pattern}`" if pattern else ""


def json_schema() -> dict[str, Any]:
    """The schema of a configuration file as JSON schema, with every known system and vocoder."""
    schema = Config.model_json_schema()
    definitions = schema["$defs"]
    variants: dict[str, dict[str, Any]] = {name: {} for name in SYSTEM_SECTIONS}
    for name, system in SYSTEMS.items():
        for section in SYSTEM_SECTIONS:
            variants[section][name] = _reference_to(getattr(system, section), definitions)
    for section, kinds in variants.items():
        schema["properties"][section] = {"anyOf": list(kinds.values())}
    schema["properties"]["architectures"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {
                "type": "object",
                "additionalProperties": False,
                "properties": {section: variants[section][name] for section in SYSTEM_SECTIONS},
            }
            for name in SYSTEMS
        },
    }
    for kind in _chosen_sections():
        definition = definitions[kind.__name__]
        definition["additionalProperties"] = False
        definition["properties"][kind.CHOICE]["enum"] = list(kind.REGISTRY)
        for name, entry in kind.REGISTRY.items():
            definition["properties"][name] = _reference_to(entry.settings, definitions)
    text = {"type": "string"}
    for key in ("systems", "seeds", "plugins", "system_folders"):  # one of them need be no list
        values = schema["properties"][key]
        if "anyOf" not in values:
            values["anyOf"] = [{"type": values.pop("type"), "items": values.pop("items")}]
        values["anyOf"] += [text, {"type": "integer"}] if key == "seeds" else [text]
    schema["properties"][INCLUDE] = {"anyOf": [text, {"type": "array", "items": text}]}
    return schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def _reference_to(kind: type[Section], definitions: dict[str, Any]) -> dict[str, Any]:
    """A reference to the schema of a section, which is added to the definitions."""
    own = kind.model_json_schema()
    definitions |= own.pop("$defs", {})
    definitions[kind.__name__] = own
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _chosen_sections() -> list[type[ChosenSection]]:
    kinds = map(_section, Config.model_fields.values())
    return [kind for kind in kinds if kind and issubclass(kind, ChosenSection)]


def main() -> None:
    """Write both files."""
    write_text(FOLDER / "README.md", reference())
    write_json(FOLDER / "schema.json", json_schema())


if __name__ == "__main__":
    main()
