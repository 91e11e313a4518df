"""Which systems lie finished under `results/<corpus>/`, whatever is configured."""

from pathlib import Path
from typing import Any

from fs2.config import Config
from fs2.config_files import mel_system, parse_config, system_config
from fs2.errors import FS2Error
from fs2.files import read_json

DECIDING = ("audio", "corpus", "text", "alignment", "features", "model", "training")
"""Sections on which a trained model depends."""


def finished_labels(values: dict[str, Any], results: Path) -> list[str]:
    """Labels of the systems that were trained as the configuration now has it, spoken and measured.

    Args:
        values: The configuration of the workflow, plain values.
        results: `results/<corpus>/`.

    Later settings than the training's leave no trace in the results and are not compared.
    """
    return [
        folder.name
        for folder in sorted((results / "evaluation").glob("*"))
        if (folder / "metrics.json").is_file()
        and (folder / "per_clip.csv").is_file()
        and (results / "synthesis" / folder.name / "variances.h5").is_file()
        and _is_trained(values, results, folder.name)
    ]


def _is_trained(values: dict[str, Any], results: Path, label: str) -> bool:
    """Whether a model is there and was trained with these settings, like the one it began with."""
    path = results / "training" / label / "model.json"
    if not path.is_file():
        return False
    try:
        wanted = system_config(values, label)
        trained = parse_config(read_json(path)["config"], str(path))
    except (FS2Error, KeyError, TypeError):  # another project's file, or of an older schema
        return False
    if _deciding(wanted) != _deciding(trained):
        return False
    start = mel_system(label, wanted)
    return start is None or _is_trained(values, results, start)


def _deciding(config: Config) -> list[dict[str, Any]]:
    return [config.section(name) for name in DECIDING]
