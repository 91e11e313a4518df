"""The one typed schema of the configuration: every key described, defaulted and checked.

A configuration is a YAML file (``config/config.yaml``) and, for each system, an overlay of a few
lines (``config/systems/<system>.yaml``) that changes keys of the sections model, training,
vocoder and synthesis. Sections are named after the stages of the workflow; each has a module here.
"""

import hashlib
import json
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    SerializeAsAny,
    ValidationInfo,
    field_validator,
    model_validator,
)

from fs2.config.alignment import Alignment
from fs2.config.audio import Audio
from fs2.config.corpus import Corpus
from fs2.config.distillation import Distillation
from fs2.config.evaluation import Evaluation
from fs2.config.features import Features
from fs2.config.listening_test import ListeningTest
from fs2.config.model import ModelSettings
from fs2.config.run_name import RunName
from fs2.config.section import Section, Seed, UserPath
from fs2.config.synthesis import Synthesis
from fs2.config.text import Text
from fs2.config.tracking import Tracking
from fs2.config.training import SystemTrainingSettings
from fs2.config.vocoder import VocoderConfig
from fs2.plugins import listed_paths
from fs2.registry import SYSTEMS

DEFAULT_ARCHITECTURE = "fastspeech2"
DECIDES_NOTHING = (
    *("tracking", "systems", "seeds", "plugins", "system_folders"),
    "listening_test",
)
"""Keys that decide no system's result."""
SYSTEM_SECTIONS = ("model", "training")
"""Sections whose keys depend on the architecture."""


class _Choice(BaseModel):
    """The key model.architecture alone."""

    architecture: str = DEFAULT_ARCHITECTURE

    @field_validator("architecture")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in SYSTEMS:
            raise ValueError(SYSTEMS.unknown(name))
        return name


def architecture_of(values: Any) -> str:
    """The architecture that the plain values of a section model choose; ValueError if unknown."""
    return _Choice.model_validate(values).architecture


def _model(values: Any) -> Any:
    """The section model, checked by the schema of its architecture."""
    if not isinstance(values, dict):
        return values
    return SYSTEMS[architecture_of(values)].model.model_validate(values)


def _filled(sections: Any) -> Any:
    """Sections of which those that have no key are empty ones."""
    if not isinstance(sections, dict):
        return sections
    return {key: {} if section is None else section for key, section in sections.items()}


