"""Section model: the network of a system. Each architecture has keys of its own."""

from typing import Any, ClassVar, Literal

from pydantic import model_validator

from fs2.config.section import Section, apply_size


class ModelSettings(Section):
    """What every architecture has; each adds its own keys (`fs2/systems/<name>/settings.py`)."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = {"paper": {}, "small": {}}
    """Value of `size` -> the keys that it sets."""

    architecture: str
    """The network: a package in fs2/systems/, or that of a plugin."""
    size: Literal["paper", "small"] = "paper"
    """paper: the paper's widths; small: for training on two CPU cores. Sets the keys below."""

    @model_validator(mode="before")
    @classmethod
    def _apply_size(cls, values: Any) -> Any:
        return apply_size(cls.SIZES, "paper", values)
