import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.audio import AudioSettings
from fs2.features.mel import mel_and_energy, mel_spectrogram


def librosa_mel(samples, audio):
    """HiFi-GAN's recipe with librosa's transform."""
    reach = (audio.n_fft - audio.hop_length) // 2
    magnitude = librosa.feature.melspectrogram(
        y=np.pad(samples, reach, mode="reflect"),
        sr=audio.sample_rate,
        n_fft=audio.n_fft,
        hop_length=audio.hop_length,
        win_length=audio.win_length,
        window="hann",
        center=False,
        power=1.0,
        n_mels=audio.n_mels,
        fmin=audio.mel_fmin,
        fmax=audio.mel_fmax,
    )
    return np.log(np.maximum(magnitude, audio.clip_val)).T


@pytest.mark.parametrize("settings", [{}, {"win_length": 800, "n_mels": 40, "mel_fmin": 50}])
def test_equals_librosa(settings, voice):
    audio = AudioSettings(**settings)
    samples = voice(1.3, audio)[0].astype(np.float32)
    mel = mel_spectrogram(samples, audio)
    assert mel.dtype == np.float32
    np.testing.assert_allclose(mel, librosa_mel(samples, audio), atol=2e-3)


def test_equals_librosa_on_recordings(audio, real_clips):
    for samples in real_clips[::3]:
        np.testing.assert_allclose(
            mel_spectrogram(samples, audio), librosa_mel(samples, audio), atol=2e-3
        )


@given(st.integers(0, 9000), st.sampled_from([(1024, 256), (512, 200), (400, 160), (600, 275)]))
def test_frames_for_any_length(length, transform):
    n_fft, hop_length = transform
    audio = AudioSettings(n_fft=n_fft, win_length=n_fft, hop_length=hop_length, n_mels=20)
    mel, energy = mel_and_energy(np.linspace(-0.5, 0.5, length, dtype=np.float32), audio)
    assert mel.shape == (length // hop_length, 20)
    assert energy.shape == (length // hop_length,)
    assert np.isfinite(mel).all()


def test_silence_is_the_floor(audio):
    mel, energy = mel_and_energy(np.zeros(5000, np.float32), audio)
    np.testing.assert_allclose(mel, np.log(audio.clip_val), rtol=1e-6)
    assert not energy.any()


def test_energy_is_the_norm_of_the_stft_frame(audio, voice):
    samples = voice(0.5, audio)[0].astype(np.float32)
    _, energy = mel_and_energy(samples, audio)
    padded = np.pad(samples, 384, mode="reflect")
    stft = librosa.stft(padded, n_fft=1024, hop_length=256, center=False)
    np.testing.assert_allclose(energy, np.linalg.norm(np.abs(stft), axis=0), rtol=1e-4)


def test_frame_is_centred_half_a_hop_in(audio):
    samples = np.zeros(20 * audio.hop_length, np.float32)
    samples[int(7.5 * audio.hop_length)] = 1
    _, energy = mel_and_energy(samples, audio)
    assert energy.argmax() == 7
