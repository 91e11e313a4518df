"""Filters that sum the bins of a spectrum into mel bands.

The scale and the norm are those of Slaney's Auditory Toolbox, as librosa has them, whose values
these are bit by bit. Speaking does without librosa, since its import alone takes a second.
"""

from functools import lru_cache

import numpy as np

from fs2.audio import AudioSettings

LINEAR_STEP = 200 / 3
"""Hz of a mel up to the `CORNER`."""
CORNER = 1000.0
"""Hz; the scale is logarithmic from here on."""
LOG_STEP = np.log(6.4) / 27
"""Natural logarithm of the ratio of frequencies a mel apart, above the corner."""


@lru_cache(maxsize=4)
def mel_filter_bank(audio: AudioSettings) -> np.ndarray:
    """Triangular filters, each of unit area in Hz: (n_fft // 2 + 1, n_mels), float32."""
    bins = np.fft.rfftfreq(audio.n_fft, 1 / audio.sample_rate)
    ends = _mel(audio.mel_fmin), _mel(audio.mel_fmax)
    corners = _hertz(np.linspace(*ends, audio.n_mels + 2))
    widths = np.diff(corners)
    away = np.subtract.outer(corners, bins)  # (n_mels + 2, n_fft // 2 + 1)
    rising, falling = -away[:-2] / widths[:-1, None], away[2:] / widths[1:, None]
    bank = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    bank *= (2 / (corners[2:] - corners[:-2]))[:, None]
    return np.ascontiguousarray(bank.T)


def _mel(hertz: float) -> float:
    if hertz < CORNER:
        return hertz / LINEAR_STEP
    return float(CORNER / LINEAR_STEP + np.log(hertz / CORNER) / LOG_STEP)


def _hertz(mels: np.ndarray) -> np.ndarray:
    above = CORNER * np.exp(LOG_STEP * (mels - CORNER / LINEAR_STEP))
    return np.where(mels >= CORNER / LINEAR_STEP, above, LINEAR_STEP * mels)