class Config(Section):
    """The whole configuration."""

    systems: tuple[str, ...] = ("fastspeech2",)
    """Systems to train, synthesise and evaluate: names of files in config/systems/."""
    seeds: tuple[Seed, ...] | None = None
    """Seeds to train each system with, a job each; null: training.seed alone."""
    plugins: tuple[UserPath, ...] = ()
    """Python files that add systems, vocoders or aligners of your own (docs/extending.md)."""
    system_folders: tuple[UserPath, ...] = ()
    """Folders with files of systems of your own, besides config/systems/."""
    audio: Audio = Audio()
    corpus: Corpus = Corpus()
    text: Text = Text()
    alignment: Alignment = Field(default_factory=Alignment)
    features: Features = Features()
    model: Annotated[SerializeAsAny[ModelSettings], BeforeValidator(_model)] = Field(
        default_factory=lambda: SYSTEMS[DEFAULT_ARCHITECTURE].model()
    )
    training: SerializeAsAny[SystemTrainingSettings] = Field(
        default_factory=lambda values: SYSTEMS[values["model"].architecture].training()
    )
    architectures: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    """Sections model and training of systems that have another architecture than `model`."""
    distillation: Distillation = Distillation()
    vocoder: VocoderConfig = Field(default_factory=VocoderConfig)
    synthesis: Synthesis = Synthesis()
    evaluation: Evaluation = Evaluation()
    listening_test: ListeningTest = ListeningTest()
    tracking: Tracking = Tracking()

    @field_validator("plugins", "system_folders", mode="before")
    @classmethod
    def _one_path_or_listed(cls, value: Any) -> Any:
        """Accept a path, and several with commas between them, as --config gives them."""
        return listed_paths(value) if value is None or isinstance(value, str) else value

    @field_validator("systems", "seeds", mode="before")
    @classmethod
    def _one_or_listed(cls, value: Any) -> Any:
        """Accept `a` and `a,b`, as the command line's --config gives them."""
        if isinstance(value, int):
            return (value,)
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("systems")
    @classmethod
    def _systems_are_a_list(cls, systems: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(systems)) < len(systems):
            raise ValueError("each system must be listed once")
        for text in systems:
            run = RunName.parse(text)
            if run.seed is not None:
                raise ValueError(f"write {run.system} here, and {run.seed} into seeds")
        return systems

    @field_validator("seeds")
    @classmethod
    def _seeds_are_a_list(cls, seeds: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if seeds is None:
            return None
        if not seeds:
            raise ValueError("must list a seed; leave the key out for training.seed alone")
        if len(set(seeds)) < len(seeds):
            raise ValueError("each seed must be listed once")
        return seeds

    @field_validator("training", mode="before")
    @classmethod
    def _training_of_the_architecture(cls, values: Any, info: ValidationInfo) -> Any:
        """The section training, checked by the schema of the architecture."""
        model = info.data.get("model")
        if model is None:  # it is wrong itself, and told so
            return SYSTEMS[DEFAULT_ARCHITECTURE].training()
        kind = SYSTEMS[model.architecture].training
        return kind.model_validate(values) if isinstance(values, dict) else values

    @field_validator("architectures", mode="before")
    @classmethod
    def _empty_architectures(cls, values: Any) -> Any:
        """Accept an architecture, and a section of it, with nothing below it."""
        if not isinstance(values, dict):
            return values
        return {name: _filled(sections or {}) for name, sections in values.items()}

    @field_validator("architectures")
    @classmethod
    def _architectures_are_others(cls, values: dict[str, Any], info: ValidationInfo) -> Any:
        model = info.data.get("model")
        for name, sections in values.items():
            if name not in SYSTEMS:
                raise ValueError(SYSTEMS.unknown(name))
            if model is not None and name == model.architecture:
                raise ValueError(f"{name} is model.architecture: write its keys into the sections "
                                 "model and training themselves")  # fmt: skip
            if foreign := sorted(set(sections) - set(SYSTEM_SECTIONS)):
                raise ValueError(f"{name} may have model and training, but not {foreign[0]}")
            if sections.get("model", {}).get("architecture", name) != name:
                raise ValueError(f"{name}.model.architecture must be {name}, if it is given")
        return values

    @model_validator(mode="after")
    def _sections_fit(self) -> "Config":
        if self.features.f0_ceiling > self.audio.sample_rate / 2:
            raise ValueError("features.f0_ceiling must not be above half of audio.sample_rate")
        for name in ("model", "training", "alignment", "vocoder"):
            getattr(self, name).check(name, self.audio.settings())
        return self

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """The seeds that each system is trained with."""
        return self.seeds or (self.training.seed,)

    def section(self, name: str) -> dict[str, Any]:
        """One section as plain values (JSON types), without the sections of what is not chosen."""
        section: Section = getattr(self, name)
        return section.plain()

    def deciding(self) -> dict[str, Any]:
        """All that decides results, as plain values, without the sections of what is not chosen."""
        names = [name for name in type(self).model_fields if name not in DECIDES_NOTHING]
        sections = {name: getattr(self, name) for name in names}
        return {
            name: section.plain() if isinstance(section, Section) else section
            for name, section in sections.items()
        }

    def hash(self) -> str:
        """First 12 digits of the SHA-256 of all that decides the results of a system.

        So without tracking, and without the list of systems and seeds.
        """
        return hashlib.sha256(json.dumps(self.deciding(), sort_keys=True).encode()).hexdigest()[:12]
