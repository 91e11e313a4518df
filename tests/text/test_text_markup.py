import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.text.phonemiser import Phonemiser
from fs2.text.symbols import PHONES, PUNCTUATION

PHONEMISER = Phonemiser(Text())


def test_phones_in_braces_are_spoken_as_they_are():
    tokens = PHONEMISER("This is no {P L EY1 S} for you.")
    spoken = [token.phonemes for token in tokens]
    assert spoken[3] == ("P", "L", "EY1", "S")
    assert [token.text for token in tokens][3] == "phones_p_l_ey1_s"
    assert [*spoken[:3], *spoken[4:]] == [
        *[token.phonemes for token in PHONEMISER("This is no.")][:3],
        *[("F", "ER0"), ("Y", "UW1"), (".",)],
    ]


def test_words_before_phones_have_the_form_that_goes_with_them():
    before = [PHONEMISER(f"the {group}")[0].phonemes[-1] for group in ("{AE1 T}", "{K AE1 T}")]
    assert before == ["IY0", "AH0"]


@given(st.lists(st.lists(st.sampled_from(PHONES), min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_phones_at_any_place(groups):
    text = ", ".join(f"{{{' '.join(phones)}}}" for phones in groups)
    normalised = PHONEMISER.normalise(f"{text}!")
    assert normalised == f"{text}!"
    spoken = [t.phonemes for t in PHONEMISER.tokens(normalised) if t.text not in PUNCTUATION]
    assert spoken == [tuple(phones) for phones in groups]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            'Hello <break time="1s"/> world.',
            "mark-up '<break time=\"1s\"/>' .* for a pause write a",
        ),
        ("<speak>Hello</speak>", "mark-up '<speak>'"),
        ("So </b> there", "mark-up '</b>'"),
        ("<!-- no --> there", "mark-up '<!-- no -->'"),
        ("An <unk> word", "mark-up '<unk>'"),
        ("[laughs] Hello", r"square brackets, '\[laughs\]'"),
        ("Hello [...] world", r"square brackets, '\[\.\.\.\]'"),
        ("Hello ] world", r"square brackets, '\]'"),
        ("{P L EY S}", "vowel 'EY' has no stress; write EY0, 1 or 2"),
        ("{hello}", "'hello' is no phone of CMUdict"),
        ("{} there", "a pair of braces is empty"),
        ("{P L EY1 S there", "a brace is alone"),
        ("{P {L} EY1}", "a brace is alone"),
    ],
)
def test_other_mark_up_is_refused_with_advice(text, words):
    with pytest.raises(FS2Error, match=f"^text .*: (the )?{words}"):
        PHONEMISER(text)


def test_what_looks_like_mark_up_and_is_none():
    assert "b and c" in PHONEMISER.normalise("a<b and c>d")
    assert PHONEMISER.normalise("a zinphone {B AA1}") == "a zinphone {B AA1}"
