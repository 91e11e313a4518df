"""The systems that a configuration knows: their files, their configurations, their kin."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from fs2 import paper
from fs2.config.complaints import complaint, key_of
from fs2.config.files import (
    architecture_values,
    chosen_architecture,
    merge,
    parse_config,
    read_yaml,
)
from fs2.config.run_name import RunName
from fs2.config.schema import Config
from fs2.config.section import Section
from fs2.errors import FS2Error
from fs2.references import is_reference
from fs2.registry import SYSTEMS

SYSTEMS_FOLDER = (Path(__file__).parents[1] / "config" / "systems").resolve()
"""`config/systems/` of a checkout, to which a link in the package leads; a copy of it elsewhere."""
OVERLAY_SECTIONS = ("model", "training", "vocoder", "synthesis")
"""Sections that the file of a system may change."""
KIN = ("compare_with", "starts_from", "teacher")
"""Keys of the file of a system that name another."""


class SystemFile(Section):
    """The file of a system: its kin, its rows in the tables, and what it changes."""

    title: str | None = None
    """Name in tables and figures; null: that of its row in the paper, else the file's name."""
    short: str | None = Field(None, max_length=10)
    """Name of at most ten characters for MLflow's parallel coordinates; null: the file's name."""
    description: str | None = None
    """What it is, in a sentence: for MLflow."""
    paper_row: str | None = None
    """The row of the paper's tables that it is (`fs2/paper.py`)."""
    tables: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    """Further tables in which it has a row although the paper has none."""
    compare_with: str | None = None
    """The full system, if it is an ablation or a variant of one."""
    starts_from: str | None = None
    """The system whose weights its training may begin with."""
    teacher: str | None = None
    """The system whose durations or mels it is trained on."""
    model: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    vocoder: dict[str, Any] = Field(default_factory=dict)
    synthesis: dict[str, Any] = Field(default_factory=dict)

    @property
    def is_compared(self) -> bool:
        """Whether it has a row in some table, be it as a variant of another."""
        return bool(self.paper_row or self.tables or self.compare_with)


class Catalogue:
    """The systems of a configuration, each a file in `config/systems/` or a folder of the user's.

    Args:
        values: The configuration of the workflow, plain values.
        folders: Where the files are; default: `config/systems/` and `system_folders`.

    """

    def __init__(self, values: dict[str, Any], folders: tuple[Path, ...] | None = None) -> None:
        self.values = values
        self.base = parse_config(values)
        if folders is None:
            folders = (SYSTEMS_FOLDER, *map(Path, self.base.system_folders))
        self._folders = folders
        for folder in folders:
            if not folder.is_dir():
                raise FS2Error(f"system_folders: no folder {folder}")
        self._paths: dict[str, Path] = {}
        for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
            if is_reference(path.stem) or RunName.parse(path.stem).seed is not None:
                raise FS2Error(
                    f"{path}: no system can be called {path.stem}: recordings, vocoded... and "
                    "...-seed<N> are names with a meaning; rename the file"
                )
            if (other := self._paths.setdefault(path.stem, path)) != path:
                raise FS2Error(f"systems: {other} and {path} have the same name; rename yours")
        self.config = cache(self._config)
        self.file = cache(self._file)

    @property
    def names(self) -> list[str]:
        """Every system that has a file, in order of the names."""
        return sorted(self._paths)

    def _file(self, system: str) -> SystemFile:
        path = self._paths.get(system)
        if path is None:
            raise FS2Error(f"systems: {self._no_file(system)}")
        try:
            file = SystemFile.model_validate(read_yaml(path))
        except ValidationError as error:
            raise FS2Error(f"{path}: {_complaints(error)}") from error
        for key in KIN:
            kin = getattr(file, key)
            if kin is not None and kin not in self._paths:
                raise FS2Error(f"{path}: {key}: {self._no_file(kin)}")
        rows = [row for row in paper.ROWS if not is_reference(row)]
        if file.paper_row is not None and file.paper_row not in rows:
            known = ", ".join(rows)
            raise FS2Error(f"{path}: paper_row: no row '{file.paper_row}'; known are: {known}")
        return file

    def _no_file(self, system: str) -> str:
        places = " or ".join(str(folder / f"{system}.yaml") for folder in self._folders)
        known = ", ".join(self.names) or "none"
        return f"no file {places} for '{system}'; known systems: {known}"

    def _config(self, run: str) -> Config:
        """The configuration of a run: that of the workflow with the system's file laid over it.

        `run` (`fs2.config.run_name`) is the system's name, with the seed if it is not
        `training.seed`.

        Raises FS2Error if the system has no file, or its file changes the seed or a section outside
        of model, training, vocoder and synthesis; or if the name has the seed that needs no name.
        """
        name = RunName.parse(run)
        if name.seed is None:
            return self._system_config(name.system)
        config = self.config(name.system)
        if name.seed == config.training.seed:
            raise FS2Error(f"{run}: {name.seed} is training.seed, so its name is {name.system}")
        training = config.training.model_copy(update={"seed": name.seed})
        return config.model_copy(update={"training": training})

    def _system_config(self, system: str) -> Config:
        file, path = self.file(system), self._paths[system]
        overlay = {key: getattr(file, key) for key in OVERLAY_SECTIONS if getattr(file, key)}
        architecture = file.model.get("architecture", chosen_architecture(self.values))
        if architecture not in SYSTEMS:
            raise FS2Error(f"{path}: model.architecture: {SYSTEMS.unknown(architecture)}")
        values = merge(architecture_values(self.values, architecture), overlay)
        config = parse_config(values, str(path))
        if "seed" in file.training:
            raise FS2Error(f"{path}: training.seed cannot be changed by a system; use seeds")
        return config

    def needs(self, run: str) -> dict[str, str]:
        """The runs, of the same seed, that must be trained before: their part in it -> their name.

        The parts are those that the architecture knows, such as `start` for the weights that a
        training begins with.
        """
        name, config = RunName.parse(run), self.config(run)
        systems = SYSTEMS[config.model.architecture].needs(config.training, self.file(name.system))
        return {part: str(name.of_system(system)) for part, system in systems.items()}

    def full(self, system: str) -> str:
        """The system that an ablation or variant is compared with; itself if it is a full one."""
        return self.file(system).compare_with or system

    @property
    def compared(self) -> list[str]:
        """Systems that have a row in some table."""
        return [system for system in self.names if self.file(system).is_compared]

    @property
    def ablations(self) -> list[str]:
        """Variants of other systems, and the systems that they are variants of."""
        pairs = [(name, self.file(name).compare_with) for name in self.names]
        found = {system for pair in pairs if pair[1] for system in pair}
        return sorted(system for system in found if system)

    def of_row(self, row: str) -> list[str]:
        """The systems that are a row of the paper's tables."""
        return [system for system in self.names if self.file(system).paper_row == row]


def _complaints(error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        key = key_of(item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"{key}: {_foreign(key)}")
        else:
            lines.append(f"{key}: {complaint(item, item['loc'])}")
    return "; ".join(lines)


def _foreign(key: str) -> str:
    """Why a system's file may not have a key."""
    if key in Config.model_fields:
        return f"cannot be changed by a system; only {', '.join(OVERLAY_SECTIONS)}"
    return f"unknown key; the file of a system may have {', '.join(SystemFile.model_fields)}"
