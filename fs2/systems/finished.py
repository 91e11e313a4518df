"""Which systems lie finished under `results/<corpus>/`, whatever is configured."""

from pathlib import Path
from typing import Any

from fs2.config.files import mel_system, parse_config, system_config
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.files import read_json

DECIDING = ("audio", "corpus", "text", "alignment", "features", "model", "training")
"""Sections on which a trained model depends."""


def finished_labels(values: dict[str, Any], results: Path) -> list[str]:
    """Labels of the systems that were trained as the configuration now has it, spoken and measured.

    Args:
        values: The configuration of the workflow, plain values.
        results: `results/<corpus>/`.

    """
    return [
        folder.name
        for folder in sorted((results / "evaluation").glob("*"))
        if (folder / "per_clip.csv").is_file()
        and (results / "synthesis" / folder.name / "variances.h5").is_file()
        and _is_measured(values, folder)
        and _is_trained(values, results, folder.name)
    ]


def result_settings(config: Config) -> dict[str, Any]:
    """What decides the results of a trained system besides its model; kept as `settings.json`."""
    vocoder = None if config.model.output == "waveform" else config.section("vocoder")
    return {
        "synthesis": config.section("synthesis"),
        "vocoder": vocoder,
        "evaluation": evaluation_settings(config),
    }


def evaluation_settings(config: Config) -> dict[str, Any]:
    """The keys of the section evaluation that decide what is measured of a system."""
    others = {"report_clips", "report_players", "reference_textgrids", "other_textgrids"}
    return config.evaluation.model_dump(mode="json", exclude=others)


def _is_measured(values: dict[str, Any], folder: Path) -> bool:
    """Whether a system was spoken and measured with these settings."""
    if not (folder / "metrics.json").is_file() or not (folder / "settings.json").is_file():
        return False
    try:
        wanted = result_settings(system_config(values, folder.name))
        return bool(read_json(folder / "settings.json") == wanted)
    except FS2Error:  # no system's folder, or no JSON
        return False


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
