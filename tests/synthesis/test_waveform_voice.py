"""FastSpeech 2s as a voice: from text to waveform without a vocoder."""

from functools import partialmethod

import h5py
import numpy as np
import pytest
import torch

from fs2.cli import main
from fs2.errors import FS2Error
from fs2.features.mel import mel_spectrogram
from fs2.features.pitch import track_f0
from fs2.synthesis.find import find_voice
from fs2.synthesis.synthesise import synthesise
from fs2.synthesis.voice import Voice
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2s.network import FastSpeech2s


@pytest.fixture(scope="module")
def voice(waveform_results):
    folders = find_voice(waveform_results)
    assert folders.vocoder is None
    return Voice.load(folders.training, folders.vocoder, "cpu")


def test_speech_hangs_together(voice):
    speech = voice.speak("Hello world. Good morning!")
    frames = int(speech.durations.sum())
    assert speech.waveform.shape == (frames * 256,)
    assert speech.waveform.dtype == np.float32
    assert np.abs(speech.waveform).max() <= 1
    assert speech.f0.shape == speech.energy.shape == (frames,)
    assert np.array_equal(speech.spectrogram, mel_spectrogram(speech.waveform, voice.audio))
    again = voice.speak("Hello world. Good morning!")
    assert np.array_equal(again.waveform, speech.waveform)


def test_sentences_are_joined_with_a_pause(voice):
    both = voice.speak("Hello world. Good morning!").waveform
    first, second = (voice.speak(text).waveform for text in ("Hello world.", "Good morning!"))
    pause = len(both) - len(first) - len(second)
    assert pause == round(0.25 * 22050 / 256) * 256
    assert np.array_equal(both[: len(first)], first)
    assert not both[len(first) : len(first) + pause].any()
    assert np.array_equal(both[-len(second) :], second)


def test_pace_controls_the_length(voice):
    slow, plain, fast = (voice.speak("Hello world.", Controls(pace=pace)) for pace in (0.5, 1, 2))
    rounding = 256 * len(plain.phonemes)  # each duration is a whole number of frames
    assert len(fast.waveform) == pytest.approx(len(plain.waveform) / 2, abs=rounding / 2)
    assert len(slow.waveform) == pytest.approx(len(plain.waveform) * 2, abs=rounding)


def test_twice_the_pitch_is_heard_as_twice_the_f0(waveform_results):
    """The decoder's filters are set to let through its harmonics, and hardly its noise."""
    voice = Voice.load(find_voice(waveform_results).training, None, "cpu")
    last = voice._network.waveform_decoder.last
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
        last.bias[: len(last.bias) // 3] = -1
    plain, high = (
        track_f0(voice.speak("Thank you.", Controls(pace=0.3, pitch=pitch)).waveform, voice.audio)
        for pitch in (1, 2)
    )
    voiced = (plain > 0) & (high > 0)
    ratio = high[voiced] / plain[voiced]
    assert voiced.mean() > 0.3, "some frames at least are voiced in both"
    assert np.median(ratio) == pytest.approx(2, rel=0.01)
    assert np.mean(np.abs(ratio - 2) < 0.1) > 0.95


def test_long_text_is_the_same_in_pieces(voice, monkeypatch):
    text = "Hello world, and good morning to all of you who are here."
    whole = voice.speak(text).waveform
    in_pieces = partialmethod(FastSpeech2s.generate, chunk_frames=10)
    monkeypatch.setattr(FastSpeech2s, "generate", in_pieces)
    np.testing.assert_allclose(voice.speak(text).waveform, whole, atol=1e-5)


def test_test_split_is_spoken_without_a_vocoder(
    waveform_results, waveform_config, features, tmp_path
):
    training = find_voice(waveform_results).training
    output = tmp_path / "direct"
    summary = synthesise("direct", waveform_config, features, training, None, output)
    assert summary["clips"] == 4
    with h5py.File(output / "variances.h5") as file:
        assert file["mel"].shape == (file["frame_offsets"][-1], 80)


def test_vocoder_of_a_voice_without_one_is_refused(waveform_results, tmp_path, capsys):
    with pytest.raises(FS2Error, match="makes waveforms itself, without the vocoder griffin_lim"):
        find_voice(waveform_results, vocoder="griffin_lim")
    arguments = ["speak", "Hello.", "-o", str(tmp_path / "a.wav")]
    assert main([*arguments, "--results", str(waveform_results)]) == 0
    assert (tmp_path / "a.wav").is_file()


def test_mel_system_needs_a_vocoder(results):
    with pytest.raises(FS2Error, match="needs a vocoder"):
        Voice.load(find_voice(results).training, None, "cpu")
