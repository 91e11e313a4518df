import csv
import json

import h5py
import numpy as np
import pytest
import soundfile

from fs2.config.evaluation import Evaluation
from fs2.errors import FS2Error
from fs2.evaluation.evaluate import evaluate
from fs2.features.writer import export_compact

SIGNAL_ONLY = Evaluation(mos=False, word_error_rate=False, bootstrap_samples=100)
FRAME = 1000 * 256 / 22050
BY_DURATIONS = tuple(
    f"energy_mae_{scale}{way}" for scale in ("mel", "stft") for way in ("", "_recorded_durations")
)
ENERGY = (*BY_DURATIONS, "energy_mae_mel_dtw", "energy_mae_stft_dtw")


def half(samples):
    return samples // 2


def run(results, system):
    output = results.folder / "evaluation" / system
    return evaluate(
        SIGNAL_ONLY, results.features, results.synthesis(system), system, output, workers=2
    )


def values(metrics):
    return {name: found["value"] for name, found in metrics.items()}


def test_a_copy_of_the_recordings_is_perfect(results):
    metrics = run(results, "recordings")
    for name in ("pitch_dtw", *ENERGY, "duration_error"):
        assert (metrics[name]["value"], metrics[name]["high"]) == (0, 0)
    assert all(found["clips"] == 3 and not found["undefined"] for found in metrics.values())
    assert 140 < metrics["pitch_mean"]["value"] < 220
    assert metrics["pitch_sigma"]["low"] <= metrics["pitch_sigma"]["value"]


def test_twice_the_durations(results):
    results.speak("slow", stretch=2)
    metrics = values(run(results, "slow"))
    recorded = [20, 9, 25, 10, 22, 31, 8, 19, 9, 30, 24, 12, 30, 8, 16]
    assert metrics["duration_error"] == pytest.approx(FRAME * np.mean(recorded))


def test_a_third_higher_pitch(results):
    results.speak("high", pitch=1.25)
    high, recordings = values(run(results, "high")), values(run(results, "recordings"))
    assert high["pitch_mean"] == pytest.approx(1.25 * recordings["pitch_mean"], rel=0.02)
    assert high["pitch_sigma"] == pytest.approx(1.25 * recordings["pitch_sigma"], rel=0.05)
    assert high["pitch_gamma"] == pytest.approx(recordings["pitch_gamma"], abs=0.1)
    assert 10 < high["pitch_dtw"] <= 0.25 * recordings["pitch_mean"], "F0 itself lies so far away"


