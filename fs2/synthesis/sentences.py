"""Long text is spoken sentence by sentence, as the model was trained, and joined."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from fs2.systems.attention import Attention
from fs2.text.phonemiser import Token
from fs2.text.symbols import PUNCTUATION, SILENCE

SENTENCE_ENDS = frozenset(".?!")
LONGEST_SENTENCE = 160
"""Phonemes; a longer sentence is cut at its clauses. About the longest that is trained on."""


@dataclass(frozen=True)
class Sentence:
    """What a voice makes of a sequence of phonemes, before a vocoder.

    Attributes:
        phonemes: Symbols, beginning and ending with `sil`.
        durations: (phonemes,), int32, frames; they sum to the frames of the mel. None if the
            system has no durations of its own.
        mel: (frames, n_mels), float32, natural log; None if it makes the waveform itself.
        f0: (frames,), float32, Hz, 0 where unvoiced; None if the system predicts no pitch.
        energy: (frames,), float32, L2 norm of the STFT frame; None if it predicts no energy.
        waveform: (frames * hop_length,), float32; None if a vocoder is to make it.
        attentions: Of an autoregressive decoder, one a sentence; empty if there is none.
    """

    phonemes: list[str]
    durations: np.ndarray | None
    mel: np.ndarray | None
    f0: np.ndarray | None
    energy: np.ndarray | None
    waveform: np.ndarray | None
    attentions: tuple[Attention, ...] = field(default=(), kw_only=True)


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


def join(parts: Sequence[Sentence], pause_frames: int, silence: float, hop_length: int) -> Sentence:
    """One utterance of several, with a pause between them that counts as their last `sil`.

    `silence` is the value of the mel in the pause; F0, energy and waveform are 0 there.
    """

    def joined(name: str, pause: int, value: float = 0.0) -> np.ndarray | None:
        pieces: list[np.ndarray] = []
        for number, part in enumerate(parts, 1):
            column = getattr(part, name)
            if column is None:
                return None
            after = pause if number < len(parts) else 0
            margin = [(0, after)] + [(0, 0)] * (column.ndim - 1)
            pieces.append(np.pad(column, margin, constant_values=value))
        return np.concatenate(pieces)

    durations = [part.durations.copy() for part in parts if part.durations is not None]
    for paused in durations[:-1]:
        paused[-1] += pause_frames
    return Sentence(
        phonemes=[phoneme for part in parts for phoneme in part.phonemes],
        durations=np.concatenate(durations) if durations else None,
        mel=joined("mel", pause_frames, silence),
        f0=joined("f0", pause_frames),
        energy=joined("energy", pause_frames),
        waveform=joined("waveform", pause_frames * hop_length),
        attentions=tuple(attention for part in parts for attention in part.attentions),
    )
