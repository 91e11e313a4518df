"""Which systems lie finished under `results/<corpus>/`, whatever is configured."""

from pathlib import Path

from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.files import read_json
from fs2.systems.catalogue import Catalogue
from fs2.systems.declaration import MODEL_FORMAT, result_settings, trained_settings
from fs2.systems.system import TEACHER


def finished_runs(catalogue: Catalogue, results: Path) -> list[str]:
    """Runs that were trained as the configuration now has it, spoken and measured.

    Args:
        catalogue: The systems of the workflow's configuration.
        results: `results/<corpus>/`.

    """
    return [
        folder.name
        for folder in sorted((results / "evaluation").glob("*"))
        if (folder / "per_clip.csv").is_file()
        and (results / "synthesis" / folder.name / "variances.h5").is_file()
        and _is_finished(catalogue, results, folder.name)
    ]


def is_measured(config: Config, folder: Path) -> bool:
    """Whether a system or reference was spoken and measured as its configuration now has it.

    `folder` is evaluation/<run>/.
    """
    if not (folder / "metrics.json").is_file() or not (folder / "settings.json").is_file():
        return False
    try:
        return bool(read_json(folder / "settings.json") == result_settings(config))
    except FS2Error:  # no JSON
        return False


def _is_finished(catalogue: Catalogue, results: Path, run: str) -> bool:
    try:
        config = catalogue.config(run)
    except FS2Error:  # no system's folder
        return False
    measured = is_measured(config, results / "evaluation" / run)
    return measured and _is_trained(catalogue, results, run)


def _is_trained(catalogue: Catalogue, results: Path, run: str) -> bool:
    """Whether a model is there and was trained with these settings, and so all that it needs."""
    path = results / "training" / run / "model.json"
    if not path.is_file():
        return False
    try:
        trained = read_json(path)
        settings = trained_settings(catalogue.config(run))
        needed = catalogue.needs(run)
        if TEACHER in needed:
            settings["distillation"] = catalogue.config(run).section("distillation")
        same = trained["format"] == MODEL_FORMAT and trained["needs"] == needed
        same = same and all(
            trained["config"][section][key] == value
            for section, keys in settings.items()
            for key, value in keys.items()
        )
    except (FS2Error, KeyError, TypeError):  # another project's file, or of an older schema
        return False
    return same and all(_is_trained(catalogue, results, need) for need in needed.values())
