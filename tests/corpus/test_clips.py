import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from fs2.audio import read_audio, write_audio
from fs2.config.corpus import Corpus
from fs2.corpus.clips import (
    HIGHEST_PEAK,
    CorpusClip,
    find_problem,
    prepare_clip,
    speech_level,
    spoken_length,
)
from fs2.corpus.folder import Folder
from fs2.corpus.report import sound_warnings, warning_line
from fs2.corpus.source import CorpusRecording

RATE = 22050
TEXT = "As many characters as two seconds"


def tone(seconds: float = 2.0, amplitude: float = 0.1, rate: int = RATE) -> np.ndarray:
    times = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * 220 * times)).astype(np.float32)


def prepare(folder: Path, samples: np.ndarray, rate: int = RATE, **keys: float) -> CorpusClip:
    soundfile.write(folder / "source.wav", samples, rate, subtype="FLOAT")
    recording = CorpusRecording("clip", TEXT, TEXT, folder / "source.wav")
    corpus = Corpus(**keys)  # type: ignore[arg-type]
    return prepare_clip(recording, folder / "clip.wav", Folder(), corpus, RATE)


@given(st.floats(-55, 0), st.floats(0, 3))
def test_the_level_is_that_of_the_speech_without_its_pauses(level: float, pause: float) -> None:
    amplitude = np.sqrt(2) * 10 ** (level / 20)
    silence = np.zeros(round(pause * RATE))
    samples = np.concatenate([silence, tone(2.0, amplitude), silence])
    assert speech_level(samples, RATE) == pytest.approx(level, abs=0.2)


@pytest.mark.parametrize("amplitude", [0.003, 0.05, 0.9])
@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
def test_every_clip_comes_to_rate_and_loudness(tmp_path: Path, amplitude: float, rate: int) -> None:
    clip = prepare(tmp_path, tone(amplitude=amplitude, rate=rate), rate)
    samples, written_rate = read_audio(tmp_path / "clip.wav")
    assert clip.problem == "" and clip.sample_rate == rate
    assert written_rate == RATE and len(samples) == 2 * RATE
    assert speech_level(samples, RATE) == pytest.approx(-23, abs=0.1)
    assert clip.level + clip.gain == pytest.approx(-23, abs=0.1)


def test_peaks_do_not_clip(tmp_path: Path) -> None:
    samples = tone(amplitude=0.01)
    samples[1000] = 0.5
    clip = prepare(tmp_path, samples)
    written, _ = read_audio(tmp_path / "clip.wav")
    assert clip.peak_limited
    assert np.abs(written).max() == pytest.approx(HIGHEST_PEAK, abs=1e-3)


def test_both_channels_are_used_and_nothing_is_trimmed(tmp_path: Path) -> None:
    silent, loud = np.zeros(RATE, np.float32), tone(1.0)
    stereo = np.stack([np.concatenate([silent, loud]), np.zeros(2 * RATE)], axis=1)
    assert prepare(tmp_path, stereo).seconds == 2.0
    written, _ = read_audio(tmp_path / "clip.wav")
    assert np.abs(written[: RATE - 10]).max() == 0 and np.abs(written[RATE:]).max() > 0.1


CLIPPED = np.clip(tone(amplitude=2.0), -1, 1)
WITH_NAN = np.where(np.arange(2 * RATE) == 5, np.nan, tone())


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(0), "empty"),
        (np.zeros(2 * RATE), "silent"),
        (tone(amplitude=1e-4), "silent"),
        (CLIPPED, "clipped"),
        (WITH_NAN, "unreadable"),
        (tone(0.3), "too short"),
        (tone(21), "too long"),
        (tone(0.6), "text too long"),
        (tone(15), "text too short"),
        (
            np.where(np.arange(2 * RATE) == 5, 1e30, tone()),
            "far beyond full scale: a sample of 1e.30,",
        ),
        (np.stack([tone(), -tone()], axis=1), "unreadable: .*channels cancel each other"),
        (np.stack([tone(), -0.9 * tone()], axis=1), "unreadable: .*channels cancel each other"),
        (np.zeros((2 * RATE, 9)), "unreadable: .*9 channels"),
    ],
)
def test_bad_clips_are_refused_with_a_reason(
    tmp_path: Path, samples: np.ndarray, reason: str
) -> None:
    clip = prepare(tmp_path, samples)
    assert re.match(reason, clip.problem)
    assert not (tmp_path / "clip.wav").exists()


