"""YAML as a configuration may have it: no key twice, bounded, and never a traceback."""

from pathlib import Path
from typing import Any

import yaml

from fs2.errors import FS2Error

LARGEST_FILE = 1 << 20
"""Bytes."""
DEEPEST = 32
"""Levels of mappings and lists in each other."""
MOST_VALUES = 100_000
"""Values of a file, those of an alias counted wherever it stands."""


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping of one YAML file; an empty file is an empty mapping.

    Raises FS2Error that names the file, and the line where there is one, if it cannot be read,
    holds a key twice or no mapping, or is larger than any configuration is.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise FS2Error(f"{path}: is no configuration: larger than {LARGEST_FILE >> 20} MB")
        values = yaml.load(content.decode("utf-8-sig"), _Loader)
    except yaml.MarkedYAMLError as error:
        raise FS2Error(f"{path}{_line(error)}: {error.problem or error.context}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise FS2Error(f"{path}: cannot be read as YAML ({error})") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise FS2Error(f"{path}: must hold 'key: value' lines")
    return values


def _line(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f", line {mark.line + 1}" if mark else ""


class _Loader(yaml.SafeLoader):
    """YAML's plain values; a date is text."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def get_single_node(self) -> yaml.Node | None:
        """The document, if its aliases stand for no more values than a configuration has."""
        node = super().get_single_node()
        if node is not None:
            _count(node, {})
        return node

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """As PyYAML's, to a limited depth."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _error(self.peek_event(), f"more than {DEEPEST} levels in each other")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As PyYAML's; a key that stands twice is an error, where PyYAML drops the first."""
        seen: dict[Any, yaml.Node] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _error(key, "a key must be a word")
            first = seen.setdefault(key.value, key)
            if first is not key:
                line = first.start_mark.line + 1
                raise _error(key, f"the key '{key.value}' stands twice, first in line {line}")
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [item for item in items if item[0] != "tag:yaml.org,2002:timestamp"]
    for first, items in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _count(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for. `known` has those of the nodes that were counted."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = MOST_VALUES + 1  # what it is to hold if it holds itself
    total = 1 + sum(_count(child, known) for child in _children(node))
    if total > MOST_VALUES:
        raise _error(node, f"its aliases stand for more than {MOST_VALUES} values")
    known[id(node)] = total
    return total


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _error(place: Any, problem: str) -> yaml.MarkedYAMLError:
    """The error that tells the line of a node or an event."""
    return yaml.MarkedYAMLError(problem=problem, problem_mark=place.start_mark)
