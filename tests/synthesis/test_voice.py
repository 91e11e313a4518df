import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import toy

from fs2.errors import FS2Error
from fs2.files import write_json
from fs2.synthesis.find import find_voice
from fs2.synthesis.sentences import Sentence, join, split_sentences
from fs2.synthesis.voice import Voice
from fs2.systems.controls import Controls
from fs2.text.phonemiser import Token


@pytest.fixture(scope="module")
def voice(results):
    folders = find_voice(results)
    return Voice.load(folders.training, folders.vocoder, "cpu")


def test_speech_hangs_together(voice):
    speech = voice.speak("Hello world.")
    frames = len(speech.mel)
    assert speech.durations.sum() == frames
    assert len(speech.durations) == len(speech.phonemes)
    assert speech.phonemes[0] == speech.phonemes[-1] == "sil"
    assert speech.phonemes[-2] == "."
    assert speech.f0.shape == speech.energy.shape == (frames,)
    assert speech.mel.shape == (frames, 80)
    assert speech.waveform.shape == (frames * 256,)
    assert speech.waveform.dtype == np.float32
    assert np.abs(speech.waveform).max() <= 1
    assert speech.sample_rate == 22050
    assert speech.seconds > 0


def test_same_text_same_speech(voice):
    first, second = voice.speak("Good morning."), voice.speak("Good morning.")
    assert np.array_equal(first.waveform, second.waveform)


def test_controls_control(voice):
    slow, plain, fast = (voice.speak("Hello world.", Controls(pace=pace)) for pace in (0.5, 1, 2))
    assert np.abs(2 * fast.durations - plain.durations).max() <= 1, "each is rounded"
    assert np.abs(slow.durations - 2 * plain.durations).max() <= 1
    high = voice.speak("Hello world.", Controls(pitch=2))
    voiced = plain.f0 > 0
    assert np.allclose(high.f0[voiced] / plain.f0[voiced], 2, rtol=1e-3)
    loud = voice.speak("Hello world.", Controls(energy=2))
    assert np.allclose(loud.energy, 2 * plain.energy, rtol=1e-3)


def test_a_text_beyond_an_hour_is_refused_before_it_is_read(voice):
    with pytest.raises(FS2Error, match=r"has 60000 characters, which is more than can be"):
        voice.speak("Good day. " * 6000)


def test_a_system_whose_durations_never_end_is_refused(results):
    for bias in (20.0, float("nan")):
        folders = find_voice(results)
        broken = Voice.load(folders.training, folders.vocoder, "cpu")
        broken._network.variance_adaptor.duration_predictor.output.bias.data.fill_(bias)
        with pytest.raises(FS2Error, match="a phone of endless length: its training went wrong"):
            broken.speak("Hello.")


def test_pitch_deviation_is_scaled_as_the_system_was_configured(voice, results, tmp_path):
    folders = find_voice(results)
    training = shutil.copytree(folders.training, tmp_path / "flat")
    description = json.loads((training / "model.json").read_text())
    description["config"]["synthesis"]["pitch_std_scale"] = 0.5
    (training / "model.json").write_text(json.dumps(description))
    own = Voice.load(training, folders.vocoder, "cpu").speak("Hello world.").f0
    assert np.array_equal(own, voice.speak("Hello world.", Controls(pitch_std_scale=0.5)).f0)
    assert not np.allclose(own, voice.speak("Hello world.").f0)


def test_sentences_are_spoken_one_by_one(voice):
    both = voice.speak("Hello world. Good morning!")
    first, second = voice.speak("Hello world."), voice.speak("Good morning!")
    pause = len(both.mel) - len(first.mel) - len(second.mel)
    assert pause == round(0.25 * 22050 / 256)
    assert both.phonemes == first.phonemes + second.phonemes
    assert both.durations.sum() == len(both.mel)
    assert np.array_equal(both.mel[: len(first.mel)], first.mel)
    assert np.array_equal(both.mel[-len(second.mel) :], second.mel)
    assert not both.f0[len(first.mel) : len(first.mel) + pause].any()


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_empty_text_is_refused(voice, text):
    with pytest.raises(FS2Error, match="text"):
        voice.speak(text)


def test_unknown_symbols_are_refused_by_name(voice):
    with pytest.raises(FS2Error, match="漢"):
        voice.speak("The sign 漢 is not English.")
    with pytest.raises(FS2Error, match="'XX1'"):
        voice.speak_phonemes(["sil", "XX1", "sil"])


def test_given_durations_are_spoken_or_refused(voice, monkeypatch):
    phonemes = voice.sentences("Hello.")[0]
    durations = np.arange(len(phonemes))
    speech = voice.speak_phonemes(phonemes, Controls(pace=2), durations)
    assert np.array_equal(speech.durations, durations)
    assert len(speech.waveform) == durations.sum() * 256
    bad = {
        f"3 of them, but {len(phonemes)} phonemes": durations[:3],
        "1 x 7 of them": durations[None],
        "none below 0": durations - 1,
        "not all of them 0": 0 * durations,
    }
    for words, given in bad.items():
        with pytest.raises(FS2Error, match=words):
            voice.speak_phonemes(phonemes, None, given)
    monkeypatch.setattr(type(voice.description.system), "has_durations", False)
    with pytest.raises(FS2Error, match="FastSpeech 2 has no durations"):
        voice.speak_phonemes(phonemes, None, durations)


