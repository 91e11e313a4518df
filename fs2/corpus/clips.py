"""One clip: read, checked, resampled and brought to the set loudness."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from fs2.audio import write_audio
from fs2.config.corpus import Corpus
from fs2.corpus.source import CorpusRecording, CorpusSource
from fs2.errors import FS2Error
from fs2.text.normalise import normalise

LEVEL_FRAME_SECONDS = 0.02
SPEECH_RANGE_DB = 30.0
SILENCE_DBFS = -60.0
FULL_SCALE = 0.999
HIGHEST_PEAK = 0.98
WILDEST_PEAK = 8.0
"""A decoder of lossy sound passes full scale a little, a file of floats by its writer's gain."""
PLAIN = re.compile(r"[A-Za-z\s,.;:?!'-]*")
"""Texts that are said as they are written."""


@dataclass(frozen=True)
class CorpusClip:
    """What became of a recording: a written clip, or `problem`, the reason why there is none.

    `sample_rate` is the recording's, in Hz, `peak` its largest sample, where full scale is 1.
    `level` is its loudness before, `gain` the change made, both in dB; `peak_limited` tells
    whether the gain was held back by its peak.
    """

    id: str
    problem: str = ""
    seconds: float = 0.0
    sample_rate: int = 0
    peak: float = 0.0
    level: float = 0.0
    gain: float = 0.0
    peak_limited: bool = False


def prepare_clip(
    recording: CorpusRecording, target: Path, origin: CorpusSource, corpus: Corpus, sample_rate: int
) -> CorpusClip:
    """Write one recording as the clip `target`, mono 16-bit PCM at `sample_rate` (Hz).

    The whole clip gets one gain, so that `speech_level` comes to `corpus.rms_dbfs`, or less where
    its highest peak would otherwise pass 0.98 of full scale. Nothing is trimmed, so that times in
    the recording stay valid in the clip. `origin` decodes the recording, unless it is too long.
    """
    if not recording.audio.is_file():
        return CorpusClip(recording.id, f"unreadable: there is no file '{recording.audio.name}'")
    try:
        problem = find_length_problem(origin.seconds(recording.audio), corpus)
        if problem.startswith("too long"):
            return CorpusClip(recording.id, problem)
        samples, rate = origin.read(recording.audio)
    except FS2Error as error:
        return CorpusClip(recording.id, f"unreadable: {error}")
    problem = find_problem(samples, rate, recording.text, corpus)
    if problem:
        return CorpusClip(recording.id, problem)
    peak = float(np.abs(samples).max())
    if rate != sample_rate:
        samples = soxr.resample(samples, rate, sample_rate, quality="HQ")
    level = speech_level(samples, sample_rate)
    wanted = 10 ** ((corpus.rms_dbfs - level) / 20)
    allowed = HIGHEST_PEAK / float(np.abs(samples).max())
    factor = min(wanted, allowed)
    write_audio(target, samples * factor, sample_rate)
    return CorpusClip(
        id=recording.id,
        seconds=len(samples) / sample_rate,
        sample_rate=rate,
        peak=peak,
        level=level,
        gain=20 * float(np.log10(factor)),
        peak_limited=allowed < wanted,
    )


def find_problem(samples: np.ndarray, rate: int, text: str, corpus: Corpus) -> str:
    """Why a recording, samples of shape (samples,), cannot be used; empty if it can."""
    seconds = len(samples) / rate
    if not len(samples):
        return "empty: no samples"
    if not np.isfinite(samples).all():
        return "unreadable: samples that are not numbers"
    peak = float(np.abs(samples).max())
    if peak > WILDEST_PEAK:
        return f"far beyond full scale: a sample of {peak:.3g}, where full scale is 1"
    problem = find_length_problem(seconds, corpus)
    if problem:
        return problem
    if speech_level(samples, rate) < SILENCE_DBFS:
        return "silent"
    clipped = float(np.mean(np.abs(samples) >= FULL_SCALE))
    if clipped > corpus.maximum_clipped_share:
        return f"clipped: {clipped:.1%} of its samples are at full scale or beyond"
    density = spoken_length(text) / seconds
    if density > corpus.maximum_characters_per_second:
        return f"text too long for the recording: {density:.1f} characters per second"
    if density < corpus.minimum_characters_per_second:
        return f"text too short for the recording: {density:.1f} characters per second"
    return ""


def find_length_problem(seconds: float, corpus: Corpus) -> str:
    """Why a recording of this length is not used; empty if it is."""
    if seconds < corpus.minimum_seconds:
        return f"too short: {seconds:.2f} s, less than {corpus.minimum_seconds:g} s"
    if seconds > corpus.maximum_seconds:
        return f"too long: {seconds:.1f} s, more than {corpus.maximum_seconds:g} s"
    return ""


def spoken_length(text: str) -> int:
    """Characters of a text as it is said: 1963 counts as nineteen sixty-three."""
    if PLAIN.fullmatch(text):
        return len(text)
    try:
        return len(normalise(text)) or len(text)
    except FS2Error:  # the stage text tells
        return len(text)


def speech_level(samples: np.ndarray, rate: int) -> float:
    """Loudness of the speech in samples of shape (samples,): RMS in dB below full scale.

    The clip is cut into frames of 20 ms. Those within 30 dB of its 95th percentile frame are
    speech, the rest pauses; the level is the RMS over all samples of the speech. Full scale
    (0 dB) is an RMS of 1. Digital silence gives minus infinity.
    """
    length = max(1, round(LEVEL_FRAME_SECONDS * rate))
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % length))
    powers = np.mean(padded.reshape(-1, length) ** 2, axis=1)
    threshold = np.percentile(powers, 95) * 10 ** (-SPEECH_RANGE_DB / 10)
    power = float(powers[powers >= threshold].mean())
    return 10 * float(np.log10(power)) if power > 0 else -np.inf
