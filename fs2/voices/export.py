"""Making a voice's folder of what the workflow left in its results."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from fs2.config.synthesis import Synthesis
from fs2.errors import FS2Error
from fs2.files import atomic_path, read_json, write_json, write_text
from fs2.synthesis.find import VoiceFolders
from fs2.systems.saving import WEIGHTS, ModelDescription, load_network, read_description
from fs2.vocoder.entry import DESCRIPTION as VOCODER_DESCRIPTION
from fs2.voices.card import card
from fs2.voices.description import (
    CARD,
    DESCRIPTION,
    ONNX,
    PRONUNCIATIONS,
    VOCODER,
    Origin,
    VoiceDescription,
)
from fs2.voices.quality import measured

NOT_SPOKEN_WITH = ("history.csv", "checkpoint", ".*")
"""What a vocoder's training leaves in its folder besides what loading it needs."""


def export_voice(folders: VoiceFolders, output: Path, onnx: bool = False) -> VoiceDescription:
    """Write a voice's folder, whole or not at all; the same results give the same bytes.

    Args:
        folders: The trained system, under `results/<corpus>/training/`, and its vocoder.
        output: The folder to write; an earlier voice there is replaced.
        onnx: Whether it gets a folder `onnx`, with which other programs speak (docs/onnx.md).

    Raises FS2Error if the system or its vocoder cannot be read, the file of its own pronunciations
    is gone, something else than a voice lies at `output`, or it cannot be exported as ONNX.
    """
    output = Path(output)
    _check_output(output)
    model = read_description(folders.training)
    if onnx:
        from fs2.onnx.export import check_exportable

        check_exportable(model, folders.vocoder)
    vocoder = _vocoder_name(folders.vocoder)
    quality = measured(folders.training, vocoder)
    if quality is not None:  # it speaks as it was measured
        synthesis = Synthesis.model_validate(quality.synthesis)
        model = replace(model, config=model.config.model_copy(update={"synthesis": synthesis}))
    voice = VoiceDescription.of(
        model,
        corpus=_origin(folders.training.parents[1], model),
        vocoder=vocoder,
        quality=quality,
    )
    with atomic_path(output) as folder:
        folder.mkdir()
        shutil.copyfile(folders.training / WEIGHTS, folder / WEIGHTS)
        _copy_pronunciations(model, folder)
        if folders.vocoder is not None:
            _copy_vocoder(folders.vocoder, folder / VOCODER)
        write_json(folder / DESCRIPTION, voice.model_dump(mode="json"))
        write_text(folder / CARD, card(voice))
        if onnx:
            _add_onnx(voice, folder)
    return voice


def _add_onnx(voice: VoiceDescription, folder: Path) -> None:
    """The voice that was just written, once more as ONNX."""
    from fs2.onnx.export import export_onnx

    model = voice.model(folder)
    network = load_network(model, folder / WEIGHTS)
    export_onnx(network, model, folder / VOCODER if voice.vocoder else None, folder / ONNX)


def _check_output(output: Path) -> None:
    """FS2Error if `output` is anything but a voice, an empty folder or nothing."""
    if not output.exists() or (output / DESCRIPTION).is_file():
        return
    if not output.is_dir() or any(output.iterdir()):
        raise FS2Error(f"{output}: holds something else than a voice; name another folder")


def _origin(results: Path, model: ModelDescription) -> Origin:
    """What the corpus' report says of its recordings; without one, their licence is unknown."""
    path = results / "corpus" / "report.json"
    report = read_json(path) if path.is_file() else {}
    warnings = [
        f"{found['warning']} ({len(found['clips'])} clips)" for found in report.get("warnings", ())
    ]
    return Origin(**{**report, "name": model.config.corpus.name, "warnings": warnings})


def _vocoder_name(vocoder: Path | None) -> str | None:
    return None if vocoder is None else str(read_json(vocoder / VOCODER_DESCRIPTION)["name"])


def _copy_pronunciations(model: ModelDescription, folder: Path) -> None:
    """The user's own pronunciations as they are now, if the texts were read with some."""
    path = model.config.text.pronunciations
    if path is None:
        return
    try:
        shutil.copyfile(path, folder / PRONUNCIATIONS)
    except OSError as error:
        raise FS2Error(
            f"text.pronunciations: {path}, with which {model.run} was trained, cannot be read "
            f"({error.strerror}); put the file back, then export again"
        ) from error


def _copy_vocoder(source: Path, target: Path) -> None:
    """What loading a vocoder needs; of files of the user's that it was made of, only the names."""
    shutil.copytree(
        source,
        target,
        ignore=shutil.ignore_patterns(*NOT_SPOKEN_WITH),
        copy_function=shutil.copyfile,
    )
    info = read_json(source / VOCODER_DESCRIPTION)
    write_json(target / VOCODER_DESCRIPTION, {key: _without_folders(info[key]) for key in info})


def _without_folders(value: Any) -> Any:
    """The name of the file, if a value is an absolute path; the value itself otherwise."""
    is_path = isinstance(value, str) and Path(value).is_absolute()
    return Path(value).name if is_path else value