def test_half_and_a_quarter_as_loud(results):
    """The error is the energy that is missing: one half of it, three quarters of it."""
    results.speak("quiet", change=half)
    results.speak("quieter", change=lambda samples: samples // 4)
    quiet, quieter = (values(run(results, system)) for system in ("quiet", "quieter"))
    for scale in ("energy_mae_mel", "energy_mae_stft"):
        assert quieter[scale] == pytest.approx(1.5 * quiet[scale], rel=0.01)
        assert quiet[f"{scale}_dtw"] == pytest.approx(quiet[scale], rel=0.01), "nothing to warp"
    assert quiet["energy_mae_stft"] > quiet["energy_mae_mel"] > 0.05
    assert quiet["duration_error"] == 0
    assert quiet["pitch_dtw"] < 1


def test_energy_in_recorded_time_is_compared_frame_by_frame(results):
    """However long the system's own durations are."""
    results.speak("quiet", change=half)
    results.speak("slow", stretch=2)
    results.speak("slow/recorded_durations", change=half)
    quiet, slow = (values(run(results, system)) for system in ("quiet", "slow"))
    for scale in ("energy_mae_mel", "energy_mae_stft"):
        assert f"{scale}_recorded_durations" not in quiet, "it was not spoken"
        assert slow[f"{scale}_recorded_durations"] == pytest.approx(quiet[scale])
        assert slow[scale] < 0.2 * quiet[scale]
        assert slow[f"{scale}_dtw"] < 0.2 * quiet[scale], "a stretched copy has hardly an error"
    soundfile.write(results.synthesis("slow/recorded_durations") / "clip1.wav", [0.0] * 2560, 22050)
    with pytest.raises(FS2Error, match=r"recorded_durations/clip1\.wav: lasts 10 frames"):
        run(results, "slow")


def test_without_durations_the_energy_is_compared_by_warping_alone(results):
    """What needs durations is undefined, and not 0."""
    folder = results.speak("autoregressive", stretch=2)
    with h5py.File(folder / "variances.h5", "a") as file:
        del file["durations"]
    metrics = run(results, "autoregressive")
    results.speak("slow", stretch=2)
    slow = values(run(results, "slow"))
    for name in (*BY_DURATIONS, "duration_error"):
        assert metrics[name]["value"] is metrics[name]["low"] is None
        assert (metrics[name]["clips"], len(metrics[name]["undefined"])) == (0, 3)
    for name in ("energy_mae_mel_dtw", "energy_mae_stft_dtw", "pitch_dtw"):
        assert metrics[name]["value"] == slow[name] > 0


def test_pauses_without_punctuation_need_not_be_spoken(results):
    results.speak("no-pauses", phonemes=["AA1", "N", ",", "IY1", "M", "UW1", "."])
    metrics = run(results, "no-pauses")
    assert metrics["duration_error"]["value"] == 0
    assert metrics["duration_error"]["clips"] == 3
    assert metrics["energy_mae_mel"]["value"] < 0.05


def test_clips_without_a_value_are_counted_and_named(results):
    folder = results.speak("mute")
    for clip in ("clip0", "clip2"):
        soundfile.write(folder / f"{clip}.wav", np.zeros(20_000), 22050)
    metrics = run(results, "mute")
    assert metrics["pitch_sigma"]["clips"] == 1
    assert metrics["pitch_sigma"]["undefined"] == ["clip0", "clip2"]
    assert metrics["pitch_dtw"]["undefined"] == ["clip0", "clip2"]
    with open(results.folder / "evaluation/mute/per_clip.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["pitch_sigma"] == "" for row in rows] == [True, False, True]
    assert all(row["energy_mae_mel"] for row in rows)


def test_files_hold_what_was_returned_and_a_rerun_gives_the_same(results):
    results.speak("high", pitch=1.1)
    first = run(results, "high")
    folder = results.folder / "evaluation/high"
    table = (folder / "per_clip.csv").read_text()
    assert json.loads((folder / "metrics.json").read_text()) == first
    assert run(results, "high") == first
    assert (folder / "per_clip.csv").read_text() == table
    assert table.splitlines()[0].startswith("id,pitch_mean,pitch_sigma")
    assert len(table.splitlines()) == 4


def test_metrics_that_are_off_are_not_listed(results):
    assert not {"distillmos", "dnsmos", "word_error_rate"} & set(run(results, "recordings"))


def test_bad_input_is_named(results, tmp_path):
    with pytest.raises(FS2Error, match="no wav file; synthesise 'nobody' first"):
        run(results, "nobody")
    folder = results.speak("bad")
    soundfile.write(folder / "stranger.wav", np.zeros(5000), 22050)
    with pytest.raises(FS2Error, match="no clip 'stranger'"):
        run(results, "bad")
    (folder / "stranger.wav").unlink()
    soundfile.write(folder / "clip1.wav", np.zeros(5000), 16000)
    with pytest.raises(FS2Error, match=r"clip1\.wav: has 16000 Hz"):
        run(results, "bad")
    (folder / "variances.h5").unlink()
    with pytest.raises(FS2Error, match=r"variances\.h5"):
        run(results, "bad")
    assert not (results.folder / "evaluation/bad").exists()
    export_compact(results.features, tmp_path / "compact.h5")
    with pytest.raises(FS2Error, match="no waveforms"):
        evaluate(
            SIGNAL_ONLY, tmp_path / "compact.h5", results.synthesis("recordings"), "r", tmp_path
        )
