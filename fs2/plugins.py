"""Systems, vocoders and aligners of one's own, from Python files that the configuration names.

A plugin is a file that adds entries to the registries when it is imported:

    from fs2.registry import VOCODERS

    VOCODERS.add(MyVocoder())

Only a configuration that the user runs loads plugins: a trained model or a voice never does.
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from fs2.errors import FS2Error


def load_plugins(values: Mapping[str, Any] | Iterable[str | Path]) -> None:
    """Import each plugin once: the files of the key `plugins` of plain values, or of a list.

    Raises FS2Error if a file is missing or cannot be imported, or the key holds something else.
    """
    for path in listed_paths(values.get("plugins") if isinstance(values, Mapping) else values):
        _load(Path(path).expanduser().resolve())


def listed_paths(value: Any) -> tuple[str, ...]:
    """The paths of a list, or of a text with commas as the command line's --config gives it."""
    if value is None:
        return ()
    paths = value.split(",") if isinstance(value, str) else value
    if not isinstance(paths, Iterable) or not all(isinstance(path, str | Path) for path in paths):
        raise FS2Error(f"plugins: must be a path or a list of paths (got {value!r})")
    return tuple(str(path).strip() for path in paths if str(path).strip())


def _load(path: Path) -> None:
    name = f"fs2_plugin_{path.stem}_{hashlib.sha256(bytes(path)).hexdigest()[:8]}"
    if name in sys.modules:
        return
    spec = spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise FS2Error(f"plugins: {path} is no Python file")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        if isinstance(error, FS2Error):
            raise
        raise FS2Error(f"plugins: {path} cannot be imported ({error!r})") from error
