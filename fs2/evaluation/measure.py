"""Measurements of one spoken clip against its recording."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from fs2.audio import AudioSettings
from fs2.evaluation.clips import RecordedUtterance, Utterance
from fs2.evaluation.durations import match, phone_errors
from fs2.evaluation.energy import energy_errors, mel_energy
from fs2.evaluation.mos import Scorer, resample
from fs2.evaluation.pitch import dtw_distance, power_sums, voiced
from fs2.evaluation.words import Recogniser, word_errors
from fs2.features.mel import mel_and_energy


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
    recording: RecordedUtterance, spoken: Utterance, instruments: Instruments
) -> Measurements:
    """Every measurement of `spoken` against the recording of the same text."""
    result = Measurements()
    _measure_pitch(result, recording.samples, spoken.samples, instruments)
    _measure_timing(result, recording, spoken, instruments.audio)
    _measure_networks(result, spoken.samples, recording.text, instruments)
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


def _measure_timing(
    result: Measurements, recording: Utterance, spoken: Utterance, audio: AudioSettings
) -> None:
    pairs = match(recording.timing.phonemes, spoken.timing.phonemes)
    if pairs is None:
        return
    errors = phone_errors(recording.timing, spoken.timing, pairs)
    result.add_mean("duration_error", 1000 * audio.frame_seconds * errors)
    recorded_mel, recorded_energy = mel_and_energy(recording.samples, audio)
    spoken_mel, spoken_energy = mel_and_energy(spoken.samples, audio)
    for name, theirs, ours in (
        ("energy_mae_stft", recorded_energy, spoken_energy),
        ("energy_mae_mel", mel_energy(recorded_mel), mel_energy(spoken_mel)),
    ):
        if len(ours):
            differences = energy_errors(theirs, ours, recording.timing, spoken.timing, pairs)
            result.add_mean(name, differences)


def _measure_networks(
    result: Measurements, samples: np.ndarray, text: str, instruments: Instruments
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
        errors, words = word_errors(text, result.transcript)
        if words:
            result.sums["word_error_rate"] = np.array([errors, words], dtype=np.float64)
