"""Networks that come within installed packages: found without an import, and checked."""

import importlib.util
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

from fs2.errors import FS2Error
from fs2.files import sha256


def package_folder(name: str, key: str) -> Path:
    """Folder of an installed package, without importing it.

    Raises FS2Error that names `key`, the configuration key that does without it.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FS2Error(f"{key} needs the package {name}: install it, or set {key}: false")
    return Path(spec.submodule_search_locations[0])


def package_weights(name: str, checksums: Mapping[str, str], key: str) -> Path:
    """Folder of an installed package, some files of which must be those that are known.

    Args:
        name: Name by which the package is imported.
        checksums: File, relative to the folder -> its SHA-256.
        key: The configuration key that does without it if it is false.

    Raises FS2Error that names `key`, or the file that is missing or another one.
    """
    folder = package_folder(name, key)
    for file, expected in checksums.items():
        path = folder / file
        found = sha256(path) if path.is_file() else "none, the file is missing"
        if found != expected:
            distribution = packages_distributions().get(name, [name])[0]
            raise FS2Error(
                f"{path}: SHA-256 {expected} is expected, it has {found}; install the package "
                f"{distribution} again, in the version of requirements.lock (pip install "
                f"--force-reinstall --no-deps), or set {key}: false"
            )
    return folder
