"""`voice.json`: what a voice is, and all that speaking with it needs besides the weights."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fs2 import __version__
from fs2.config.complaints import complaint, key_of
from fs2.config.files import parse_config
from fs2.errors import FS2Error
from fs2.features.statistics import Statistics
from fs2.files import read_json
from fs2.systems.saving import DESCRIPTION as TRAINED
from fs2.systems.saving import WEIGHTS, ModelDescription
from fs2.vocoder.entry import DESCRIPTION as VOCODER_DESCRIPTION
from fs2.voices.quality import Quality

FORMAT = 1
"""Version of voice.json; a reader refuses any other."""
DESCRIPTION = "voice.json"
CARD = "README.md"
VOCODER = "vocoder"
"""Folder of the vocoder, as the stage vocoder makes it; not there if the voice needs none."""
ONNX = "onnx"
"""Folder of the same voice for programs without torch, if it was asked for (`fs2.onnx`)."""
PRONUNCIATIONS = "pronunciations.dict"
"""The user's own pronunciations that the corpus was read with, if there were any."""
SECTIONS = ("audio", "text", "features", "model", "training", "synthesis")
"""Sections of the configuration that a voice keeps; the user's paths in them are left out."""


class Origin(BaseModel):
    """The recordings that a voice was trained on."""

    model_config = ConfigDict(frozen=True)

    name: str
    licence: str = "unknown"
    attribution: str = "unknown"
    clips: int | None = None
    hours: float | None = None
    """Of all recordings that were used, those of the test split too."""
    warnings: tuple[str, ...] = ()
    """What the stage corpus found wrong with many of them."""


class VoiceDescription(BaseModel):
    """What `voice.json` holds; keys that this version does not know are passed over."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    fs2: str = __version__
    """The version that wrote it."""
    name: str
    """The corpus and the run."""
    title: str
    """The architecture, for readers."""
    language: Literal["en"] = "en"
    system: str
    """Name of the run (`fs2.config.run_name`)."""
    corpus: Origin
    vocoder: str | None
    """Its name; None if the voice needs none."""
    pronunciations: Literal["pronunciations.dict"] | None
    settings: dict[str, dict[str, Any]]
    """The `SECTIONS`."""
    symbols: list[str]
    """The vocabulary; the index is the id."""
    statistics: Statistics
    """Those of the training split."""
    parameters: int
    """Number of trained values."""
    training: dict[str, Any]
    """Steps, seconds, machine, date, commit, last validation."""
    needs: dict[str, str] = {}
    """The runs that were trained before, by the part that they played."""
    quality: Quality | None = None
    """What was measured of it; None if nothing was."""

    @classmethod
    def of(cls, model: ModelDescription, **keys: Any) -> "VoiceDescription":
        """That of a trained system; `keys` are those that its own description does not give."""
        return cls(
            name=f"{model.config.corpus.name}-{model.run}",
            title=model.system.title,
            system=model.run,
            pronunciations=PRONUNCIATIONS if model.config.text.pronunciations else None,
            settings={name: getattr(model.config, name).portable() for name in SECTIONS},
            symbols=model.symbols,
            statistics=model.statistics,
            parameters=model.parameters,
            training=model.training,
            needs=model.needs,
            **keys,
        )

    def model(self, folder: Path) -> ModelDescription:
        """The trained system; of its configuration only the `SECTIONS` are those of the training.

        `folder` is the voice's, where its own pronunciations lie.
        """
        config = parse_config(self.settings, str(folder / DESCRIPTION))
        if self.pronunciations:
            path = str(folder / PRONUNCIATIONS)
            text = config.text.model_copy(update={"pronunciations": path})
            config = config.model_copy(update={"text": text})
        return ModelDescription(
            run=self.system,
            config=config,
            symbols=self.symbols,
            statistics=self.statistics,
            parameters=self.parameters,
            training=self.training,
            needs=self.needs,
        )


def read_voice(folder: Path) -> VoiceDescription:
    """What a voice's folder says of it, without its weights.

    Raises FS2Error if it is no voice, one of another format, or a file of it is missing.
    """
    folder = Path(folder)
    path = folder / DESCRIPTION
    if not path.is_file():
        raise FS2Error(f"{folder}: no voice here ({DESCRIPTION} is missing); {_hint(folder)}")
    values = read_json(path)
    found = values.get("format") if isinstance(values, dict) else None
    if found != FORMAT:
        raise FS2Error(
            f"{path}: voice of format {found}, this version of fs2 ({__version__}) reads {FORMAT}; "
            "install the version that wrote it, or export the voice again"
        )
    try:
        voice = VoiceDescription.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise FS2Error(
            f"{path}: {key_of(first['loc'])}: {complaint(first, first['loc'])}; export the voice "
            "again"
        ) from error
    _check_files(folder, voice)
    return voice


def _hint(folder: Path) -> str:
    """What the user may have meant."""
    if not folder.is_dir():
        return "there is no such folder"
    if (folder / TRAINED).is_file():
        return f"this is a trained system: 'fs2 export {folder.name} -o voice' makes a voice of it"
    return "'fs2 export SYSTEM -o FOLDER' makes one of a trained system"


def _check_files(folder: Path, voice: VoiceDescription) -> None:
    """FS2Error if the voice lacks a file that its description says it has."""
    needed = [WEIGHTS]
    if voice.pronunciations:
        needed.append(PRONUNCIATIONS)
    if voice.vocoder:
        needed.append(f"{VOCODER}/{VOCODER_DESCRIPTION}")
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise FS2Error(
            f"{folder}: the voice is not whole, {', '.join(missing)} is missing; copy it again"
        )
