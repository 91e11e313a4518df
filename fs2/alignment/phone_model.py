"""A small acoustic model of English phones: how well a sentence, or an alignment, fits a sound.

One Gaussian a phone, `phone_model.csv`, is far too little to recognise speech. It is enough to say
which of two sentences a clip holds, whoever speaks: that needs neither an aligner nor a corpus to
train one on.

The file was made of the Kathleen corpus (CC0) and TextGrids of the Montreal Forced Aligner:

    python -m fs2.alignment.phone_model CLIPS TEXTGRIDS
"""

import sys
from collections.abc import Sequence
from functools import cache
from math import nan
from pathlib import Path

import numpy as np
import soxr

from fs2.alignment.acoustics import FEATURES, Gaussians, cepstra, phone_of_frames, unstressed
from fs2.alignment.praat import Interval
from fs2.audio import read_audio
from fs2.errors import FS2Error
from fs2.files import read_table, write_table
from fs2.text.symbols import CONSONANTS, SILENCE, VOWELS

FILE = Path(__file__).with_name("phone_model.csv")
RATE = 16_000
"""Hz; all sound is brought to it."""
KINDS = (SILENCE, *CONSONANTS, *VOWELS)
_INDEX = {phone: number for number, phone in enumerate(KINDS)}
_LEAST_FRAMES = 3
"""Shortest phone, as for the aligners: 30 ms."""
_COLUMNS = tuple(f"{name}_{n}" for name in ("mean", "variance") for n in range(FEATURES))


@cache
def phone_model() -> Gaussians:
    """The Gaussians of `KINDS`, as the package brings them."""
    rows = {row["phone"]: row for row in read_table(FILE, ("phone", *_COLUMNS))}
    table = np.array([[float(rows[kind][column]) for column in _COLUMNS] for kind in KINDS])
    return Gaussians(*np.split(table, 2, axis=1))


def sound_frames(path: Path) -> np.ndarray:
    """The frames of a sound file as the model wants them, shape (frames, 26).

    Raises FS2Error if it cannot be read or is empty.
    """
    samples, rate = read_audio(path)
    samples = soxr.resample(samples, rate, RATE)
    if not len(samples):
        raise FS2Error(f"{path}: the sound file is empty")
    return cepstra(samples, RATE)


def sentence_scores(frames: np.ndarray, sentences: Sequence[Sequence[Sequence[str]]]) -> np.ndarray:
    """Log likelihood of `frames`, shape (frames, 26), under each sentence, shape (sentences,).

    A sentence is a list of words, a word a list of phones. It is said once from the first to the
    last frame, each phone for 30 ms or more; before, after and between words there may be silence.
    The best such path counts (Viterbi). It is -inf for a sentence that is too long for the frames.
    """
    chains = [_states(sentence) for sentence in sentences]
    states = np.full((len(chains), max(map(len, chains))), _INDEX[SILENCE])
    for row, chain in zip(states, chains, strict=True):
        row[: len(chain)] = chain
    # A state is entered from itself, from the one before, or over a silence from that before it.
    over = np.where(states[:, 1:-1] == _INDEX[SILENCE], 0.0, -np.inf)
    densities = phone_model().log_densities(frames)
    scores = np.full(states.shape, -np.inf)
    scores[:, :2] = densities[0][states[:, :2]]
    for density in densities[1:]:
        best = scores.copy()
        np.maximum(best[:, 1:], scores[:, :-1], out=best[:, 1:])
        np.maximum(best[:, 2:], scores[:, :-2] + over, out=best[:, 2:])
        scores = best + density[states]
    rows, last = np.arange(len(chains)), np.array([len(chain) - 1 for chain in chains])
    return np.maximum(scores[rows, last], scores[rows, last - 1])


def phone_fit(frames: np.ndarray, phones: Sequence[Interval]) -> float:
    """Mean log posterior of the phones of an alignment in their frames, shape (frames, 26).

    Phones have equal priors. Right alignments have about -3, failed ones below -5.
    NaN without a frame of a phone that is known.
    """
    kind = _kinds(phones, len(frames))
    known = kind >= 0
    posteriors = phone_model().log_posteriors(frames[known], kind[known])
    return float(posteriors.mean()) if len(posteriors) else nan


def _kinds(phones: Sequence[Interval], frames: int) -> np.ndarray:
    """The index in `KINDS` of what each frame belongs to, -1 if it is none, shape (frames,)."""
    kinds = [_INDEX.get(unstressed(phone.label or SILENCE), -1) for phone in phones]
    return np.array(kinds)[phone_of_frames(phones, frames)]


def _states(sentence: Sequence[Sequence[str]]) -> list[int]:
    """The path's states: silence, and after each word's phones silence again."""
    states = [_INDEX[SILENCE]]
    for word in sentence:
        for phone in word:
            states += [_INDEX[unstressed(phone)]] * _LEAST_FRAMES
        states.append(_INDEX[SILENCE])
    return states


def make_phone_model(clips: Path, textgrids: Path, target: Path = FILE) -> None:
    """Estimate the model from the wav files of `clips` and their TextGrids, and write it."""
    from fs2.alignment.textgrid import find_textgrids, read_textgrid

    frames, kinds = [], []
    for clip, path in sorted(find_textgrids(textgrids).items()):
        features = sound_frames(clips / f"{clip}.wav")
        kinds.append(_kinds(read_textgrid(path).phones, len(features)))
        frames.append(features)
    gaussians = Gaussians.fit(np.concatenate(frames), np.concatenate(kinds), len(KINDS))
    table = np.concatenate([gaussians.means, gaussians.variances], axis=1)
    rows = (
        {"phone": name} | {c: f"{value:.3f}" for c, value in zip(_COLUMNS, values, strict=True)}
        for name, values in zip(KINDS, table, strict=True)
    )
    write_table(target, ("phone", *_COLUMNS), rows)


if __name__ == "__main__":
    make_phone_model(*map(Path, sys.argv[1:3]))
