"""Figures of the report as files of their own."""

import base64
import io
import re
from collections.abc import Mapping
from pathlib import Path

from PIL import Image


def write_figures(figures: Mapping[str, str], folder: Path) -> None:
    """Write each figure into `folder`, named after it: SVG as it is, any other as PNG.

    MLflow shows these two, and no WebP. `figures` are `data:` addresses by name.
    """
    for name, address in figures.items():
        kind, _, data = address.partition(";base64,")
        content = base64.b64decode(data)
        path = folder / re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        if kind == "data:image/svg+xml":
            path.with_name(f"{path.name}.svg").write_bytes(content)
        else:
            Image.open(io.BytesIO(content)).save(f"{path}.png")
