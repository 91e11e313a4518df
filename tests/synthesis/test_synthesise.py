import json

import h5py
import numpy as np
import pytest
import soundfile
import toy

from fs2.errors import FS2Error
from fs2.features.store import FeatureStore
from fs2.features.writer import export_compact
from fs2.synthesis.find import find_voice
from fs2.synthesis.synthesise import synthesise, without_pauses
from fs2.text.symbols import SYMBOLS

TEST_CLIPS = ["clip2", "clip3", "clip4", "clip5"]


def spoken(features, results, config, output, **keys):
    """The system `plain`, with keys of the section synthesis."""
    changed = {"synthesis": config.synthesis.model_copy(update=keys)}
    folders = find_voice(results)
    arguments = config.model_copy(update=changed), features, folders.training, folders.vocoder
    return synthesise("plain", *arguments, output)


def wavs(folder):
    return sorted(path.stem for path in folder.glob("*.wav"))


def test_recordings_come_out_as_they_went_in(config, features, tmp_path):
    output = tmp_path / "recordings"
    summary = synthesise("recordings", config, features, None, None, output)
    assert summary["clips"] == 4
    assert wavs(output) == TEST_CLIPS
    with FeatureStore(features) as store:
        for index in store.clips("test"):
            samples, rate = soundfile.read(output / f"{store.ids[index]}.wav", dtype="int16")
            assert rate == 22050
            assert np.array_equal(samples, store.clip(index).waveform)


def test_vocoded_has_the_recordings_mel(config, features, results, tmp_path):
    output = tmp_path / "vocoded"
    vocoder = find_voice(results).vocoder
    synthesise("vocoded", config, features, None, vocoder, output, workers=2)
    with FeatureStore(features) as store, h5py.File(output / "variances.h5") as file:
        assert file["id"].asstr()[:].tolist() == TEST_CLIPS
        start, stop = store.frame_offsets[[2, 6]]
        for name in ("mel", "f0", "energy"):
            assert np.array_equal(file[name][:], store.column(name)[start:stop])
        lengths = np.diff(file["frame_offsets"][:])
        for name, frames in zip(TEST_CLIPS, lengths, strict=True):
            assert soundfile.info(output / f"{name}.wav").frames == frames * 256


def test_system_speaks_the_phonemes_without_unmarked_pauses(config, features, results, tmp_path):
    folders = find_voice(results)
    output = tmp_path / "plain"
    output.mkdir()
    (output / "old.wav").touch()
    synthesise("plain", config, features, folders.training, folders.vocoder, output)
    assert wavs(output) == TEST_CLIPS, "the old folder is replaced whole"
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]
    with h5py.File(output / "variances.h5") as file:
        assert json.loads(file.attrs["symbols"]) == list(SYMBOLS)
        assert json.loads(file.attrs["audio"])["hop_length"] == 256
        seconds = json.loads(file.attrs["seconds"])
        assert sorted(seconds) == TEST_CLIPS
        assert min(seconds.values()) > 0
        first = file["phonemes"][: file["phoneme_offsets"][1]]
        assert [SYMBOLS[number] for number in first] == ["sil", "HH", "AH0", "L", "OW1", ".", "sil"]
        assert file["durations"][:].sum() == len(file["mel"]) == file["frame_offsets"][-1]
        assert len(file["f0"]) == len(file["energy"]) == len(file["mel"])


def test_a_sample_of_the_test_split_is_the_same_for_every_system(
    config, features, results, tmp_path
):
    some = config.model_copy(
        update={"synthesis": config.synthesis.model_copy(update={"maximum_clips": 2})}
    )
    synthesise("recordings", some, features, None, None, tmp_path / "a")
    spoken(features, results, config, tmp_path / "b", maximum_clips=2)
    assert len(wavs(tmp_path / "a")) == 2
    assert wavs(tmp_path / "a") == wavs(tmp_path / "b")


def test_the_factors_of_the_section_synthesis_are_used(config, features, results, tmp_path):
    flat = {"pace": 0.5, "pitch": 1.5, "energy": 2.0, "pitch_std_scale": 0.1}

    def variances(name, **factors):
        output = tmp_path / name
        spoken(features, results, config, output, recorded_durations=False, **factors)
        with h5py.File(output / "variances.h5") as file:
            return {key: file[key][:] for key in ("f0", "energy", "durations")}

    plain = variances("plain")
    for key, factor in flat.items():
        changed = variances(key, **{key: factor})
        column = {"pace": "durations", "energy": "energy"}.get(key, "f0")
        assert not np.array_equal(changed[column], plain[column])


def test_clips_are_also_spoken_with_the_recordings_durations(config, features, results, tmp_path):
    """So many frames as the recording, whatever the pace; pitch and energy are the system's."""
    spoken(features, results, config, tmp_path / "plain")
    spoken(features, results, config, tmp_path / "slow", pace=0.5)
    folder, slow = (tmp_path / name / "recorded_durations" for name in ("plain", "slow"))
    assert wavs(folder) == TEST_CLIPS
    with FeatureStore(features) as store:
        for index in store.clips("test"):
            name = f"{store.ids[index]}.wav"
            assert soundfile.info(folder / name).frames == len(store.clip(index).waveform)
            assert (folder / name).read_bytes() == (slow / name).read_bytes()
            assert (folder / name).read_bytes() != (folder.parent / name).read_bytes()
    synthesise("recordings", config, features, None, None, tmp_path / "recordings")
    spoken(features, results, config, tmp_path / "off", recorded_durations=False)
    for name in ("recordings", "off"):
        assert not (tmp_path / name / "recorded_durations").exists()
    plain, off = (tmp_path / system / "clip2.wav" for system in ("plain", "off"))
    assert plain.read_bytes() == off.read_bytes()


@pytest.mark.parametrize("architecture", ["transformer_tts", "tacotron2"])
def test_a_system_without_durations_speaks_once(architecture, features, results, tmp_path):
    config = toy.config(architecture, synthesis={"maximum_frames_per_phoneme": 2})
    training, output = tmp_path / "training", tmp_path / "spoken"
    toy.save_random(training, config)
    synthesise(architecture, config, features, training, find_voice(results).vocoder, output)
    assert wavs(output) == TEST_CLIPS
    assert not (output / "recorded_durations").exists()
    with h5py.File(output / "variances.h5") as file:
        assert "durations" not in file


def test_errors_leave_nothing(config, features, results, tmp_path):
    folders = find_voice(results)
    output = tmp_path / "out"
    with pytest.raises(FS2Error, match="vocoder"):
        synthesise("vocoded", config, features, None, None, output)
    with pytest.raises(FS2Error, match="training"):
        synthesise("plain", config, features, None, folders.vocoder, output)
    with pytest.raises(FS2Error, match="features"):
        synthesise("recordings", config, tmp_path / "none.h5", None, None, output)
    compact = tmp_path / "compact.h5"
    export_compact(features, compact)
    with pytest.raises(FS2Error, match="no waveforms"):
        synthesise("recordings", config, compact, None, None, output)
    assert [path.name for path in tmp_path.iterdir()] == ["compact.h5"]


def test_without_pauses_keeps_the_edges():
    assert without_pauses(["sil", "A", "sil", ",", "sil", "B", "sil"]) == [
        "sil",
        "A",
        ",",
        "B",
        "sil",
    ]
    assert without_pauses(["sil", "sil"]) == ["sil", "sil"]
