"""`onnx.json`: what lies in the folder of an exported voice, and how its graphs are called.

| key | holds |
|---|---|
| `format` | version of this file |
| `fs2` | the version of the package that wrote it |
| `name` | of the trained system |
| `sample_rate`, `hop_length` | Hz; samples of a frame |
| `silence` | value of the mel where nothing is heard |
| `symbols` | the vocabulary; the index is the number that stands for it in `phonemes` |
| `text` | the section text of the configuration |
| `ranges` | control -> its least and its largest factor |
| `longest_phone` | frames of the longest predicted phone: one that has as many is no speech |
| `graphs` | in the order in which they run: `{file, inputs, outputs}`, both lists of ports |

A port is `{name, axes, about, type}`; an axis is a size, or a name where any size will do.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fs2 import __version__
from fs2.errors import FS2Error
from fs2.files import read_json, write_json

FORMAT = 1
"""Version of onnx.json; a reader refuses any other."""
DESCRIPTION = "onnx.json"
PRONUNCIATIONS = "pronunciations.dict"
"""The user's own pronunciations that the corpus was read with, if there were any."""
FACTORS = ("pace", "pitch", "energy")


@dataclass(frozen=True)
class ExportedVoice:
    """What `onnx.json` holds."""

    name: str
    sample_rate: int
    hop_length: int
    silence: float
    symbols: list[str]
    text: dict[str, Any]
    ranges: dict[str, tuple[float, float]]
    longest_phone: int
    graphs: list[dict[str, Any]]

    @property
    def controlled(self) -> tuple[str, ...]:
        """The factors that the first graph takes."""
        taken = {port["name"] for port in self.graphs[0]["inputs"]}
        return tuple(name for name in FACTORS if name in taken)

    def write(self, folder: Path) -> None:
        """Write `onnx.json`."""
        write_json(folder / DESCRIPTION, {"format": FORMAT, "fs2": __version__, **vars(self)})

    @classmethod
    def read(cls, folder: Path) -> "ExportedVoice":
        """That of a folder.

        Raises FS2Error if it holds none, one of another format, or lacks a graph.
        """
        path = folder / DESCRIPTION
        if not path.is_file():
            raise FS2Error(
                f"{folder}: no exported voice here ({DESCRIPTION} is missing); "
                "'fs2 export SYSTEM --onnx -o voice' writes one into voice/onnx"
            )
        values = read_json(path)
        found = values.pop("format", None) if isinstance(values, dict) else None
        if found != FORMAT:
            raise FS2Error(f"{path}: of format {found}, this version reads {FORMAT}; export again")
        values.pop("fs2", None)
        try:
            voice = cls(**values)
            files = [str(graph["file"]) for graph in voice.graphs]
        except (KeyError, TypeError) as error:
            raise FS2Error(f"{path}: not as this version writes it ({error})") from error
        missing = [file for file in files if not (folder / file).is_file()]
        if missing:
            raise FS2Error(f"{folder}: {', '.join(missing)} is missing; copy the folder again")
        return voice
