import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.text.derivation import derive
from fs2.text.dictionary import CMUDICT, look_up, read_pronunciations
from fs2.text.heteronyms import ATE_IF_VERB, FIRST_STRESSED_UNLESS_VERB, HETERONYMS, OTHERS, choose
from fs2.text.network import predict
from fs2.text.phonemiser import BEFORE_CONSONANTS, BEFORE_VOWELS, WEAK_FORMS, Phonemiser
from fs2.text.symbols import PHONES, SYMBOLS

PHONEMISER = Phonemiser(Text())


def said(sentence: str, word: str, phonemiser: Phonemiser = PHONEMISER) -> list[str]:
    """All pronunciations that `word` gets in `sentence`, in order."""
    return [" ".join(token.phonemes) for token in phonemiser(sentence) if token.text == word]


def source(word: str) -> str:
    return PHONEMISER.pronunciations(word)[1]


def test_a_sentence():
    tokens = PHONEMISER("Hello, Dr. Smith!")
    assert [(token.text, " ".join(token.phonemes), token.source) for token in tokens] == [
        ("hello", "HH AH0 L OW1", "dictionary"),
        (",", ",", "punctuation"),
        ("doctor", "D AA1 K T ER0", "dictionary"),
        ("smith", "S M IH1 TH", "dictionary"),
        ("!", "!", "punctuation"),
    ]


@given(st.text(max_size=30))
@settings(deadline=None)
def test_every_phoneme_is_a_symbol(sentence):
    try:
        tokens = PHONEMISER(sentence)
    except FS2Error:
        return
    assert tokens
    assert {phone for token in tokens for phone in token.phonemes} <= set(SYMBOLS)


@pytest.mark.parametrize("sentence", ["", "  \n", "?!", "...", "“”", "'"])
def test_text_without_words_is_refused(sentence):
    with pytest.raises(FS2Error, match="no words"):
        PHONEMISER(sentence)


def test_unreadable_characters_are_named():
    with pytest.raises(FS2Error, match=r"'👍' \(U\+1F44D\), 'П' \(U\+041F\)"):
        PHONEMISER("fine 👍 П 👍")


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("handcuff's", "HH AE1 N D K AH2 F S"),
        ("nightglow's", "N AY1 T G L OW2 Z"),
        ("birch's", "B ER1 CH IH0 Z"),
        ("tablewares", "T EY1 B AH0 L W EH2 R Z"),
        ("who'd", "HH UW1 D"),
        ("kathleen'll", "K AE0 TH L IY1 N AH0 L"),
        ("unmuted", "AH0 N M Y UW1 T IH0 D"),
        ("rerecords", "R IY0 R AH0 K AO1 R D Z"),
        ("keenness", "K IY1 N N AH0 S"),
        ("patriotically", "P EY2 T R IY0 AA1 T IH0 K L IY0"),
    ],
)
def test_words_that_are_built_on_known_words(word, phones):
    assert " ".join(PHONEMISER.pronunciations(word)[0][0]) == phones


def test_a_possessive_is_not_the_name_of_the_letter():
    assert look_up("'s") == ()
    for token in PHONEMISER("Zimbalist's, Raoul's, the F. B. I.'s."):
        assert token.phonemes[-2:] != ("EH1", "S")


def test_derivation_needs_a_known_base():
    assert derive("unzorked", look_up) == ()
    assert derive("cats", lambda _: ()) == ()


@pytest.mark.parametrize(
    ("word", "phones"), [("kalamazoo", "K AA2 L AA0 M OW0 Z OW1"), ("gregson", "G R EH1 G S AH0 N")]
)
def test_the_network(word, phones):
    # As g2p_en 2.1.0 itself says them.
    assert " ".join(predict(word)) == phones


def test_the_network_knows_words_of_the_dictionary():
    for word in ("speech", "printing", "engraved", "general", "mountain", "window", "computer"):
        assert predict(word) in look_up(word)


def test_the_network_reads_words_of_any_length():
    assert set(predict("supercalifragilistic" * 5)) <= set(PHONES)


@pytest.mark.parametrize(
    ("sentence", "word", "phones"),
    [
        ("I read it yesterday.", "read", ["R EH1 D"]),
        ("I will read it. She has read it.", "read", ["R IY1 D", "R EH1 D"]),
        ("We record the record.", "record", ["R AH0 K AO1 R D", "R EH1 K ER0 D"]),
        ("They refuse the refuse.", "refuse", ["R AH0 F Y UW1 Z", "R EH1 F Y UW2 S"]),
        ("I present the present.", "present", ["P R IY0 Z EH1 N T", "P R EH1 Z AH0 N T"]),
        ("We use it; it has a use.", "use", ["Y UW1 Z", "Y UW1 S"]),
        ("They live near the live wire.", "live", ["L IH1 V", "L AY1 V"]),
        ("Close the door, it is close.", "close", ["K L OW1 Z", "K L OW1 S"]),
        ("The wind began to wind down.", "wind", ["W IH1 N D", "W AY1 N D"]),
        ("They estimate an estimate.", "estimate", ["EH1 S T AH0 M EY2 T", "EH1 S T AH0 M AH0 T"]),
        ("His lives, he lives.", "lives", ["L AY1 V Z", "L IH1 V Z"]),
        ("Don't object; we object.", "object", ["AH0 B JH EH1 K T"] * 2),
    ],
)
def test_heteronyms_by_part_of_speech(sentence, word, phones):
    assert said(sentence, word) == phones


