"""What every section of the configuration is made of."""

from abc import ABC
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, create_model, model_validator

from fs2.audio import AudioSettings
from fs2.registry import Registry


def _expand(path: str) -> str:
    return str(Path(path).expanduser())


UserPath = Annotated[str, AfterValidator(_expand)]
"""A path that may begin with ~."""


class Section(BaseModel):
    """A group of keys; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def check(self, key: str, audio: AudioSettings) -> None:
        """ValueError that names `key` and what is below it unless the values fit the audio."""

    def plain(self, **options: Any) -> dict[str, Any]:
        """The values as JSON has them."""
        return self.model_dump(mode="json", **options)


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
