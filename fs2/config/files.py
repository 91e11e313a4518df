"""Configuration files: read, laid over each other, checked against the schema of `fs2.config.schema`."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from fs2.config.run_name import split_label
from fs2.config.schema import Config
from fs2.errors import FS2Error

SYSTEMS_FOLDER = Path(__file__).resolve().parents[2] / "config" / "systems"
OVERLAY_SECTIONS = ("model", "training", "vocoder", "synthesis")


def merge(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """`overlay` laid over `base`; nested mappings are merged, everything else replaced."""
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = merge(below, value) if both else value  # type: ignore[arg-type]
    return merged


def parse_config(values: dict[str, Any], origin: str = "configuration") -> Config:
    """Check plain values against the schema. FS2Error names `origin` and every wrong key."""
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = [f"  {_key(item['loc'])}: {_complaint(item)}" for item in error.errors()]
        raise FS2Error(f"{origin}: not a valid configuration\n" + "\n".join(lines)) from error


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file's mapping; FS2Error names the file if it is missing or no mapping."""
    try:
        values = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise FS2Error(f"{path}: cannot be read as YAML ({error})") from error
    if not isinstance(values, dict):
        raise FS2Error(f"{path}: must hold 'key: value' lines")
    return values


def load_config(path: Path) -> Config:
    """Read and check a configuration file."""
    return parse_config(read_yaml(path), str(path))


def system_config(base: dict[str, Any], label: str, folder: Path = SYSTEMS_FOLDER) -> Config:
    """The configuration of one trained system: `base` (plain values) with its overlay on it.

    `label` (`fs2.config.run_name`) is the system's name, with the seed if it is not `training.seed`.

    Raises FS2Error if the system has no file, or its file changes the seed or a section outside of
    model, training, vocoder and synthesis; or if the label names the seed that needs no name.
    """
    system, seed = split_label(label)
    path = folder / f"{system}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml"))) or "none"
        raise FS2Error(f"systems: no file {path} for '{system}'; known systems: {known}")
    overlay = read_yaml(path)
    overlay.pop("description", None)
    foreign = sorted(set(overlay) - set(OVERLAY_SECTIONS))
    if foreign:
        raise FS2Error(
            f"{path}: {', '.join(foreign)} cannot be changed by a system; "
            f"only {', '.join(OVERLAY_SECTIONS)}"
        )
    config = parse_config(merge(base, overlay), str(path))
    if "seed" in overlay.get("training", {}):
        raise FS2Error(f"{path}: training.seed cannot be changed by a system; use seeds")
    if seed is None:
        return config
    if seed == config.training.seed:
        raise FS2Error(f"{label}: {seed} is training.seed, so its name is {system}")
    training = config.training.model_copy(update={"seed": seed})
    return config.model_copy(update={"training": training})


def mel_system(label: str, config: Config, folder: Path = SYSTEMS_FOLDER) -> str | None:
    """The trained system that a FastSpeech 2s begins with, of the same seed; None if of none."""
    system, _ = split_label(label)
    twin = system.replace("fastspeech2s", "fastspeech2", 1)
    begins = config.model.output == "waveform" and config.training.waveform.start_from_mel_system
    if not begins or twin == system or not (folder / f"{twin}.yaml").is_file():
        return None
    return twin + label.removeprefix(system)


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "configuration"


def _complaint(item: Any) -> str:
    if item["type"] == "extra_forbidden":
        return "unknown key"
    return f"{item['msg']} (got {item['input']!r})"
