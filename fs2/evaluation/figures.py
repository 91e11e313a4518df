"""Figures of the report as files of their own."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

from matplotlib import image


def write_figures(page: Path, folder: Path) -> None:
    """Write each figure of the report `page` into `folder`, named after its alternative text.

    SVG stays as it is, any other becomes a PNG: MLflow shows these two, and no WebP.
    """
    for title, address in _Figures(page.read_text(encoding="utf-8")).found.items():
        kind, _, data = address.partition(";base64,")
        content = base64.b64decode(data)
        path = folder / re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        if kind == "data:image/svg+xml":
            Path(f"{path}.svg").write_bytes(content)
        else:
            form = kind.removeprefix("data:image/")
            image.imsave(f"{path}.png", image.imread(io.BytesIO(content), form))


class _Figures(HTMLParser):
    """The images of a page: `data:` address by alternative text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an image."""
        values = dict(attrs)
        if tag == "img":
            self.found[values["alt"] or ""] = values["src"] or ""
