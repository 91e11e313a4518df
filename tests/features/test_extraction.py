import hashlib
import json

import h5py
import numpy as np
import pytest

from fs2.audio import read_audio, write_audio
from fs2.config.features import Features
from fs2.errors import FS2Error
from fs2.features import extraction
from fs2.features.columns import COLUMNS
from fs2.features.extraction import extract_features
from fs2.features.mel import mel_spectrogram
from fs2.features.pitch import interpolate
from fs2.features.pitch_spectrogram import pitch_spectrogram
from fs2.features.statistics_sums import StatisticsSums
from fs2.features.store import FeatureStore
from fs2.files import read_json, write_json


def extract(stages, audio, output="features", workers=1, **settings):
    return extract_features(
        Features(**settings),
        audio,
        stages / "corpus",
        stages / "text",
        stages / "alignment",
        stages / output,
        workers,
    )


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_clip_is_what_its_recording_says(stages, audio):
    summary = extract(stages, audio)
    assert summary["clips"] == 6
    assert summary["excluded"] == []
    with FeatureStore(stages / "features" / "features.h5") as store:
        assert store.ids == [f"clip{i}" for i in range(6)]
        assert store.clips("train") == [0, 1, 2, 3]
        assert store.texts[3] == "text of clip3, é"
        for number in range(6):
            clip, frames = store.clip(number), 70 + 13 * number
            assert len(clip.mel) == len(clip.f0) == len(clip.energy) == frames
            assert clip.durations.sum() == frames
            assert [store.symbols[i] for i in clip.phonemes] == ["sil", "AA1", ".", "sil"]
            samples, _ = read_audio(stages / "corpus" / "clips" / f"clip{number}.wav")
            usable = samples[100 * number :][: frames * audio.hop_length]
            np.testing.assert_array_equal(clip.waveform / np.float32(32768), usable)
            np.testing.assert_allclose(clip.mel, mel_spectrogram(usable, audio), atol=1e-5)
            log_f0 = np.log(interpolate(clip.f0))
            again = clip.pitch_contour * clip.pitch_std + clip.pitch_mean
            np.testing.assert_allclose(again, log_f0, atol=1e-5)
            np.testing.assert_allclose(
                clip.pitch_spectrogram,
                pitch_spectrogram(clip.pitch_contour, audio.frame_seconds),
                atol=1e-4,
            )


def test_statistics_are_of_the_training_split_alone(stages, audio):
    summary = extract(stages, audio)
    statistics = json.loads((stages / "features" / "statistics.json").read_text())
    with FeatureStore(stages / "features" / "features.h5") as store:
        assert statistics == store.statistics == summary["statistics"]
        clips = [store.clip(index) for index in store.clips("train")]
    energy = np.concatenate([clip.energy for clip in clips]).astype(np.float64)
    f0 = np.concatenate([interpolate(clip.f0) for clip in clips])
    means = [clip.pitch_mean for clip in clips]
    deviations = [clip.pitch_std for clip in clips]
    expected = {
        "f0_minimum": f0.min(),
        "f0_maximum": f0.max(),
        "pitch_mean_mean": np.mean(means),
        "pitch_mean_std": np.std(means),
        "pitch_std_mean": np.mean(deviations),
        "pitch_std_std": np.std(deviations),
        "energy_mean": energy.mean(),
        "energy_std": energy.std(),
        "energy_minimum": energy.min(),
        "energy_maximum": energy.max(),
        "clips": 4,
        "frames": len(energy),
        "seconds": len(energy) * audio.frame_seconds,
    }
    assert statistics == pytest.approx(expected, rel=1e-5)


def test_the_file_describes_itself(stages, audio):
    extract(stages, audio, f0_ceiling=500, wavelet_scales=8)
    durations = (stages / "alignment" / "durations.csv").read_bytes()
    with FeatureStore(stages / "features" / "features.h5") as store:
        assert store.audio == audio
        assert store.attribute("features")["f0_ceiling"] == 500
        assert store.column("pitch_spectrogram").shape[1] == 8
        assert {"fs2", "numpy", "PyWavelets"} <= set(store.attribute("versions"))
        hashes = store.attribute("inputs")
        assert hashes["alignment/durations.csv"] == hashlib.sha256(durations).hexdigest()


def test_the_number_of_workers_changes_nothing(stages, audio, monkeypatch):
    monkeypatch.setattr(extraction, "CLIPS_PER_TASK", 1)
    monkeypatch.setattr(extraction, "TASKS_AHEAD", 1)
    extract(stages, audio, "three", workers=3)
    monkeypatch.setattr(extraction, "CLIPS_PER_TASK", 4)
    extract(stages, audio, "one")
    with (
        h5py.File(stages / "one" / "features.h5") as one,
        h5py.File(stages / "three" / "features.h5") as three,
    ):
        assert (
            set(one)
            == set(three)
            == {*COLUMNS, "id", "split", "text"}
            | {
                "frame_offsets",
                "phoneme_offsets",
            }
        )
        for name in one:
            if one[name].dtype.kind == "f":  # the last bit depends on where arrays lie in memory
                np.testing.assert_allclose(one[name][:], three[name][:], rtol=1e-6, atol=1e-6)
            else:
                np.testing.assert_array_equal(one[name][:], three[name][:])
        assert dict(one.attrs) == dict(three.attrs)


