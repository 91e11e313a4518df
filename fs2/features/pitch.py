"""F0 by WORLD, and the contour that the model learns (paper sections 2.3 and 3.1)."""

from dataclasses import dataclass

import numpy as np

from fs2.audio import AudioSettings


def track_f0(
    samples: np.ndarray,
    audio: AudioSettings,
    floor: float = 71.0,
    ceiling: float = 800.0,
    speed: int = 4,
) -> np.ndarray:
    """F0 at the centre of each mel frame, by WORLD's DIO refined by StoneMask.

    Args:
        samples: (samples,), float, in [-1, 1].
        audio: Sampling and frames.
        floor: Lowest F0 that is searched, in Hz.
        ceiling: Highest F0 that is searched, in Hz.
        speed: DIO searches at sample_rate / speed; StoneMask refines at the full rate.

    Returns:
        (samples // hop_length,), float64, Hz, 0 where unvoiced.

    DIO's cost is that of its Fourier transforms, nearly inverse to `speed`; StoneMask, which sets
    the precision, costs next to nothing. Measured on 110 s of two speakers: seconds of one core per
    minute of speech; then, against speed 1, on the frames voiced in both, the share that differs by
    more than 3 semitones and the 95th percentile of the difference (the median is below 0.01
    cents); and the share of all frames with another voicing decision:

    ====================  =======  =============  ==========  =======
    speed                 s / min  > 3 semitones  95th perc.  voicing
    ====================  =======  =============  ==========  =======
    1                     0.55
    1, noise of -80 dBFS  0.55     0.03 %         0.9 cents   0.9 %
    2                     0.27     0.20 %         0.3 cents   1.3 %
    4                     0.15     0.13 %         0.2 cents   1.8 %
    6                     0.12     0.31 %         1.3 cents   4.5 %
    12                    0.10     0.55 %         2.9 cents   7.2 %
    ====================  =======  =============  ==========  =======

    The second line is what noise far below the recordings' own does. Against WORLD's harvest, an
    independent and far slower judge, speeds 1, 2 and 4 are alike (2.0 to 2.1 % beyond 3 semitones,
    22 % of frames voiced by harvest alone): so 4 is the default.
    """
    import pyworld  # only those who extract or evaluate need it

    frames = len(samples) // audio.hop_length
    if frames == 0:
        return np.zeros(0)
    # DIO measures at multiples of the frame period: half a hop later are the mel frames' centres.
    shifted = np.ascontiguousarray(
        samples[audio.hop_length // 2 : frames * audio.hop_length], dtype=np.float64
    )
    rough, positions = pyworld.dio(
        shifted,
        audio.sample_rate,
        f0_floor=floor,
        f0_ceil=ceiling,
        frame_period=1000 * audio.frame_seconds,
        speed=speed,
    )
    return pyworld.stonemask(shifted, rough, positions, audio.sample_rate)[:frames]


def interpolate(f0: np.ndarray) -> np.ndarray:
    """`f0` (frames,) in Hz with its unvoiced frames (0) filled linearly; the edges are held.

    Raises ValueError if no frame is voiced.
    """
    (voiced,) = np.nonzero(f0 > 0)
    if len(voiced) == 0:
        raise ValueError("no voiced frame")
    return np.interp(np.arange(len(f0)), voiced, f0[voiced])


@dataclass(frozen=True)
class PitchContour:
    """Log F0 of one clip, interpolated and standardised.

    Attributes:
        values: (frames,), float64, zero mean, unit std (all 0 if F0 is constant).
        mean, std: Of the interpolated natural log of F0 in Hz.
    """

    values: np.ndarray
    mean: float
    std: float


def pitch_contour(f0: np.ndarray) -> PitchContour:
    """The standardised contour of `f0` (frames,) in Hz, 0 where unvoiced (paper section 2.3).

    Raises ValueError if no frame is voiced.
    """
    log_f0 = np.log(interpolate(f0))
    mean, std = float(log_f0.mean()), float(log_f0.std())
    values = (log_f0 - mean) / std if std > 1e-8 else np.zeros_like(log_f0)
    return PitchContour(values, mean, std)
