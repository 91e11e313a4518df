"""Pages and Markdown out of templates."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2


def template(path: Path, **filters: Callable[..., Any]) -> jinja2.Template:
    """The template of a file, which may include others of its folder and use these filters.

    A name that is not given is an error. In HTML, what is given is escaped.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(path.parent),
        autoescape=jinja2.select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(filters)
    return environment.get_template(path.name)