def test_the_limits_are_those_of_the_configuration() -> None:
    assert find_problem(tone(21), RATE, TEXT * 10, Corpus()) != ""
    assert find_problem(tone(21), RATE, TEXT * 10, Corpus(maximum_seconds=30)) == ""
    assert find_problem(CLIPPED, RATE, TEXT, Corpus(maximum_clipped_share=1)) == ""
    assert find_problem(tone(0.6), RATE, TEXT, Corpus(maximum_characters_per_second=60)) == ""


def test_a_damaged_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"RIFF and nothing more")
    for name, reason in (("bad.wav", "unreadable: .*bad.wav"), ("no.wav", "no file 'no.wav'")):
        recording = CorpusRecording("clip", TEXT, TEXT, tmp_path / name)
        clip = prepare_clip(recording, tmp_path / "clip.wav", Folder(), Corpus(), RATE)
        assert re.search(reason, clip.problem)


def test_a_clip_that_is_fine_already_stays_as_it_is(tmp_path: Path) -> None:
    samples = tone(amplitude=np.sqrt(2) * 10 ** (-23 / 20))
    write_audio(tmp_path / "a.wav", samples, RATE)
    recording = CorpusRecording("clip", TEXT, TEXT, tmp_path / "a.wav")
    clip = prepare_clip(recording, tmp_path / "clip.wav", Folder(), Corpus(), RATE)
    assert clip.gain == pytest.approx(0, abs=0.05)
    written, _ = read_audio(tmp_path / "clip.wav")
    np.testing.assert_allclose(written, samples, atol=2e-3)


def test_a_long_recording_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "a.wav", tone(30), RATE)
    monkeypatch.setattr(Folder, "read", lambda path: pytest.fail("decoded"))
    recording = CorpusRecording("clip", TEXT, TEXT, tmp_path / "a.wav")
    clip = prepare_clip(recording, tmp_path / "clip.wav", Folder(), Corpus(), RATE)
    assert clip.problem == "too long: 30.0 s, more than 20 s"


def test_the_text_is_counted_as_it_is_said() -> None:
    assert find_problem(tone(1.7), RATE, "1963.", Corpus()) == ""
    assert find_problem(tone(0.5), RATE, "1963.", Corpus()).startswith("text too long")
    assert spoken_length("Yes, it is.") == len("Yes, it is.")
    assert spoken_length("日本") == 2


def test_doubtful_sound_is_told() -> None:
    clips = [CorpusClip(f"c{i}", sample_rate=22050, peak=0.5) for i in range(9)]
    assert sound_warnings(clips, 22050) == []
    clips[3] = CorpusClip("c3", sample_rate=8000, peak=0.5)
    clips[4] = CorpusClip("c4", sample_rate=48000, peak=1.5)
    told = sound_warnings(clips, 22050)
    assert [warning["clips"] for warning in told] == [["c3"], ["c3", "c4"], ["c4"]]
    all_low = sound_warnings([CorpusClip(f"c{i}", sample_rate=8000) for i in range(9)], 22050)
    assert len(all_low) == 1 and len(all_low[0]["clips"]) == 9
    assert warning_line(all_low[0]).startswith("9 clips are recorded below audio.sample_rate")
    assert warning_line(all_low[0]).endswith("c0, c1, c2, c3, c4 and 4 more")
