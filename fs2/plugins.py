"""Systems, vocoders and aligners of one's own, from Python files that the configuration names.

A plugin is a file that adds entries to the registries when it is imported:

    from fs2.registry import VOCODERS

    VOCODERS.add(MyVocoder())

Only a configuration that the user runs loads plugins: a trained model or a voice never does.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from fs2.errors import FS2Error


def load_plugins(values: Mapping[str, Any] | Iterable[str | Path]) -> None:
    """Import each plugin once: the files of the key `plugins` of plain values, or of a list.

    Raises FS2Error if a file is missing or cannot be imported.
    """
    paths = values.get("plugins", ()) if isinstance(values, Mapping) else values
    for path in [paths] if isinstance(paths, str) else paths:
        _load(Path(path).expanduser().resolve())


def _load(path: Path) -> None:
    name = f"fs2_plugin_{path.stem}"
    loaded = sys.modules.get(name)
    if loaded is not None and loaded.__file__ == str(path):
        return
    spec = spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise FS2Error(f"plugins: {path} is no Python file")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except FS2Error:
        del sys.modules[name]
        raise
    except Exception as error:
        del sys.modules[name]
        raise FS2Error(f"plugins: {path} cannot be imported ({error!r})") from error
