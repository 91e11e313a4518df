import json

import numpy as np
import pytest
import soundfile

from fs2.config.evaluation import Evaluation
from fs2.evaluation import pitch_analysis
from fs2.evaluation.durations import Timing
from fs2.evaluation.pitch_analysis import aligned_contours, analyse_pitch
from fs2.features.pitch_spectrogram import pitch_spectrogram

SETTINGS = Evaluation(bootstrap_samples=100)


def run(results, system):
    output = results.folder / "evaluation" / system / "pitch.json"
    found = analyse_pitch(SETTINGS, results.features, results.synthesis(system), system, output)
    assert json.loads(output.read_text()) == found
    return found


def test_a_copy_of_the_recordings_has_no_error_at_any_scale(results):
    found = run(results, "recordings")
    assert [scale["value"] for scale in found["scales"][:7]] == pytest.approx([0] * 7, abs=1e-12)
    # The clips last 1.3 to 1.4 s: the scales of 2.56 s and above have none.
    assert [(s["value"], s["clips"]) for s in found["scales"][7:]] == [(None, 0)] * 3
    assert (found["clips"], found["undefined"]) == (3, [])
    seconds = [scale["seconds"] for scale in found["scales"]]
    assert seconds == pytest.approx([0.005 * 2 ** (i + 1) for i in range(1, 11)])


def test_a_higher_voice_moves_the_histogram_and_not_the_contour(results):
    results.speak("high", pitch=1.25)
    high, recordings = run(results, "high"), run(results, "recordings")

    def mean(found):
        edges = np.array(found["histogram"]["edges"])
        middles, counts = (edges[:-1] + edges[1:]) / 2, found["histogram"]["counts"]
        return np.average(middles, weights=counts)

    assert mean(high) == pytest.approx(1.25 * mean(recordings), rel=0.02)
    assert high["scales"][5]["value"] < 0.1  # the shape is the same, on a log scale


def test_a_falling_contour_where_the_recording_rises_is_four_times_wrong(results, monkeypatch):
    """(x - -x)^2 = 4 x^2, at every scale: the contour's transform is linear."""
    monkeypatch.setattr(
        pitch_analysis, "aligned_contours", lambda theirs, *_: (wave(theirs), -wave(theirs))
    )
    values = [scale["value"] for scale in run(results, "recordings")["scales"][:7]]
    assert values == pytest.approx([4] * 7, rel=1e-5)


def wave(f0):
    return np.sin(np.arange(len(f0)) / 9)


def test_an_error_is_found_at_the_scale_where_it_is_made():
    """A sine of period P peaks in the Mexican hat's transform near tau = P / 3.97."""
    frames, hop = 800, 256 / 22050
    x = np.arange(frames)
    slow = np.sin(2 * np.pi * x / 400)
    timing = Timing(["AA1"], np.array([frames]))
    tau = 0.005 * 2.0 ** (5 + 1) / hop  # scale 5, in frames
    wave = 0.5 * np.sin(2 * np.pi * x / (3.97 * tau))
    contours = aligned_contours(
        np.exp(5 + 0.2 * slow), np.exp(5 + 0.2 * (slow + wave)), timing, timing
    )
    first, second = (pitch_spectrogram(contour, hop) for contour in contours)
    errors = np.square(first - second).mean(axis=0)
    assert np.argmax(errors) in (4, 5)
    assert errors[4] > 20 * errors[0]


def test_speech_is_stretched_onto_the_recording():
    recorded = Timing(["AA1", "sil", "N"], np.array([4, 3, 4]))
    spoken = Timing(["AA1", "N"], np.array([8, 8]))
    f0 = np.linspace(100, 200, 16)
    theirs, ours = aligned_contours(np.linspace(100, 200, 11), f0, recorded, spoken)
    assert len(theirs) == len(ours) == 11
    assert np.all(np.diff(ours) > 0)
    assert aligned_contours(np.zeros(11), f0, recorded, spoken) is None
    assert aligned_contours(f0, f0, recorded, Timing(["B"], np.array([16]))) is None


def test_clips_without_pitch_are_named(results):
    folder = results.speak("mute")
    soundfile.write(folder / "clip1.wav", np.zeros(20_000), 22050)
    found = run(results, "mute")
    assert (found["clips"], found["undefined"]) == (2, ["clip1"])
