"""Mel spectrogram as HiFi-GAN has it, and energy (paper sections 2.3 and 3.1)."""

from functools import lru_cache

import numpy as np

from fs2.audio import AudioSettings
from fs2.errors import FS2Error
from fs2.features.mel_filters import mel_filter_bank


def mel_spectrogram(samples: np.ndarray, audio: AudioSettings) -> np.ndarray:
    """Log mel spectrogram of float samples (samples,) in [-1, 1].

    Returns (frames, n_mels), float32: the natural logarithm of mel magnitudes, those below
    `audio.clip_val` raised to it. The clip is reflected by (n_fft - hop_length) / 2 samples
    on both sides, so that frames = samples // hop_length and frame t is centred on the sample
    (t + 1/2) * hop_length.
    """
    return mel_and_energy(samples, audio)[0]


def mel_and_energy(samples: np.ndarray, audio: AudioSettings) -> tuple[np.ndarray, np.ndarray]:
    """`mel_spectrogram` and, from the same transform, the energy.

    The energy (frames,), float32, is the L2 norm of each magnitude STFT frame (section 2.3).

    Raises FS2Error if scipy is not installed.
    """
    try:
        import scipy.fft  # a quarter of a second that a voice without need of it should not pay
    except ImportError as error:
        raise FS2Error("a spectrogram of samples needs the package scipy: install it") from error

    frames = len(samples) // audio.hop_length
    if frames == 0:
        return np.zeros((0, audio.n_mels), np.float32), np.zeros(0, np.float32)
    context = audio.n_fft - audio.hop_length
    padded = np.pad(
        samples.astype(np.float32), (context // 2, context - context // 2), mode="reflect"
    )
    windows = np.lib.stride_tricks.sliding_window_view(padded, audio.n_fft)
    windows = windows[:: audio.hop_length][:frames]
    spectrum = scipy.fft.rfft(windows * _window(audio), axis=1)
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    energy = np.sqrt(power.sum(axis=1))
    magnitude = np.sqrt(power, out=power)
    mel = magnitude @ mel_filter_bank(audio)
    return np.log(np.maximum(mel, audio.clip_val)), energy


@lru_cache(maxsize=4)
def _window(audio: AudioSettings) -> np.ndarray:
    """Periodic Hann window, centred in the transform's length: (n_fft,), float32."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(audio.win_length) / audio.win_length)
    left = (audio.n_fft - audio.win_length) // 2
    window = np.zeros(audio.n_fft, np.float32)
    window[left : left + audio.win_length] = hann
    return window
