import pytest

from fs2.errors import FS2Error
from fs2.text.symbols import PHONES, PUNCTUATION, SYMBOLS, encode


def test_padding_and_the_76_symbols_of_the_paper():
    assert SYMBOLS[0] == "_"
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 77
    assert len(PHONES) == 69
    assert {"sil", *PUNCTUATION, "AH0", "ZH"} < set(SYMBOLS)


def test_ids_are_places_in_the_list():
    assert encode(["_", "sil", "AA0"]) == [0, 1, SYMBOLS.index("AA0")]
    assert encode(["b", "a"], ("a", "b")) == [1, 0]


def test_unknown_symbols_are_named():
    with pytest.raises(FS2Error, match=r"'AH', 'spn'"):
        encode(["AH0", "spn", "AH"])
