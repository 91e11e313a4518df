import numpy as np
import pytest
import torch

from fs2.audio import AudioSettings
from fs2.features.mel import mel_spectrogram
from fs2.features.mel_filters import mel_filter_bank
from fs2.vocoder.griffin_lim.inversion import GriffinLim

AUDIO = AudioSettings()


@pytest.fixture(scope="module")
def tone() -> np.ndarray:
    """Ten harmonics of a gliding 150 Hz, with a slow swell; 100 frames."""
    seconds = np.arange(100 * AUDIO.hop_length) / AUDIO.sample_rate
    phase = 2 * np.pi * (150 * seconds + 20 * seconds**2)
    harmonics = sum(np.sin(n * phase) / n for n in range(1, 11))
    return (0.1 * harmonics * (1.2 + np.sin(6 * seconds))).astype(np.float32)


def test_mel_of_a_harmonic_tone_comes_back_in_place(tone):
    mel = mel_spectrogram(tone, AUDIO)
    samples = GriffinLim(AUDIO)(torch.from_numpy(mel))
    assert samples.shape == tone.shape
    assert samples.dtype == np.float32
    again = mel_spectrogram(samples, AUDIO)
    loud = mel > mel.max() - 6
    error = np.abs(again - mel)[loud].mean()
    assert error < 0.2
    for shift in (-1, 1):
        assert np.abs(np.roll(again, shift, axis=0) - mel)[loud].mean() > error


def test_same_mel_same_samples():
    mel = torch.randn(12, 80, generator=torch.Generator().manual_seed(0)) - 4
    vocoder = GriffinLim(AUDIO, iterations=3)
    assert np.array_equal(vocoder(mel), vocoder(mel))


@pytest.mark.parametrize("frames", [1, 2, 5])
@pytest.mark.parametrize("hop", [256, 275])
def test_length_is_frames_times_hop(frames, hop):
    audio = AudioSettings(hop_length=hop)
    mel = torch.full((frames, 80), -4.0)
    assert GriffinLim(audio, iterations=2)(mel).shape == (frames * hop,)


def test_magnitudes_fit_the_mel_and_are_not_negative(tone):
    mel = mel_spectrogram(tone, AUDIO)
    magnitudes = GriffinLim(AUDIO).magnitudes(torch.from_numpy(mel))
    assert magnitudes.min() >= 0
    assert magnitudes.shape == (513, 100)
    fitted = np.log(np.maximum(magnitudes.T @ mel_filter_bank(AUDIO), AUDIO.clip_val))
    assert np.abs(fitted - mel).mean() < 0.03
