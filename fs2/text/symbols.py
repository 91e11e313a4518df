"""The model's symbols: stress-marked ARPAbet, punctuation, silence (paper section 3.1)."""

from collections.abc import Sequence

from fs2.errors import FS2Error

PADDING = "_"
"""Fills up a batch; its id is 0."""
SILENCE = "sil"
"""A pause without punctuation, and the edges of a clip."""
PUNCTUATION = (",", ".", "?", "!", ";", ":")
"""Marks that are symbols; normalisation turns dashes, brackets and the like into these."""

CONSONANTS = (
    *("B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N"),
    *("NG", "P", "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH"),
)
VOWELS = (
    *("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER"),
    *("EY", "IH", "IY", "OW", "OY", "UH", "UW"),
)
PHONES = tuple(sorted((*CONSONANTS, *(vowel + stress for vowel in VOWELS for stress in "012"))))
"""The 69 phones of CMUdict: 24 consonants, and 15 vowels with three degrees of stress."""

SYMBOLS = (PADDING, SILENCE, *PUNCTUATION, *PHONES)
"""All symbols in the order of their ids: padding and the paper's 76."""


def encode(phonemes: Sequence[str], symbols: Sequence[str] = SYMBOLS) -> list[int]:
    """The ids of `phonemes`: their places in `symbols`.

    Raises FS2Error that names every phoneme that is no symbol.
    """
    ids = {symbol: number for number, symbol in enumerate(symbols)}
    unknown = sorted(set(phonemes) - set(ids))
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise FS2Error(
            f"unknown symbol {names}: the model knows {len(ids)} symbols, stress-marked ARPAbet "
            "(e.g. AH0) and punctuation; use those, or train with the symbols that you need"
        )
    return [ids[phoneme] for phoneme in phonemes]
