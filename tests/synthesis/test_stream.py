"""Speech in pieces, heard while it is made, is that of the whole."""

import numpy as np
import pytest

from fs2.errors import FS2Error
from fs2.nn import chunks
from fs2.synthesis.find import find_voice
from fs2.synthesis.voice import Voice
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2s import SYSTEM

TEXT = "Hello, all of you. Good night!"


@pytest.fixture(params=["results", "waveform_results"])
def voice(request):
    """One with a vocoder that makes all at once, and one that makes waveforms in pieces."""
    folders = find_voice(request.getfixturevalue(request.param))
    return Voice.load(folders.training, folders.vocoder, "cpu")


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    monkeypatch.setattr(chunks, "FIRST_FRAMES", 10)


def test_the_pieces_are_the_whole(voice):
    controls = Controls(pace=0.9)
    whole = voice.speak(TEXT, controls).waveform
    pieces = list(voice.stream(TEXT, controls))
    assert all(piece.dtype == np.float32 and piece.size for piece in pieces)
    np.testing.assert_allclose(np.concatenate(pieces), whole, rtol=0, atol=1e-6)


def test_sentences_are_made_one_by_one(voice):
    first = len(voice.speak(TEXT.partition(" Good")[0]).waveform)
    pieces = list(voice.stream(TEXT))
    ends = np.cumsum([len(piece) for piece in pieces])
    assert first in ends and first + len(voice.pause) in ends
    assert not pieces[list(ends).index(first) + 1].any()


def test_nothing_is_made_before_it_is_wanted(waveform_results, monkeypatch):
    voice = Voice.load(find_voice(waveform_results).training, None, "cpu")
    made = []
    forward = voice._network.waveform_decoder.forward
    monkeypatch.setattr(
        voice._network.waveform_decoder,
        "forward",
        lambda x, *rest: made.append(x.shape[1]) or forward(x, *rest),
    )
    pieces = voice.stream(TEXT)
    assert made == []
    next(pieces)
    assert made == [10 + voice._network.waveform_decoder.context]


def test_a_system_without_pieces_gives_all_at_once(waveform_results, monkeypatch):
    voice = Voice.load(find_voice(waveform_results).training, None, "cpu")
    whole = voice.speak("Hello world.").waveform
    monkeypatch.delattr(type(SYSTEM), "stream")
    [piece] = voice.stream("Hello world.")
    assert np.array_equal(piece, whole)


def test_what_cannot_be_spoken_is_refused_at_once(voice):
    with pytest.raises(FS2Error, match="has no words to speak"):
        voice.stream("?!")
    voice.description.symbols.remove("HH")
    with pytest.raises(FS2Error, match="unknown symbol 'HH'"):
        voice.stream("Good night. Hello.")


def test_a_lexicon_of_the_users_wins(voice, tmp_path):
    plain = voice.sentences("Hello, zorkified.")
    lexicon = tmp_path / "own.dict"
    lexicon.write_text("hello  G UH1 D\n")
    voice.learn(lexicon)
    learnt = voice.sentences("Hello, zorkified.")
    assert learnt[0][:4] == ["sil", "G", "UH1", "D"]
    assert learnt[0][4:] == plain[0][plain[0].index(",") :]
    lexicon.write_text("hello  G UH D\n")
    with pytest.raises(FS2Error, match=r"own.dict, line 1: vowel 'UH' of 'hello' has no stress"):
        voice.learn(lexicon)
    with pytest.raises(FS2Error, match=r"lexicon: .*none.dict cannot be read"):
        voice.learn(tmp_path / "none.dict")
