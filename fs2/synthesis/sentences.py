"""Long text is spoken sentence by sentence, as the model was trained, and joined to one mel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fs2.text.phonemiser import Token
from fs2.text.symbols import PUNCTUATION, SILENCE

SENTENCE_ENDS = frozenset(".?!")
LONGEST_SENTENCE = 160
"""Phonemes; a longer sentence is cut at its clauses. About the longest that is trained on."""


@dataclass(frozen=True)
class SpokenMel:
    """What a model makes of a sequence of phonemes.

    Attributes:
        phonemes: Symbols, beginning and ending with `sil`.
        durations: (phonemes,), int32, frames; they sum to the frames of the mel.
        mel: (frames, mel_bands), float32, natural log.
        f0: (frames,), float32, Hz, 0 where unvoiced; None if the system predicts no pitch.
        energy: (frames,), float32, L2 norm of the STFT frame; None if it predicts no energy.
    """

    phonemes: list[str]
    durations: np.ndarray
    mel: np.ndarray
    f0: np.ndarray | None
    energy: np.ndarray | None


def split_sentences(tokens: Sequence[Token], longest: int = LONGEST_SENTENCE) -> list[list[str]]:
    """The phonemes of each sentence, from `sil` to `sil`.

    A sentence ends with a full stop, question or exclamation mark. With half of `longest` phonemes
    it also ends with any other mark, and before a word that would take it beyond `longest`.
    """
    sentences: list[list[str]] = []
    sentence: list[str] = []

    def finish() -> None:
        if any(phoneme not in PUNCTUATION for phoneme in sentence):
            sentences.append([SILENCE, *sentence, SILENCE])
        sentence.clear()

    for token in tokens:
        mark = token.text in PUNCTUATION
        if not mark and sentence and len(sentence) + len(token.phonemes) > longest:
            finish()
        sentence.extend(token.phonemes)
        if mark and (token.text in SENTENCE_ENDS or len(sentence) >= longest / 2):
            finish()
    finish()
    return sentences


def join(parts: Sequence[SpokenMel], pause_frames: int, silence: float) -> SpokenMel:
    """One mel of several, with a pause between them that counts as their last `sil`.

    `silence` is the value of the mel in the pause; F0 and energy are 0 there.
    """
    paused = [_append_pause(part, pause_frames, silence) for part in parts[:-1]]
    paused.append(parts[-1])
    return SpokenMel(
        phonemes=[phoneme for part in paused for phoneme in part.phonemes],
        durations=np.concatenate([part.durations for part in paused]),
        mel=np.concatenate([part.mel for part in paused]),
        f0=_concatenate(part.f0 for part in paused),
        energy=_concatenate(part.energy for part in paused),
    )


def _append_pause(part: SpokenMel, frames: int, silence: float) -> SpokenMel:
    durations = part.durations.copy()
    durations[-1] += frames
    return SpokenMel(
        phonemes=part.phonemes,
        durations=durations,
        mel=np.pad(part.mel, ((0, frames), (0, 0)), constant_values=silence),
        f0=None if part.f0 is None else np.pad(part.f0, (0, frames)),
        energy=None if part.energy is None else np.pad(part.energy, (0, frames)),
    )


def _concatenate(columns: Iterable[np.ndarray | None]) -> np.ndarray | None:
    present = [column for column in columns if column is not None]
    return np.concatenate(present) if present else None
