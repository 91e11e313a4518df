"""Configuration files: read with what they include, laid over each other, checked."""

from collections.abc import Iterable
from inspect import get_annotations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fs2.config.complaints import complaint, key_of
from fs2.config.schema import DEFAULT_ARCHITECTURE, SYSTEM_SECTIONS, Config
from fs2.config.section import Section
from fs2.config.yaml_file import read_mapping
from fs2.errors import FS2Error
from fs2.plugins import load_plugins
from fs2.registry import SYSTEMS

INCLUDE = "include"
"""Key of a file: other files, whose values it lays its own over."""
FOLLOWS_FROM_ANOTHER = "default_factory_not_called"
"""pydantic's word for a default that could not be made since another key is wrong."""


def merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """`overlay` laid over `base`; nested mappings are merged, everything else replaced.

    Nothing (null) over a mapping leaves it as it is: a section without a key.
    """
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict | None):
            merged[key] = merge(below, value or {})
        else:
            merged[key] = value
    return merged


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping of a YAML file, laid over those of the files that it includes.

    The key `include` names one file or a list of them, relative to the file's own folder; later
    ones win. Raises FS2Error that names the file if it is missing, no mapping, or includes itself.
    """
    return _read(Path(path), ())


def read_files(paths: Iterable[Path]) -> dict[str, Any]:
    """The mappings of several files, each with what it includes, later ones laid over earlier."""
    values: dict[str, Any] = {}
    for path in paths:
        values = merge(values, read_yaml(path))
    return values


def with_includes(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Plain values laid over those of the files that they include, relative to `folder`."""
    return _included(values, folder, (), f"{folder}")


def _read(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    values = read_mapping(path)
    if path.resolve() in above:
        raise FS2Error(f"{path}: includes itself")
    return _included(values, path.parent, (*above, path.resolve()), str(path))


def _included(
    values: dict[str, Any], folder: Path, above: tuple[Path, ...], origin: str
) -> dict[str, Any]:
    own = {key: value for key, value in values.items() if key != INCLUDE}
    names = values.get(INCLUDE) or []
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FS2Error(f"{origin}: {INCLUDE} must name a file or a list of files")
    below: dict[str, Any] = {}
    for name in names:
        path = folder / Path(name).expanduser()
        if not path.is_file():
            raise FS2Error(f"{origin}: {INCLUDE}: no file {path}")
        below = merge(below, _read(path, above))
    return merge(below, own)


def parse_config(values: dict[str, Any], origin: str = "configuration") -> Config:
    """Check plain values against the schema. FS2Error names `origin` and every wrong key."""
    config = _check(values, origin)
    for name in config.architectures:
        _check(architecture_values(values, name), origin, ("architectures", name))
    return config


def load_config(path: Path) -> Config:
    """Read and check a configuration file that the user runs, with the plugins that it names."""
    values = read_yaml(path)
    load_plugins(values)
    return parse_config(values, str(path))


def architecture_values(values: dict[str, Any], name: str) -> dict[str, Any]:
    """The plain values of a configuration for the systems of one architecture.

    Those of `model.architecture` have the sections model and training as they are. Those of another
    take the keys that both architectures share, which are those that the schemas of both have from
    the same class (not `steps`, which each defines anew), and lay `architectures.<name>` over them.
    """
    base = {key: value for key, value in values.items() if key != "architectures"}
    chosen = chosen_architecture(values)
    if name == chosen:
        return base
    for section in SYSTEM_SECTIONS:
        kinds = (getattr(SYSTEMS[which], section) for which in (name, chosen))
        shared = _shared_keys(*kinds)
        base[section] = {k: v for k, v in (base.get(section) or {}).items() if k in shared}
    base["model"]["architecture"] = name
    return merge(base, (values.get("architectures") or {}).get(name) or {})


def chosen_architecture(values: dict[str, Any]) -> str:
    """The value of `model.architecture` in plain values that were checked, or its default."""
    model: dict[str, Any] = values.get("model") or {}
    return str(model.get("architecture", DEFAULT_ARCHITECTURE))


def _shared_keys(first: type[Section], second: type[Section]) -> set[str]:
    """The keys of the classes that both derive from, but those that either defines anew."""
    kinds = [kind for kind in (*first.__mro__, *second.__mro__) if issubclass(kind, Section)]
    common = [kind for kind in kinds if issubclass(first, kind) and issubclass(second, kind)]
    anew = {key for kind in kinds if kind not in common for key in get_annotations(kind)}
    return {key for kind in common for key in kind.model_fields} - anew


def _check(values: dict[str, Any], origin: str, prefix: tuple[str, ...] = ()) -> Config:
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = [
            f"  {key_of((*prefix, *item['loc']))}: {complaint(item, (*prefix, *item['loc']))}"
            for item in error.errors()
            if item["type"] != FOLLOWS_FROM_ANOTHER
        ]
        raise FS2Error(f"{origin}: not a valid configuration\n" + "\n".join(lines)) from error
