"""What every section of the configuration is made of."""

import types
from abc import ABC
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)

from fs2.audio import AudioSettings
from fs2.files import LONGEST_NAME
from fs2.registry import Registry

LARGEST_INTEGER = 2**31 - 1


def _as_path(text: str) -> str:
    """The path with ~ as the home folder; ValueError if there can be no such path."""
    if not text.isprintable():
        raise ValueError("a path must not have control characters")
    if set("{}") & set(text):
        raise ValueError("a path must not have braces, which Snakemake takes for wildcards")
    if any(len(part.encode()) > LONGEST_NAME for part in Path(text).parts):
        raise ValueError(f"a name in a path must not be longer than {LONGEST_NAME} bytes")
    try:
        return str(Path(text).expanduser())
    except RuntimeError as error:
        raise ValueError(f"there is no home folder for {Path(text).parts[0]}") from error


UserPath = Annotated[str, AfterValidator(_as_path)]
"""A path that may begin with ~."""
Seed = Annotated[int, Field(ge=0)]
"""Of random numbers."""


class Section(BaseModel):
    """A group of keys; an unknown key is an error. A section without a key is an empty one."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_sections(cls, values: Any) -> Any:
        """Accept `training:` with nothing below it, as when all its keys are commented out."""
        if not isinstance(values, dict):
            return values
        empty = {key for key, value in values.items() if value is None and cls._has_keys(key)}
        return {**values, **{key: {} for key in empty}}

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse `true` where a number stands, which counts as 1 in Python, and endless digits."""
        kinds = _kinds(cls.model_fields[str(info.field_name)].annotation)
        for item in value if isinstance(value, list | tuple) else [value]:
            if isinstance(item, bool) and bool not in kinds and {int, float} & kinds:
                raise ValueError("must be a number")
            if isinstance(item, int) and abs(item) > LARGEST_INTEGER:
                raise ValueError(f"must not be above {LARGEST_INTEGER}")
        return value

    @classmethod
    def _has_keys(cls, key: str) -> bool:
        """Whether a key has further keys below it."""
        field = cls.model_fields.get(key)
        return field is not None and (
            section_of(field.annotation) is not None or get_origin(field.annotation) is dict
        )

    def check(self, key: str, audio: AudioSettings) -> None:
        """ValueError that names `key` and what is below it unless the values fit the audio."""

    def plain(self, **options: Any) -> dict[str, Any]:
        """The values as JSON has them."""
        return self.model_dump(mode="json", **options)

    def portable(self) -> dict[str, Any]:
        """As `plain`, with the defaults in place of the user's paths, which lead nowhere else."""
        fields = type(self).model_fields.items()
        paths = {name: field.default for name, field in fields if _is_path(field.annotation)}
        return self.model_copy(update=paths).plain()


class Entry(ABC):
    """What the registry of a `ChosenSection` holds: an aligner, a vocoder.

    Attributes:
        name: The value that chooses it, and the key of its own section.
        title: Its name for readers.
        settings: Schema of its own section.
    """

    name: str
    title: str
    settings: type[Section]

    def user_path(self, settings: Any) -> str | None:
        """A file or folder of the user's that it reads, so that a changed one is used again."""
        return None

    def check_available(self) -> None:
        """Raise FS2Error that says how to get what is missing on this machine."""
        return


class ChosenSection(Section):
    """A section that chooses an entry of a registry and has an own section for each entry.

    What an entry's own section may hold is said by the entry (`entry.settings`, a `Section`). All
    of them may stand in a configuration; only that of the chosen entry decides a result.
    """

    model_config = ConfigDict(extra="allow")

    REGISTRY: ClassVar[Registry]
    CHOICE: ClassVar[str]
    """The key that holds the name of the chosen entry."""

    @model_validator(mode="before")
    @classmethod
    def _own_sections(cls, values: Any) -> Any:
        """Check the entries' sections, and that the chosen entry is known."""
        if not isinstance(values, dict):
            return values
        shared = {key: value for key, value in values.items() if key in cls.model_fields}
        rest = {key: value for key, value in values.items() if key not in cls.model_fields}
        kinds = {name: entry.settings for name, entry in cls.REGISTRY.items()}
        fields: dict[str, Any] = {name: (kind, kind()) for name, kind in kinds.items()}
        checked = create_model("Entries", __base__=Section, **fields).model_validate(rest)
        return {**shared, **{name: getattr(checked, name) for name in kinds}}

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.chosen not in self.REGISTRY:
            raise ValueError(f"{self.CHOICE}: {self.REGISTRY.unknown(self.chosen)}")
        return self

    @property
    def chosen(self) -> str:
        """The name of the chosen entry."""
        return str(getattr(self, self.CHOICE))

    @property
    def entry(self) -> Any:
        """The chosen entry."""
        return self.REGISTRY[self.chosen]

    @property
    def settings(self) -> Any:
        """The section of the chosen entry."""
        return getattr(self, self.chosen)

    def choose(self, name: str) -> Self:
        """The same section with another entry chosen. FS2Error if it is not known."""
        _ = self.REGISTRY[name]
        return self.model_copy(update={self.CHOICE: name})

    def check(self, key: str, audio: AudioSettings) -> None:
        """As `Section.check`, of the chosen entry's section."""
        self.settings.check(f"{key}.{self.chosen}", audio)

    def plain(self, **options: Any) -> dict[str, Any]:
        """The values that decide a result: without the sections of other entries."""
        values = self.model_dump(mode="json", **options)
        others = [name for name in self.REGISTRY if name != self.chosen]
        return {key: value for key, value in values.items() if key not in others}


def section_of(annotation: Any) -> type[Section] | None:
    """The section that a key's type says it is; None for a key with a value."""
    is_section = isinstance(annotation, type) and issubclass(annotation, Section)
    return annotation if is_section else None


def _kinds(annotation: Any) -> set[Any]:
    """The plain types that a type is made of."""
    if get_origin(annotation) in (Union, types.UnionType, tuple, list, Annotated):
        return {kind for part in get_args(annotation) for kind in _kinds(part)}
    return {annotation}


def _is_path(annotation: Any) -> bool:
    """Whether a type is, or has among others, a path of the user's."""
    return annotation == UserPath or any(_is_path(part) for part in get_args(annotation))


def apply_size(sizes: dict[str, dict[str, Any]], default: str, values: Any) -> Any:
    """The keys that `size` stands for, under those given beside it; nested sections are merged."""
    size = values.get("size", default) if isinstance(values, dict) else None
    if not isinstance(size, str):
        return values
    merged = {**sizes.get(size, {}), **values}
    for key, preset in sizes.get(size, {}).items():
        if isinstance(preset, dict) and isinstance(values.get(key), dict):
            merged[key] = {**preset, **values[key]}
    return merged
