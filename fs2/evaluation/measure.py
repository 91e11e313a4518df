"""Measurements of one spoken clip against its recording."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from fs2.audio import AudioSettings
from fs2.evaluation.clips import RecordedUtterance, SpokenUtterance, Utterance
from fs2.evaluation.durations import match, phone_errors
from fs2.evaluation.energy import SCALES, SoundFrames, energy_errors, warping_path
from fs2.evaluation.mos import Scorer, resample
from fs2.evaluation.pitch import dtw_distance, power_sums, voiced
from fs2.evaluation.words import Recogniser, word_errors


@dataclass(frozen=True)
class Instruments:
    """What measures: settings shared by all clips, and the networks that are switched on."""

    audio: AudioSettings
    track_f0: Callable[[np.ndarray], np.ndarray]
    distillmos: Scorer | None = None
    dnsmos: Scorer | None = None
    recogniser: Recogniser | None = None


@dataclass
class Measurements:
    """Of one clip: for each metric the sums it is computed from, and what was heard.

    A metric that is undefined for the clip is missing in `sums`.
    """

    sums: dict[str, np.ndarray] = field(default_factory=dict)
    transcript: str | None = None

    def add_mean(self, name: str, values: np.ndarray) -> None:
        """Add a mean over `values`, to be pooled over the values of all clips."""
        if len(values):
            self.sums[name] = np.array([np.sum(values, dtype=np.float64), len(values)])


def measure(
    recording: RecordedUtterance, spoken: SpokenUtterance, instruments: Instruments
) -> Measurements:
    """Every measurement of `spoken` against the recording of the same text."""
    result = Measurements()
    _measure_pitch(result, recording.samples, spoken.samples, instruments)
    pairs = match(recording.timing.phonemes, spoken.timing.phonemes)
    if pairs is not None:
        errors = phone_errors(recording.timing, spoken.timing, pairs)
        result.add_mean("duration_error", 1000 * instruments.audio.frame_seconds * errors)
    _measure_energy(result, recording, spoken, pairs, instruments.audio)
    _measure_networks(result, recording, spoken.samples, instruments)
    return result


def _measure_pitch(
    result: Measurements, recorded: np.ndarray, spoken: np.ndarray, instruments: Instruments
) -> None:
    def contour(samples: np.ndarray) -> np.ndarray:
        return voiced(instruments.track_f0(samples))

    ours = contour(spoken)
    if len(ours) == 0:
        return
    result.sums["pitch"] = power_sums(ours)
    theirs = contour(recorded)
    if len(theirs):
        result.add_mean("pitch_dtw", np.array([dtw_distance(ours, theirs)]))


def _measure_energy(
    result: Measurements,
    recording: Utterance,
    spoken: SpokenUtterance,
    pairs: np.ndarray | None,
    audio: AudioSettings,
) -> None:
    theirs, ours = (SoundFrames.of(each.samples, audio) for each in (recording, spoken))
    in_time = spoken.in_recorded_time
    corresponding = None if in_time is None else SoundFrames.of(in_time, audio)
    if len(ours) == 0:
        return
    their_frames, our_frames = warping_path(theirs.cepstrum, ours.cepstrum)
    for scale in SCALES:
        name, recorded, own = f"energy_mae_{scale}", getattr(theirs, scale), getattr(ours, scale)
        if pairs is not None:
            errors = energy_errors(recorded, own, recording.timing, spoken.timing, pairs)
            result.add_mean(name, errors)
        if corresponding is not None:
            same_frame = np.abs(recorded - getattr(corresponding, scale))
            result.add_mean(f"{name}_recorded_durations", same_frame)
        result.add_mean(f"{name}_dtw", np.abs(recorded[their_frames] - own[our_frames]))


def _measure_networks(
    result: Measurements,
    recording: RecordedUtterance,
    samples: np.ndarray,
    instruments: Instruments,
) -> None:
    wide = resample(samples, instruments.audio.sample_rate)
    if len(wide) == 0:
        return
    for name in ("distillmos", "dnsmos"):
        scorer: Scorer | None = getattr(instruments, name)
        if scorer is not None:
            result.add_mean(name, np.array([scorer(wide)]))
    if instruments.recogniser is not None:
        result.transcript = instruments.recogniser(wide)
        longest = max(len(samples), len(recording.samples)) / instruments.audio.sample_rate
        errors, words = word_errors(recording.text, result.transcript, longest)
        if words:
            result.sums["word_error_rate"] = np.array([errors, words], dtype=np.float64)