def test_a_clip_without_voice_is_set_aside(stages, audio):
    path = stages / "corpus" / "clips" / "clip1.wav"
    samples, rate = read_audio(path)
    write_audio(path, np.zeros_like(samples), rate)
    earlier = {"id": "gone", "stage": "text", "reason": "no words"}
    write_json(stages / "alignment" / "report.json", {"excluded": [earlier]})
    with pytest.raises(FS2Error, match=r"1 of 6 .*features\.maximum_bad_share = 0\.05"):
        extract(stages, audio)
    summary = extract(stages, audio, maximum_bad_share=0.2)
    mute = {"id": "clip1", "stage": "features", "reason": "no voiced frame"}
    assert summary["excluded"] == [earlier, mute]
    assert read_json(stages / "features" / "report.json")["excluded"] == [earlier, mute]
    with FeatureStore(stages / "features" / "features.h5") as store:
        assert store.ids == ["clip0", "clip2", "clip3", "clip4", "clip5"]
        assert len(store.column("mel")) == store.frame_offsets[-1]
        assert store.clip(1).durations.sum() == 70 + 13 * 2
        assert store.attribute("excluded") == summary["excluded"]
        assert store.statistics["clips"] == 3


def test_an_empty_split_names_its_clip(stages, audio):
    path = stages / "corpus" / "clips" / "clip5.wav"
    samples, rate = read_audio(path)
    write_audio(path, np.zeros_like(samples), rate)
    with pytest.raises(FS2Error, match=r"split test is empty(.|\n)*clip5: no voiced frame"):
        extract(stages, audio, maximum_bad_share=0.2)
    assert list((stages / "features").iterdir()) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_clip_shorter_than_its_durations(stages, audio, workers):
    path = stages / "corpus" / "clips" / "clip2.wav"
    samples, rate = read_audio(path)
    write_audio(path, samples[: 60 * audio.hop_length], rate)
    with pytest.raises(FS2Error, match=r"clip2\.wav: has \d+ samples, but its durations reach"):
        extract(stages, audio, workers=workers)
    assert list((stages / "features").iterdir()) == []


def test_an_interrupted_extraction_leaves_what_was_there(stages, audio, monkeypatch):
    extract(stages, audio)
    before = {path.name: path.read_bytes() for path in (stages / "features").iterdir()}
    add = StatisticsSums.add

    def interrupted(*arguments):
        add(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(StatisticsSums, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        extract(stages, audio, f0_ceiling=400)
    assert {path.name: path.read_bytes() for path in (stages / "features").iterdir()} == before


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("alignment/durations.csv", "sil AA1 . sil", "sil XX9 . sil", "'clip0'.*'XX9'.*symbols"),
        ("alignment/durations.csv", "10 55 0 5", "10 54 0 5", "'clip0'.* sum to 69 of 70 frames"),
        ("alignment/durations.csv", "10 55 0 5", "10 55 5", "'clip0' has 4 phonemes and 3 dur"),
        ("alignment/durations.csv", "clip1,100", "clip1,x", "'clip1'.*not a number"),
        ("alignment/durations.csv", "id,start_sample", "id,start", "no column start_sample"),
        ("corpus/splits.csv", "clip4,", "clip9,", "splits.csv: no clip 'clip4'"),
        ("text/phonemes.csv", "clip5,", "clip9,", "phonemes.csv: no clip 'clip5'"),
        ("text/symbols.txt", "AA1", "sil", "different symbols"),
    ],
)
def test_stages_that_disagree(stages, audio, file, old, new, message):
    replace(stages / file, old, new)
    with pytest.raises(FS2Error, match=message):
        extract(stages, audio)
    assert not (stages / "features" / "features.h5").exists()


def test_another_sample_rate(stages, audio):
    samples, rate = read_audio(stages / "corpus" / "clips" / "clip0.wav")
    write_audio(stages / "corpus" / "clips" / "clip0.wav", samples, rate // 2)
    with pytest.raises(FS2Error, match=r"clip0\.wav: sample rate 11025, but audio\.sample_rate"):
        extract(stages, audio)


def test_a_missing_recording(stages, audio):
    (stages / "corpus" / "clips" / "clip5.wav").unlink()
    with pytest.raises(FS2Error, match=r"clip5\.wav"):
        extract(stages, audio)


def test_no_training_clip(stages, audio):
    path = stages / "corpus" / "splits.csv"
    path.write_text(path.read_text().replace("train", "test"))
    with pytest.raises(FS2Error, match="split train is empty, it never had a clip"):
        extract(stages, audio)
