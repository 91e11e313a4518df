import json
import subprocess
import sys
from dataclasses import asdict

import h5py
import numpy as np
import pytest
import toy

from fs2.errors import FS2Error
from fs2.features.checks import dataset_checksum
from fs2.features.columns import COLUMNS, FORMAT
from fs2.features.store import FeatureStore
from fs2.features.writer import FeatureWriter, export_compact

ATTRIBUTES = {
    "features": {},
    "symbols": ["_", "sil", "AA1"],
    "statistics": {**vars(toy.STATISTICS), "clips": 2},
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
    values["durations"] = np.array([1, 2, 1, 0, 3, 1], np.int32)
    values["phonemes"] %= len(ATTRIBUTES["symbols"])
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
        assert store.statistics == ATTRIBUTES["statistics"]
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


@pytest.fixture
def rewritten(path):
    """Writes another column or attribute, with the right checksum if it is to be believed."""

    def write(name, change, believed=True):
        with h5py.File(path, "a") as file:
            if name in file.attrs:
                file.attrs[name] = json.dumps(change(json.loads(file.attrs[name])))
                return path
            column = file[name]
            is_text = h5py.check_string_dtype(column.dtype)
            values = change(column.asstr()[:] if is_text else column[:])
            del file[name]
            file[name] = values
            if believed:
                sums = json.loads(file.attrs["checksums"]) | {name: dataset_checksum(file[name])}
                file.attrs["checksums"] = json.dumps(sums)
        return path

    return write


def with_value(place, value):
    def change(values):
        values[place] = value
        return values

    return change


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("durations", with_value(0, 2), "the durations of clip 'a' sum to 4, but it has 3 frames"),
        ("durations", with_value(slice(0, 2), [-1, 4]), "'durations' holds a negative number"),
        ("phonemes", with_value(1, 250), "'phonemes' holds the index 250, but there are 3 symb"),
        ("mel", lambda mel: mel[:-2], r"column 'mel' has the shape \(6, 80\), not \(8, 80\)"),
        ("mel", lambda mel: mel[:, 1:], r"column 'mel' has the shape \(8, 79\), not \(8, 80\)"),
        ("waveform", lambda values: values[:-1], "column 'waveform' has the shape"),
        ("energy", lambda values: values[:0], "column 'energy' has the shape"),
        ("pitch_mean", lambda values: values[:2], "column 'pitch_mean' has the shape"),
        ("frame_offsets", with_value(1, 9), "'frame_offsets' does not tell where 3 clips begin"),
        ("frame_offsets", lambda values: values[:0], "'frame_offsets' does not tell"),
        ("phoneme_offsets", lambda values: values + 1, "'phoneme_offsets' does not tell"),
        ("id", with_value(0, "b"), "two clips have the same id"),
        ("split", with_value(0, "trian"), "the split 'trian' is none of train, validation, test"),
        ("audio", lambda audio: audio | {"hop": 1}, "the attribute 'audio' must have the keys"),
        ("audio", lambda audio: [], "broken features file|must have the keys"),
        ("statistics", lambda _: {}, "the attribute 'statistics' lacks one"),
        ("statistics", lambda _: None, "the attribute 'statistics' lacks one"),
        ("statistics", lambda s: s | {"energy_std": float("nan")}, "statistic energy_std is nan"),
        ("statistics", lambda s: s | {"energy_std": -1}, "statistic energy_std is -1"),
        ("symbols", lambda _: 5, "broken features file"),
        ("checksums", lambda _: None, "broken features file"),
    ],
)
def test_what_does_not_fit_is_an_error_that_names_the_file(rewritten, name, change, words):
    with pytest.raises(FS2Error, match=rf"features\.h5: (.|\n)*{words}"):
        len(FeatureStore(rewritten(name, change)))


@pytest.mark.parametrize("name", ["id", "phoneme_offsets", "durations", "pitch_std"])
def test_a_changed_small_column_is_noticed_at_once(rewritten, name):
    path = rewritten(name, lambda values: values[::-1].copy(), believed=False)
    with pytest.raises(FS2Error, match=rf"features\.h5: the column '{name}' is damaged"):
        len(FeatureStore(path))


@pytest.mark.parametrize("name", ["mel", "f0", "energy", "waveform"])
def test_a_changed_large_column_is_noticed_when_it_is_used(rewritten, name):
    with FeatureStore(rewritten(name, np.zeros_like, believed=False)) as store:
        assert len(store) == 3
        with pytest.raises(FS2Error, match=rf"features\.h5: the column '{name}' is damaged"):
            store.column(name)


def test_flipped_bits_change_nothing_or_are_noticed(path, columns):
    """Whatever byte is damaged: an error that names the file, or the very same values."""
    content = path.read_bytes()
    random = np.random.default_rng(1)
    noticed = 0
    for place in (*range(0, 800, 5), *random.choice(len(content), 60, replace=False)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << random.integers(8)
        path.write_bytes(damaged)
        try:
            with FeatureStore(path) as store:
                assert (store.ids, store.splits) == ([*"abc"], [c[1] for c in CLIPS])
                for name, values in columns.items():
                    np.testing.assert_array_equal(store.column(name)[:], values)
        except FS2Error as error:
            assert "features.h5" in str(error)
            noticed += 1
    assert noticed


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
