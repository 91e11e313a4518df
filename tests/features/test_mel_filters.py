import librosa
import numpy as np
import pytest

from fs2.audio import AudioSettings
from fs2.features.mel_filters import mel_filter_bank


@pytest.mark.parametrize(
    ("rate", "n_fft", "n_mels", "lowest", "highest"),
    [
        (22050, 1024, 80, 0, 8000),
        (22050, 1024, 80, 0, 11025),
        (24000, 2048, 100, 40, 12000),
        (16000, 512, 40, 1200, 7600),
        (8000, 256, 20, 0, 900),
    ],
)
def test_they_are_librosas_bit_by_bit(rate, n_fft, n_mels, lowest, highest):
    audio = AudioSettings(
        sample_rate=rate, n_fft=n_fft, hop_length=n_fft // 4, win_length=n_fft, n_mels=n_mels,
        mel_fmin=lowest, mel_fmax=highest, clip_val=1e-5,
    )  # fmt: skip
    wanted = librosa.filters.mel(
        sr=rate, n_fft=n_fft, n_mels=n_mels, fmin=lowest, fmax=highest, dtype=np.float32
    )
    bank = mel_filter_bank(audio)
    assert bank.dtype == np.float32 and bank.flags.c_contiguous
    assert np.array_equal(bank, wanted.T)
