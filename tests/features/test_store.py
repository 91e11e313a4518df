import json
import subprocess
import sys
from dataclasses import asdict

import h5py
import numpy as np
import pytest

from fs2.errors import FS2Error
from fs2.features.store import COLUMNS, FORMAT, FeatureStore, FeatureWriter, export_compact

ATTRIBUTES = {
    "features": {},
    "symbols": ["_", "sil", "AA1"],
    "statistics": {"clips": 2},
    "versions": {},
    "inputs": {},
    "excluded": [],
}
CLIPS = [("a", "train", "naïve"), ("b", "test", "b"), ("c", "train", "c")]
FRAMES = [3, 1, 4]
PHONEMES = [2, 1, 3]


@pytest.fixture
def columns(audio):
    random = np.random.default_rng(0)
    rows = {"phonemes": 6, "durations": 6, "waveform": 8 * audio.hop_length}
    rows |= {"pitch_mean": 3, "pitch_std": 3}
    values = {
        name: random.integers(0, 100, rows.get(name, 8)).astype(kind)
        for name, kind in COLUMNS.items()
    }
    values["mel"] = random.normal(-5, 2, (8, audio.n_mels)).astype(np.float32)
    values["pitch_spectrogram"] = random.normal(size=(8, 10)).astype(np.float32)
    return values


@pytest.fixture
def path(tmp_path, audio, columns):
    writer = FeatureWriter(tmp_path / "features.h5", audio, scales=10)
    ends = {name: len(values) * 4 // 8 for name, values in columns.items()}
    ends |= {"phonemes": 3, "durations": 3, "pitch_mean": 2, "pitch_std": 2}
    writer.append(
        CLIPS[:2], FRAMES[:2], PHONEMES[:2], {k: v[: ends[k]] for k, v in columns.items()}
    )
    writer.append([], [], [], {})
    writer.append(
        CLIPS[2:], FRAMES[2:], PHONEMES[2:], {k: v[ends[k] :] for k, v in columns.items()}
    )
    writer.finish(ATTRIBUTES | {"audio": asdict(audio)})
    return tmp_path / "features.h5"


def test_round_trip(path, audio, columns):
    with FeatureStore(path) as store:
        assert len(store) == 3
        assert store.ids == ["a", "b", "c"]
        assert store.texts[0] == "naïve"
        assert store.clips("train") == [0, 2]
        assert store.clips() == [0, 1, 2]
        assert store.clips("validation") == []
        assert store.audio == audio
        assert store.symbols == ATTRIBUTES["symbols"]
        assert store.statistics == {"clips": 2}
        assert not store.compact
        assert store.frame_offsets.tolist() == [0, 3, 4, 8]
        assert store.phoneme_offsets.tolist() == [0, 2, 3, 6]
        for name, values in columns.items():
            np.testing.assert_array_equal(store.column(name)[:], values)
            assert store.column(name).dtype == COLUMNS[name]
        clip = store.clip(2)
    assert (clip.id, clip.split, clip.text) == CLIPS[2]
    np.testing.assert_array_equal(clip.mel, columns["mel"][4:])
    np.testing.assert_array_equal(clip.durations, columns["durations"][3:])
    np.testing.assert_array_equal(clip.waveform, columns["waveform"][4 * audio.hop_length :])
    assert clip.pitch_mean == columns["pitch_mean"][2]


@pytest.mark.parametrize("index", [-1, 3])
def test_no_such_clip(path, index):
    with FeatureStore(path) as store, pytest.raises(IndexError, match=f"no clip {index}"):
        store.clip(index)


def test_compact_copy(path, tmp_path, columns):
    export_compact(path, tmp_path / "compact.h5")
    with FeatureStore(path) as full, FeatureStore(tmp_path / "compact.h5") as compact:
        assert compact.compact
        assert compact.column("mel").dtype == np.float16
        assert compact.ids == full.ids
        assert compact.statistics == full.statistics
        for index in range(3):
            ours, theirs = compact.clip(index), full.clip(index)
            assert ours.waveform is None
            assert ours.mel.dtype == np.float32
            np.testing.assert_allclose(ours.mel, theirs.mel, rtol=1e-3)
            np.testing.assert_array_equal(ours.pitch_spectrogram, theirs.pitch_spectrogram)
            np.testing.assert_array_equal(ours.phonemes, theirs.phonemes)
        with pytest.raises(FS2Error, match="has no 'waveform'"):
            compact.column("waveform")


def test_missing_file(tmp_path):
    with pytest.raises(FS2Error, match=r"nothing\.h5.*run the stage features"):
        FeatureStore(tmp_path / "nothing.h5").__enter__()


def test_not_hdf5(tmp_path):
    (tmp_path / "x.h5").write_text("text")
    with pytest.raises(FS2Error, match=r"x\.h5: cannot be read"), FeatureStore(tmp_path / "x.h5"):
        pass


@pytest.mark.parametrize("found", [FORMAT + 1, None])
def test_another_version(path, found):
    with h5py.File(path, "a") as file:
        del file.attrs["format"]
        if found is not None:
            file.attrs["format"] = found
    with pytest.raises(FS2Error, match=f"format {FORMAT + 1}|not a features file"):
        FeatureStore(path).clips("train")


def test_incomplete(path):
    with h5py.File(path, "a") as file:
        del file["energy"]
        del file.attrs["statistics"]
    with pytest.raises(FS2Error, match="lacks energy, statistics"):
        len(FeatureStore(path))


def test_attributes_are_json(path):
    with h5py.File(path) as file:
        assert json.loads(file.attrs["symbols"]) == ATTRIBUTES["symbols"]


def test_imports_no_more_than_training_has():
    allowed = "numpy", "h5py"
    absent = "soundfile", "scipy", "pywt", "pyworld", "librosa", "pydantic", "torch", "tqdm", "yaml"
    code = (
        "import sys, fs2.features.store, fs2.features.pitch_spectrogram\n"
        f"assert all(name in sys.modules for name in {allowed})\n"
        f"print([name for name in {absent} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