def test_every_choice_is_in_the_dictionary():
    for word in HETERONYMS:
        for tag in ("VB", "VBD", "VBN", "VBP", "VBZ", "NN", "NNS", "NNP", "JJ", "RB", "IN"):
            assert choose(word, tag) in look_up(word), (word, tag)
    for forms in (WEAK_FORMS, BEFORE_VOWELS, BEFORE_CONSONANTS):
        for word, phones in forms.items():
            assert phones in look_up(word), word


def test_verbs_differ_from_the_rest():
    for word in HETERONYMS - OTHERS.keys():
        assert choose(word, "VB") != choose(word, "NN"), word
    assert not set(FIRST_STRESSED_UNLESS_VERB) & set(ATE_IF_VERB)


def test_heteronyms_can_be_switched_off():
    plain = Phonemiser(Text(heteronyms=False))
    assert said("They refuse the refuse.", "refuse", plain) == ["R AH0 F Y UW1 Z"] * 2


def test_function_words_by_what_follows():
    assert said("The apple, the pear, the.", "the") == ["DH IY0", "DH AH0", "DH AH0"]
    assert said("To go, to eat, to.", "to") == ["T AH0", "T UW1", "T UW1"]
    assert said("As I can, I can go.", "can") == ["K AE1 N", "K AH0 N"]


def test_the_letter_and_the_article():
    sentence = "A man, a plan A, James A. Smith, A B C."
    assert said(sentence, "a") == ["AH0", "AH0", "EY1", "EY1", "EY1"]
    assert said("reading A Tale of Two Cities at 9 a.m.", "a") == ["AH0", "EY1"]


def test_own_pronunciations_win(tmp_path):
    path = tmp_path / "own.dict"
    path.write_text("# ours\n\nTomato  T AH0 M AA1 T OW2\ntomato T AH0 M EY1 T OW2\nWDSU W AH0 Z\n")
    own = Phonemiser(Text(pronunciations=str(path)))
    assert own("The WDSU tomato's")[-1].phonemes == ("T", "AH0", "M", "AA1", "T", "OW2", "Z")
    assert own("The WDSU tomato")[-2].phonemes == ("W", "AH0", "Z")
    assert own("tomato")[0].source == "given"
    assert len(own.pronunciations("tomato")[0]) == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("word", "'word' has no pronunciation"),
        ("word W AH D", "vowel 'AH' of 'word' has no stress"),
        ("word W XX1 D", "'XX1' of 'word' is no ARPAbet"),
        ("two-part T UW1", "'two-part' must be of the letters"),
        ("b4 B IY1", "'b4' must be"),
    ],
)
def test_errors_of_own_pronunciations_name_file_and_line(tmp_path, line, complaint):
    path = tmp_path / "own.dict"
    path.write_text(f"hello HH AH0 L OW1\n{line}\n")
    with pytest.raises(FS2Error, match=f"own.dict, line 2: {complaint}"):
        Phonemiser(Text(pronunciations=str(path)))


def test_a_missing_file_of_pronunciations_is_named(tmp_path):
    with pytest.raises(FS2Error, match=r"text\.pronunciations: .*none\.dict"):
        read_pronunciations(tmp_path / "none.dict")


def test_sources():
    assert source("hello") == "dictionary"
    assert source("unmuted") == "derived"
    assert source("zorkmid") == source("zorkmid's") == "network"


@pytest.mark.parametrize(
    ("sentence", "normalised"),
    [
        ("an LED lamp", "an L E D lamp"),
        ("a CT scan in LA", "a C T scan in L A"),
        ("a GIF or JPEG", "a GIF or JPEG"),
        ("at 7:00 PM EST", "at seven P M E S T"),
        ("The GDP fell.", "The G D P fell."),
        ("NASA and NATO agreed.", "NASA and NATO agreed."),
        ("He led the way.", "He led the way."),
        ("THE LED LAMP IS ON", "the led lamp is on"),
    ],
)
def test_initialisms_that_look_like_words_are_spelled(sentence, normalised):
    assert PHONEMISER.normalise(sentence).lower() == normalised.lower()


@pytest.mark.parametrize(
    ("sentence", "letter"),
    [
        ("A to Z", True),
        ("A is for apple.", True),
        ("either A or B", True),
        ("the a b c", True),
        ("A man came.", False),
        ('He said, "A man came."', False),
        ("He sang (A song).", False),
        ("It was A beautiful day.", False),
        ("Vitamin A is good.", True),
        ("Grade A beef", True),
        ("an A in math", True),
        ("A to-do list", False),
        ("such a thing", False),
    ],
)
def test_the_letter_a_and_the_article(sentence, letter):
    spoken = next(token for token in PHONEMISER(sentence) if token.text == "a").phonemes
    assert (spoken == ("EY1",)) == letter


def test_loans_and_names_that_spelling_does_not_tell():
    said = {t.text: " ".join(t.phonemes) for t in PHONEMISER("Siobhan made a segue to Wi-Fi.")}
    assert said["siobhan"] == "SH AH0 V AO1 N"
    assert said["segue"] == "S EH1 G W EY2"
    assert (said["wi"], said["fi"]) == ("W AY1", "F AY1")


def test_the_dictionary_is_the_published_one():
    cmudict = pytest.importorskip("cmudict")
    assert CMUDICT.read_bytes() == cmudict.dict_stream().read()
    assert CMUDICT.with_name("LICENSE").read_text() == cmudict.license_string()
