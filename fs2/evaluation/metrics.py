"""The metrics by name: unit, how clips are pooled, and the protocol in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fs2.evaluation import pitch
from fs2.evaluation.bootstrap import ratio


@dataclass(frozen=True)
class Metric:
    """One number by system.

    `sums` names the sums of a clip that it needs, `statistic` makes their total, (..., terms),
    the value, (...). `better` is what to wish for; "recordings": as close to theirs as possible.
    """

    name: str
    title: str
    unit: str
    sums: str
    statistic: Callable[[np.ndarray], np.ndarray]
    better: str
    protocol: str
    digits: int = 2


SUM_COLUMN = "_sum"
"""Sums of a clip are the columns `<sums>_sum1`, `<sums>_sum2`, ... of `per_clip.csv`."""

ENERGY_STFT = "L2 norm of the magnitude STFT frame"
ENERGY_MEL = (
    "L2 norm of the linear mel frame, sqrt(sum(10^(2 log10 mel))): the scale that the paper's "
    "table 4 fits"
)
BY_PHONEME = (
    "Each phoneme of the system's own durations is stretched evenly onto the recorded one; mean "
    "over frames of phonemes that both have. Undefined for a system without durations."
)
RECORDED_DURATIONS = (
    "The paper's way: the clip is spoken once more with the recording's durations, pauses "
    "included, so that frames correspond; mean over frames. Undefined for a system without "
    "durations."
)
DTW = (
    "Frames correspond by dynamic time warping of 24 mel-cepstral coefficients, without the "
    "zeroth, which is the loudness: Euclidean distance, steps (1,1), (1,0), (0,1); mean along the "
    "path. Every system has it, with durations or without."
)
VOICED = "F0 is measured on the audio (WORLD: DIO and StoneMask); voiced frames only"

METRICS = (
    Metric(
        "distillmos", "DistillMOS", "", "distillmos", ratio, "higher",
        "A network's estimate of the mean opinion score, 1 to 5, of the audio at 16 kHz; mean over "
        "clips. It is no listening test: compare it within its own column only.",
    ),
    Metric(
        "dnsmos", "DNSMOS P.808", "", "dnsmos", ratio, "higher",
        "A second estimate of the mean opinion score, made for noisy calls; mean over clips.",
    ),
    Metric(
        "word_error_rate", "Word errors", "%", "word_error_rate", lambda t: 100 * ratio(t), "lower",
        "Whisper (by default tiny.en, beam 5, no sampling) transcribes the audio; substitutions, "
        "deletions and insertions by words of the text, pooled over clips. Numbers, abbreviations, "
        "contractions and spelling are made alike on both sides first.", 1,
    ),
    Metric(
        "pitch_mean", "F0 mean", "Hz", "pitch", pitch.mean, "recordings",
        f"{VOICED}, pooled over clips.", 1,
    ),
    Metric(
        "pitch_sigma", "F0 standard deviation", "Hz", "pitch", pitch.sigma, "recordings",
        f"The paper's sigma. {VOICED}, pooled over clips (table 3).", 1,
    ),
    Metric(
        "pitch_gamma", "F0 skewness", "", "pitch", pitch.gamma, "recordings",
        f"The paper's gamma. {VOICED}, pooled over clips (table 3).", 3,
    ),
    Metric(
        "pitch_kurtosis", "F0 kurtosis", "", "pitch", pitch.kurtosis, "recordings",
        f"The paper's K, excess kurtosis. {VOICED}, pooled over clips (table 3).", 3,
    ),
    Metric(
        "pitch_dtw", "F0 DTW", "Hz", "pitch_dtw", ratio, "lower",
        "F0 of the clip and of its recording, in Hz, unvoiced frames left out, aligned by dynamic "
        "time warping with steps (1,1), (1,0), (0,1); the mean absolute difference along the best "
        "path; mean over clips (table 3).",
    ),
    Metric(
        "energy_mae_stft", "Energy MAE, STFT, own durations", "", "energy_mae_stft", ratio, "lower",
        f"{ENERGY_STFT}. {BY_PHONEME}",
    ),
    Metric(
        "energy_mae_mel", "Energy MAE, mel, own durations", "", "energy_mae_mel", ratio, "lower",
        f"{ENERGY_MEL}. {BY_PHONEME}", 3,
    ),
    Metric(
        "energy_mae_stft_recorded_durations", "Energy MAE, STFT, recorded durations", "",
        "energy_mae_stft_recorded_durations", ratio, "lower",
        f"{ENERGY_STFT}. {RECORDED_DURATIONS}",
    ),
    Metric(
        "energy_mae_mel_recorded_durations", "Energy MAE, mel, recorded durations", "",
        "energy_mae_mel_recorded_durations", ratio, "lower",
        f"{ENERGY_MEL}. {RECORDED_DURATIONS}", 3,
    ),
    Metric(
        "energy_mae_stft_dtw", "Energy MAE, STFT, DTW", "", "energy_mae_stft_dtw", ratio, "lower",
        f"{ENERGY_STFT}. {DTW}",
    ),
    Metric(
        "energy_mae_mel_dtw", "Energy MAE, mel, DTW", "", "energy_mae_mel_dtw", ratio, "lower",
        f"{ENERGY_MEL}. {DTW}", 3,
    ),
    Metric(
        "duration_error", "Duration error", "ms", "duration_error", ratio, "lower",
        "Absolute difference of predicted and aligned durations, mean over phones; pauses and "
        "punctuation left out. Undefined for a system without durations.", 1,
    ),
)  # fmt: skip
"""In the order of the tables."""
