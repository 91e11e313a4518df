"""Writes config/README.md from the schema: `make config`."""

import json
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from fs2.config.files import OVERLAY_SECTIONS
from fs2.config.schema import Config
from fs2.config.section import Section, UserPath
from fs2.nn.waveform_settings import WAVEFORM_GENERATOR_SIZES
from fs2.systems.fastspeech2.settings import SIZES

INTRODUCTION = """\
# Configuration

<!-- Written by `make config` from the schema in fs2/config.py: do not edit. -->

A configuration is one YAML file. It holds only what differs from the defaults below; an unknown key
or a value out of range stops the workflow with a message that names the key.

| file | is for |
|---|---|
| `config.yaml` | the demo, used unless `--configfile` names another |
| `kathleen.yaml` | an hour of one good voice, for two CPU cores |
| `ljspeech.yaml` | the paper at full size, for a machine with a GPU |
| `systems/<system>.yaml` | what one system changes, in a few lines |

```
snakemake --cores all --configfile config/kathleen.yaml
snakemake --cores all --config systems=fastspeech2 training="{steps: 500}"
snakemake --cores all --config systems="[fastspeech2,fastspeech2-no-cwt]" seeds="[1234,2]"
```

**Systems.** `systems` lists what to train and compare. The file of a system may change keys of the
sections OVERLAY, and may hold a `description`. A new system is a new file. The
recordings, and the recordings through mel and vocoder, are always evaluated beside them.

**Seeds.** `seeds: [1234, 2]` trains each system once with each seed, as jobs of their own. The seed
`training.seed` has the system's name in `results/`, every other one a suffix: `fastspeech2-seed2`.
A further seed or system leaves what is finished alone.

**What runs again.** A changed key re-runs the stages that use it and what follows them: that of its
section; for `model` the training, for `audio` every stage that uses the key, for `tracking` none.
A change of the code under `fs2/` re-runs nothing by itself: ask with `-R <rule>`. Most stages are
one rule of their name; two are more, `-R vocoder vocoder_training`, `-R evaluation pitch speed`.

**Paths** are relative to the folder in which Snakemake runs. A file that a key names is an input of
its stage: change the file, and the stage runs again.

**Size.** `model.size: small` stands for SMALL; a key given beside it wins.
"""


def reference() -> str:
    """The whole page: an introduction, and a table for each section."""
    size = ", ".join(_preset(SIZES["small"]))
    size += ", and for a waveform generator " + ", ".join(
        _preset(WAVEFORM_GENERATOR_SIZES["small"])
    )
    overlay = ", ".join(f"`{name}`" for name in OVERLAY_SECTIONS)
    parts = [INTRODUCTION.replace("OVERLAY", overlay).replace("SMALL", size)]
    top = {name: field for name, field in Config.model_fields.items() if not _section(field)}
    parts.append(_table("Top level", "", top))
    parts += _section_tables("", Config)
    return "\n".join(parts)


def _section_tables(prefix: str, section: type[Section]) -> list[str]:
    """A table for each section in `section`, and for those in them."""
    tables = []
    for name, field in section.model_fields.items():
        if inner := _section(field):
            title = f"`{prefix}{name}`"
            keys = {key: value for key, value in inner.model_fields.items() if not _section(value)}
            text = field.description or inner.__doc__ or ""
            tables.append(_table(title, text, keys))
            tables += _section_tables(f"{prefix}{name}.", inner)
    return tables


def _preset(values: dict[str, Any]) -> list[str]:
    return [f"`{key}: {value}`" for key, value in values.items() if not isinstance(value, dict)]


def _section(field: FieldInfo) -> type[Section] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _table(title: str, text: str, fields: dict[str, FieldInfo]) -> str:
    lines = [f"## {title}", "", *([text, ""] if text else [])]
    lines += ["| key | default | allowed | meaning |", "|---|---|---|---|"]
    for name, field in fields.items():
        default = json.dumps(field.get_default(call_default_factory=True))
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        lines.append(f"| `{name}` | `{default}` | {_allowed(field)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _allowed(field: FieldInfo) -> str:
    bounds = [_bound(limit) for limit in field.metadata]
    return ", ".join([_kind(field.annotation), *filter(None, bounds)])


def _kind(kind: Any) -> str:
    """A type in a reader's words."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return "path" if kind is UserPath else f"positive {_kind(inner[0])}"
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(part) for part in inner)
    if origin is tuple:
        many = inner[-1] is Ellipsis
        return f"list of {'' if many else f'{len(inner)} '}{_kind(inner[0])}s"
    words = {bool: "true or false", int: "integer", float: "number", str: "text"}
    return "null" if kind is type(None) else words[kind]


def _bound(limit: Any) -> str:
    signs = {Ge: (">=", "ge"), Gt: (">", "gt"), Le: ("<=", "le"), Lt: ("<", "lt")}
    if type(limit) in signs:
        sign, name = signs[type(limit)]
        return f"{sign} {getattr(limit, name):g}"
    pattern = getattr(limit, "pattern", None)
    return f"pattern `{pattern}`" if pattern else ""


if __name__ == "__main__":
    print(reference(), end="")
