"""What is said of a wrong key of the configuration: what it is, and what to write instead."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from fs2.config.schema import Config
from fs2.config.section import ChosenSection, Section, section_of
from fs2.registry import SYSTEMS

LONGEST_VALUE = 80
"""Characters of a wrong value that are repeated."""
USER = re.compile(r"(\b[\w+.-]+://)([^/\n]+)@")
"""User and password of a URI, which no message repeats."""
NO_SECTION = ("model_type", "dict_type", "model_attributes_type")
"""pydantic's words for something else where a section is to be."""


def key_of(location: Sequence[int | str]) -> str:
    """The dotted name of a key."""
    return ".".join(map(str, location)) or "configuration"


def complaint(item: Any, location: Sequence[int | str]) -> str:
    """What pydantic found wrong (an entry of its `errors()`) with the key at `location`."""
    if item["type"] == "extra_forbidden":
        return "unknown key" + _advice([str(part) for part in location], item["input"])
    given = item["input"]
    if item["type"] in NO_SECTION:
        return f"is a section: write its keys below it{_got(given)}"
    message = str(item["msg"]).removeprefix("Value error, ")
    if given is None:
        return "has no value; give it one, or leave the key out"
    if item["type"] == "string_type" and not isinstance(given, dict | list):
        message = "must be text; put it into quotes"
    return message if isinstance(given, dict) else message + _got(given)


def _got(value: Any) -> str:
    text = USER.sub(r"\1***@", repr(value))
    return f" (got {text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + '...'})"


def _advice(parts: list[str], value: Any) -> str:
    """What was meant by an unknown key, as far as it can be told."""
    *above, last = parts
    if not above and "." in last:
        return _nested(last.split("."), value)
    known = list(_keys(Config, []))
    for name, system in SYSTEMS.items():
        own = [*_keys(system.model, ["model"]), *_keys(system.training, ["training"])]
        if parts in own:
            return f"; it is of {name}: write it into architectures.{name}.{above[0]}"
        known += own
    elsewhere = sorted({key_of(key) for key in known if key[-1] == last})
    if elsewhere:
        return f"; there is {' and '.join(elsewhere)}"
    alike = get_close_matches(last, {key[-1] for key in known if key[:-1] == above}, 1)
    return f"; did you mean {alike[0]}?" if alike else ""


def _nested(keys: list[str], value: Any) -> str:
    """How a key with dots is written, if it is one."""
    if keys[0] not in Config.model_fields:
        return ""
    value = USER.sub(r"\1***@", str(value))
    nested = "".join(f"{{{key}: " for key in keys[1:]) + value + "}" * (len(keys) - 1)
    return f"; write {keys[0]}: {nested} in a file, or --config {keys[0]}='{nested}'"


def _keys(kind: type[Section], above: list[str]) -> Iterator[list[str]]:
    """Every key of a section, each with the sections above it."""
    sections = {key: section_of(field.annotation) for key, field in kind.model_fields.items()}
    if issubclass(kind, ChosenSection):
        sections |= {name: entry.settings for name, entry in kind.REGISTRY.items()}
    for key, section in sections.items():
        yield [*above, key]
        if section:
            yield from _keys(section, [*above, key])
