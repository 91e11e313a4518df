"""What every section of the configuration is made of."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict


def _expand(path: str) -> str:
    return str(Path(path).expanduser())


UserPath = Annotated[str, AfterValidator(_expand)]
"""A path that may begin with ~."""


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


class Section(BaseModel):
    """A group of keys; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
