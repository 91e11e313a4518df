"""Finding a trained voice under the results folder."""

from dataclasses import dataclass
from pathlib import Path

from fs2.errors import FS2Error
from fs2.files import read_json
from fs2.registry import VOCODERS
from fs2.systems.saving import WEIGHTS as MODEL
from fs2.systems.saving import read_description
from fs2.vocoder.entry import DESCRIPTION


@dataclass(frozen=True)
class VoiceFolders:
    """Where the two halves of a voice lie."""

    training: Path
    """Folder of the trained system: model.safetensors and model.json."""
    vocoder: Path | None
    """Folder of the vocoder, the system's own or another; None if the system needs none."""


def find_voice(
    results: Path,
    corpus: str | None = None,
    system: str | None = None,
    vocoder: str | None = None,
) -> VoiceFolders:
    """The voice of a corpus and system; where one is not given, the newest that is trained.

    Its vocoder is the one of that name in the corpus's results; if none is given, the system's.

    Raises FS2Error that says what is there instead, and which command makes what is missing.
    """
    results = Path(results)
    trained = _trained(results)
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
    own = _own_vocoder(training)
    if own is None:
        if vocoder is not None:
            raise FS2Error(f"{training}: makes waveforms itself, without the vocoder {vocoder}")
        return VoiceFolders(training, None)
    return VoiceFolders(training, _vocoder_folder(training.parents[1], vocoder or own))


def format_voices(results: Path) -> str:
    """A table of the voices under the results folder, the one trained last at the end.

    Raises FS2Error if there is none. What was trained by another version is said to be so.
    """
    rows = [("corpus", "system", "architecture", "vocoder", "trained")]
    for path in _trained(results):
        training = path.parent
        try:
            description = read_description(training)
            made = description.training.get("made", {}).get("date", "")
            what = (description.system.title, _own_vocoder(training) or "none", made or "unknown")
        except FS2Error:
            what = ("by another version", "unknown", "unknown")
        rows.append((training.parents[1].name, training.name, *what))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _trained(results: Path) -> list[Path]:
    """The weights of all that is trained, the newest last; FS2Error if there is nothing."""
    found = Path(results).glob(f"*/training/*/{MODEL}")
    if trained := sorted(found, key=lambda path: path.stat().st_mtime):
        return trained
    raise FS2Error(
        f"{results}: no trained voice here; 'snakemake --cores all' trains one, "
        "--results names another folder"
    )


def _own_vocoder(training: Path) -> str | None:
    """Name of the vocoder that a system was evaluated with last, or if it was not yet, configured
    with; None if it makes waveforms itself.
    """
    description = read_description(training)
    if not description.system.needs_vocoder:
        return None
    evaluated = training.parents[1] / "evaluation" / training.name / "settings.json"
    if not evaluated.is_file():
        return description.config.vocoder.name
    try:
        return str(read_json(evaluated)["vocoder"]["name"])
    except (KeyError, TypeError) as error:
        raise FS2Error(f"{evaluated}: names no vocoder; remove it and evaluate again") from error


def _vocoder_folder(corpus: Path, name: str) -> Path:
    """The folder of a vocoder in the results of a corpus; FS2Error if it is not there."""
    folder = corpus / "vocoder" / name
    if (folder / DESCRIPTION).is_file():
        return folder
    there = sorted(path.parent.name for path in folder.parent.glob(f"*/{DESCRIPTION}"))
    message = f"{folder}: no vocoder here; there are: {', '.join(there) or 'none'}"
    if name not in VOCODERS:
        raise FS2Error(f"{message}; the workflow can make: {', '.join(VOCODERS)}")
    raise FS2Error(
        f"{message}; 'snakemake --cores all {folder / DESCRIPTION}' makes it (with the "
        "--configfile of this corpus)"
    )
