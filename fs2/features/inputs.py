"""What the earlier stages say of each clip, gathered and checked."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fs2.errors import FS2Error
from fs2.files import read_table


@dataclass(frozen=True)
class ClipInput:
    """What a worker needs to know of one clip.

    Attributes:
        id, split, text: Name, split and normalised text.
        path: The recording.
        start_sample, frames: Its usable part.
        phonemes: (phonemes,), uint8, indices into the symbols.
        durations: (phonemes,), int32, frames.
    """

    id: str
    split: str
    text: str
    path: Path
    start_sample: int
    frames: int
    phonemes: np.ndarray
    durations: np.ndarray


def read_symbols(path: Path) -> list[str]:
    """The model's symbols in order of their ids, one a line; FS2Error if there are none."""
    try:
        symbols = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FS2Error(f"{path}: cannot be read ({error}); run the stage text") from error
    if not symbols or len(symbols) > 256 or len(set(symbols)) < len(symbols):
        raise FS2Error(f"{path}: must hold 1 to 256 different symbols, one a line")
    return symbols


def read_inputs(corpus: Path, text: Path, alignment: Path, symbols: list[str]) -> list[ClipInput]:
    """The clips of `alignment/durations.csv` with their phonemes, in its order.

    Raises FS2Error that names the clip if the tables disagree or durations do not sum to frames.
    """
    table = alignment / "durations.csv"
    splits = {row["id"]: row["split"] for row in read_table(corpus / "splits.csv", ("id", "split"))}
    texts = {row["id"]: row["text"] for row in read_table(text / "phonemes.csv", ("id", "text"))}
    index = {symbol: number for number, symbol in enumerate(symbols)}
    inputs = []
    columns = ("id", "start_sample", "frames", "phonemes", "durations")
    for row in read_table(table, columns):
        clip = row["id"]
        for known, path in ((splits, corpus / "splits.csv"), (texts, text / "phonemes.csv")):
            if clip not in known:
                raise FS2Error(f"{path}: no clip '{clip}', which {table} has; run the stages again")
        try:
            phonemes = [index[symbol] for symbol in row["phonemes"].split()]
        except KeyError as error:
            raise FS2Error(
                f"{table}: clip '{clip}' has the symbol {error}, unknown to {text / 'symbols.txt'}"
            ) from error
        try:
            start, frames = int(row["start_sample"]), int(row["frames"])
            durations = [int(number) for number in row["durations"].split()]
        except ValueError as error:
            raise FS2Error(f"{table}: clip '{clip}' has something not a number: {error}") from error
        if len(phonemes) != len(durations) or sum(durations) != frames or frames < 1 or start < 0:
            raise FS2Error(
                f"{table}: clip '{clip}' has {len(phonemes)} phonemes and {len(durations)} "
                f"durations, which sum to {sum(durations)} of {frames} frames"
            )
        inputs.append(
            ClipInput(
                id=clip,
                split=splits[clip],
                text=texts[clip],
                path=corpus / "clips" / f"{clip}.wav",
                start_sample=start,
                frames=frames,
                phonemes=np.array(phonemes, np.uint8),
                durations=np.array(durations, np.int32),
            )
        )
    if not inputs:
        raise FS2Error(f"{table}: holds no clip")
    return inputs
