"""Finding a trained voice under the results folder."""

from dataclasses import dataclass
from pathlib import Path

from fs2.errors import FS2Error
from fs2.files import read_json

MODEL = "model.safetensors"


@dataclass(frozen=True)
class VoiceFolders:
    """Where the two halves of a voice lie."""

    training: Path
    """Folder of the trained system: model.safetensors and model.json."""
    vocoder: Path | None
    """Folder of the vocoder that the system was configured with; None if it needs none."""


def find_voice(results: Path, corpus: str | None = None, system: str | None = None) -> VoiceFolders:
    """The voice of a corpus and system; where one is not given, the newest that is trained.

    Raises FS2Error that says what is there instead, and which command makes what is missing.
    """
    results = Path(results)
    trained = sorted(results.glob(f"*/training/*/{MODEL}"), key=lambda path: path.stat().st_mtime)
    if not trained:
        raise FS2Error(
            f"{results}: no trained voice here; 'snakemake --cores all' trains one, "
            "--results names another folder"
        )
    fitting = [
        path
        for path in trained
        if corpus in (None, path.parents[2].name) and system in (None, path.parent.name)
    ]
    if not fitting:
        there = "\n".join(
            f"  --corpus {path.parents[2].name} --system {path.parent.name}" for path in trained
        )
        wanted = results / (corpus or "<corpus>") / "training" / (system or "<system>")
        raise FS2Error(
            f"{wanted}: no {MODEL} here; 'snakemake --cores all {wanted / MODEL}' trains it. "
            f"Trained are:\n{there}"
        )
    training = fitting[-1].parent
    description = read_json(training / "model.json")
    try:
        if description["config"]["model"].get("output") == "waveform":
            return VoiceFolders(training, None)
        name = description["config"]["vocoder"]["name"]
    except (KeyError, TypeError) as error:
        raise FS2Error(f"{training / 'model.json'}: names no vocoder; train again") from error
    vocoder = training.parents[1] / "vocoder" / name
    if not vocoder.is_dir():
        raise FS2Error(f"{vocoder}: no vocoder here; 'snakemake --cores all {vocoder}' makes it")
    return VoiceFolders(training, vocoder)