def test_a_system_that_does_not_keep_its_word_on_durations_is_named(voice, monkeypatch):
    phonemes = voice.sentences("Hello.")[0]
    system = type(voice.description.system)
    own = system.synthesise

    def deaf(self, network, phonemes, controls, durations=None):
        return own(self, network, phonemes, controls)

    def silent(*arguments):
        return replace(own(*arguments), durations=None)

    monkeypatch.setattr(system, "synthesise", deaf)
    with pytest.raises(FS2Error, match="FastSpeech 2: spoke with other durations"):
        voice.speak_phonemes(phonemes, None, np.arange(len(phonemes)))
    monkeypatch.setattr(system, "synthesise", silent)
    with pytest.raises(FS2Error, match="has_durations is True, but it tells none"):
        voice.speak("Hello.")


def test_vocoder_for_another_mel_is_refused(results, tmp_path):
    config = toy.config(audio={"hop_length": 200, "mel_fmax": 7600})
    toy.make_vocoder(config, tmp_path / "vocoder")
    with pytest.raises(FS2Error) as error:
        Voice.load(find_voice(results).training, tmp_path / "vocoder", "cpu")
    assert "audio.hop_length: 256, but 200" in str(error.value)
    assert "audio.mel_fmax: 8000.0, but 7600" in str(error.value)


def test_missing_voices_are_named_with_what_is_there(results, tmp_path):
    with pytest.raises(FS2Error, match="no trained voice"):
        find_voice(tmp_path)
    with pytest.raises(FS2Error, match=r"--corpus toy --system plain"):
        find_voice(results, system="fancy")
    with pytest.raises(FS2Error, match=r"snakemake.*other/training"):
        find_voice(results, corpus="other")
    with pytest.raises(FS2Error, match="trained are: plain"):
        Voice.load(results / "toy" / "training" / "fancy", tmp_path)


def test_another_vocoder_is_found_by_name(results, tmp_path):
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    own, other = (
        tmp_path / "toy" / "vocoder" / name for name in ("griffin_lim", "hifigan_ljspeech")
    )
    assert find_voice(tmp_path).vocoder == own
    with pytest.raises(FS2Error) as error:
        find_voice(tmp_path, vocoder="hifigan_ljspeech")
    assert f"{other}: no vocoder here; there are: griffin_lim;" in str(error.value)
    assert f"'snakemake --cores all {other / 'vocoder.json'}' makes it" in str(error.value)
    shutil.copytree(own, other)
    assert find_voice(tmp_path, vocoder="hifigan_ljspeech").vocoder == other
    shutil.rmtree(own)
    with pytest.raises(FS2Error, match="griffin_lim: no vocoder here; there are: hifigan_ljspeech"):
        find_voice(tmp_path)


def test_the_vocoder_of_the_last_evaluation_is_the_systems_own(results, tmp_path):
    shutil.copytree(results, tmp_path, dirs_exist_ok=True)
    own = find_voice(tmp_path).vocoder
    shutil.copytree(own, own.with_name("hifigan_ljspeech"))
    training = find_voice(tmp_path).training
    settings = training.parents[1] / "evaluation" / training.name / "settings.json"
    write_json(settings, {"vocoder": {"name": "hifigan_ljspeech"}})
    assert find_voice(tmp_path).vocoder == own.with_name("hifigan_ljspeech")


def test_a_vocoder_that_nobody_knows_is_refused_with_those_that_can_be_made(results):
    with pytest.raises(FS2Error, match=r"can make: .*griffin_lim") as error:
        find_voice(results, vocoder="melgan")
    assert "snakemake" not in str(error.value)


def tokens(text):
    """Each word is two phonemes."""
    return [
        Token(part, (part,) if part in ",.?!;:" else ("AA1", "B"), "dictionary")
        for part in text.split()
    ]


def test_split_at_sentence_ends_and_long_sentences_at_clauses():
    a, b = ["AA1", "B"], ["sil"]
    assert split_sentences(tokens("x , x . x ?")) == [
        [*b, *a, ",", *a, ".", *b],
        [*b, *a, "?", *b],
    ]
    assert split_sentences(tokens("x x , x , x"), longest=8) == [
        [*b, *a, *a, ",", *b],
        [*b, *a, ",", *a, *b],
    ]
    assert split_sentences(tokens("x x x"), longest=4) == [[*b, *a, *a, *b], [*b, *a, *b]]
    assert split_sentences(tokens("x ! ? .")) == [[*b, *a, "!", *b]]


def test_join_of_one_changes_nothing():
    part = Sentence(["sil"], np.array([2]), np.zeros((2, 80)), None, np.ones(2), None)
    joined = join([part], 9, -11.5, 256)
    assert joined.f0 is None
    assert np.array_equal(joined.mel, part.mel)
    assert np.array_equal(joined.durations, part.durations)
