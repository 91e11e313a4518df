import csv
import json

import numpy as np
import pytest
import soundfile

from fs2.alignment.prepare import prepare_alignment
from fs2.alignment.quality import robust_deviations
from fs2.audio import AudioSettings, write_audio
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error
from fs2.exclusion import Exclusion
from fs2.files import read_table, write_table
from fs2.text.symbols import SYMBOLS

AUDIO = AudioSettings()
SENTENCES = {
    "a": "he ran off .",
    "b": "he read , he ran .",
    "c": "ran off",
    "d": "he , he ran off !",
    "e": "read off",
}


def prepare(folder, workers=1, **keys):
    inputs = AUDIO, folder / "corpus", folder / "text", folder / "out"
    given = {"textgrids": {"path": str(folder / "given")}}
    return prepare_alignment(Alignment(aligner="textgrids", **given, **keys), *inputs, workers)


def rows(folder):
    with open(folder / "out" / "durations.csv", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def reasons(report):
    return {item["id"]: item["reason"] for item in report["excluded"]}


def test_all_files_of_a_good_corpus(make_corpus):
    folder = make_corpus(SENTENCES)
    report = prepare(folder)
    table = rows(folder)
    assert list(table) == list(SENTENCES)
    assert table["a"]["phonemes"] == "sil HH IY1 R AE1 N AO1 F . sil"
    # 0.2 s of silence lie at both edges, of which 0.1 s are kept, in whole hops
    assert table["a"]["start_sample"] == str(round(0.2 * 22050) - 9 * 256)
    assert table["a"]["durations"] == "9 9 8 9 8 9 9 8 0 9"
    assert table["a"]["frames"] == "78"
    assert float(table["a"]["silence_share"]) == pytest.approx(18 / 78, abs=1e-4)
    for clip, row in table.items():
        assert sum(map(int, row["durations"].split())) == int(row["frames"])
        assert set(row["phonemes"].split()) <= set(SYMBOLS)
        assert (folder / "out" / "textgrids" / f"{clip}.TextGrid").is_file()
    assert report == json.loads((folder / "out" / "report.json").read_text())
    assert (report["clips"], report["clips_excluded"], report["excluded"]) == (5, 0, [])
    assert report["frames"] == sum(int(row["frames"]) for row in table.values())


def test_bad_clips_are_excluded_by_name_and_reason(make_corpus):
    folder = make_corpus(
        SENTENCES | {"f": "he zyzzyva off", "g": "he ran", "h": "he ran", "i": "he", "j": "he ran"},
        test=("h",),
    )
    (folder / "given" / "b.TextGrid").write_text("nonsense")
    (folder / "given" / "c.TextGrid").unlink()
    write_audio(folder / "corpus" / "clips" / "d.wav", np.zeros(22050 * 9), 22050)
    (folder / "corpus" / "clips" / "e.wav").write_bytes(b"damaged")
    (folder / "given" / "g.TextGrid").write_text((folder / "given" / "a.TextGrid").read_text())
    (folder / "given" / "h.TextGrid").write_bytes((folder / "given" / "h.TextGrid").read_bytes())
    (folder / "corpus" / "clips" / "i.wav").unlink()
    report = prepare(folder, maximum_bad_share=0.9)
    found = reasons(report)
    assert sorted(rows(folder)) == ["a", "h", "j"]
    assert "b.TextGrid: not a readable TextGrid" in found["b"]
    assert found["c"] == "no TextGrid in given"
    assert found["d"] == "the TextGrid is 1.30 s long, the clip 9.00 s"
    assert "the sound file cannot be read" in found["e"]
    assert found["f"] == "unknown word 'zyzzyva'"
    assert found["g"] == "the TextGrid is 1.10 s long, the clip 0.90 s"
    assert found["i"] == "no sound file corpus/clips/i.wav"
    assert report["clips_excluded"] == len(found) == 7
    assert sum(item["clips"] for item in report["excluded_by_reason"]) == 7
    assert {"reason": "the sound file cannot be read", "clips": 1} in report["excluded_by_reason"]
    assert report["unknown_words"] == [{"word": "zyzzyva", "clips": 1}]
    assert report["clips_with_unknown_word"] == 1


def test_samples_that_cannot_be_read_exclude_their_clip(make_corpus):
    """The header is good, and so is the length that it tells."""
    folder = make_corpus(SENTENCES)
    sound = folder / "corpus" / "clips" / "d.wav"
    samples, rate = soundfile.read(sound)
    soundfile.write(sound, samples, rate, format="FLAC")
    content = sound.read_bytes()
    sound.write_bytes(content[:100] + bytes(len(content) - 100))
    assert soundfile.info(sound).frames == len(samples)
    report = prepare(folder, maximum_bad_share=0.2)
    assert "the sound file cannot be read" in reasons(report)["d"]
    assert {"reason": "the sound file cannot be read", "clips": 1} in report["excluded_by_reason"]


def test_too_many_bad_clips_stop_and_leave_nothing(make_corpus):
    folder = make_corpus(SENTENCES)
    (folder / "given" / "c.TextGrid").unlink()
    with pytest.raises(
        FS2Error, match=r"1 of 5 clips.*maximum_bad_share = 0.1(.|\n)*c: no TextGrid"
    ):
        prepare(folder)
    assert not (folder / "out").exists()
    assert prepare(folder, maximum_bad_share=0.2)["clips"] == 4


def test_a_split_without_clips_stops(make_corpus):
    folder = make_corpus(SENTENCES)
    (folder / "given" / "b.TextGrid").write_text("nonsense")
    with pytest.raises(
        FS2Error,
        match=r"the split test is empty, all 1 of its clips are excluded:\n  b: .*readable",
    ):
        prepare(folder, maximum_bad_share=0.9)


def test_what_earlier_stages_excluded_is_listed_and_not_counted(make_corpus):
    earlier = [Exclusion("x", "corpus", "too long"), Exclusion("c", "text", "no words")]
    folder = make_corpus(SENTENCES, excluded=earlier)
    lines = read_table(folder / "text" / "phonemes.csv")
    kept = [line for line in lines if line["id"] != "c"]
    write_table(folder / "text" / "phonemes.csv", tuple(kept[0]), kept)
    report = prepare(folder, maximum_bad_share=0)
    assert report["clips_excluded"] == 0
    assert report["excluded"] == [
        {"id": "x", "stage": "corpus", "reason": "too long"},
        {"id": "c", "stage": "text", "reason": "no words"},
    ]
    (folder / "given" / "d.TextGrid").unlink()
    report = prepare(folder, maximum_bad_share=0.25)
    assert report["clips_excluded"] == 1
    assert report["excluded"][2] == {
        "id": "d",
        "stage": "alignment",
        "reason": "no TextGrid in given",
    }


def test_texts_of_other_clips_stop_before_anything_is_aligned(make_corpus, monkeypatch):
    clips = [f"{number:02d}" for number in range(12)]
    words = ["he ran", "ran off", "he read", "read off", "off he", "he off ran"]
    folder = make_corpus(dict(zip(clips, [*words, *(f"{w} he read" for w in words)], strict=True)))
    measured = dict.fromkeys(clips, 1.0)
    monkeypatch.setattr("fs2.alignment.prepare.text_fits", lambda *_: measured)
    report = prepare(folder)
    assert report["text_fit"]["mean"] == 1.0
    measured["05"] = 0.5
    report = prepare(folder)
    assert reasons(report)["05"].startswith(
        "the text may be another clip's (it fits better than 50%"
    )
    assert not (folder / "out" / "textgrids" / "05.TextGrid").exists()
    measured.update(dict.fromkeys(clips, 0.55))
    with pytest.raises(
        FS2Error, match=r"than 55% of other clips' texts, mean of 12 clips.*belong to other clips"
    ):
        prepare(folder)
    assert prepare(folder, minimum_text_fit=0, minimum_mean_text_fit=0)["text_fit"] == {}


def test_an_alignment_that_does_not_fit_is_warned_of(make_corpus, caplog):
    report = prepare(make_corpus(SENTENCES))  # the sound is noise
    assert report["phone_fit"]["clips"] == 5
    assert report["phone_fit"]["median"] < -5
    assert report["phone_fit"]["lowest"][0]["log_posterior"] <= report["phone_fit"]["median"]
    assert "the phones do not fit the sound" in caplog.text


def test_long_phones_and_silence_share(make_corpus):
    folder = make_corpus(SENTENCES)
    report = prepare(folder, maximum_phone_seconds=0.09, maximum_outliers=10)
    assert report["clips"] == 5
    assert len(report["long_phones"]) == report["phone_durations"]["phones"] == 36
    with pytest.raises(FS2Error, match=r"phones are too long \(HH 0.10 s"):
        prepare(folder, maximum_phone_seconds=0.09, maximum_outliers=1)
    with pytest.raises(FS2Error, match=r"silence share 0.2\d is too large"):
        prepare(folder, maximum_silence_share=0.1)


def test_foreign_phone_stops_and_names_file_and_phone(make_corpus):
    folder = make_corpus(SENTENCES)
    path = folder / "given" / "c.TextGrid"
    path.write_text(path.read_text().replace('"AE1"', '"AE"'))
    with pytest.raises(FS2Error, match=r"c.TextGrid: vowel 'AE' has no stress mark"):
        prepare(folder)


def test_wrong_inputs(make_corpus):
    folder = make_corpus(SENTENCES)
    with pytest.raises(FS2Error, match=r"none of the 5 TextGrids"):
        for path in (folder / "given").iterdir():
            path.rename(path.with_name(f"x{path.name}"))
        prepare(folder)
    write_audio(folder / "corpus" / "clips" / "a.wav", np.zeros(1000), 16000)
    (folder / "given" / "xa.TextGrid").rename(folder / "given" / "a.TextGrid")
    with pytest.raises(FS2Error, match=r"a.wav: 16000 Hz, but audio.sample_rate is 22050"):
        prepare(folder)
    (folder / "text" / "phonemes.csv").write_text("id,text\n")
    with pytest.raises(FS2Error, match=r"phonemes.csv: no column words"):
        prepare(folder)


def test_several_processes_give_the_same(make_corpus):
    folder = make_corpus({f"{n:03d}": SENTENCES["abcde"[n % 5]] for n in range(200)})
    prepare(folder)
    alone = (folder / "out" / "durations.csv").read_bytes()
    prepare(folder, workers=2)
    assert (folder / "out" / "durations.csv").read_bytes() == alone


def test_robust_deviations_find_the_outlier():
    values = {str(n): -50.0 + 0.1 * (n % 10) for n in range(100)} | {"bad": -60.0}
    deviations = robust_deviations(values)
    assert [clip for clip, value in deviations.items() if value < -4] == ["bad"]
    assert robust_deviations({}) == {}
    assert robust_deviations({"a": 1.0, "b": 1.0}) == {"a": 0.0, "b": 0.0}


def test_report_has_the_same_keys_whatever_the_words(make_corpus):
    """What becomes the name of a metric is not up to a text."""

    def keys(report):
        for key, value in report.items():
            yield key
            if isinstance(value, dict) and key != "mean_seconds_by_phone":
                yield from keys(value)

    plain = prepare(make_corpus(SENTENCES))
    odd = prepare(make_corpus(SENTENCES | {"f": "he zyzzyva off"}), maximum_bad_share=0.5)
    assert list(keys(plain)) == list(keys(odd))


def test_real_textgrids(shared_data, tmp_path):
    """Every published alignment of Kathleen gives durations that sum to the frames."""
    from fs2.alignment.durations import frame_durations
    from fs2.alignment.merging import check_phones, merge
    from fs2.alignment.textgrid import collect_textgrids, read_textgrid

    grids = collect_textgrids(shared_data / "kathleen" / "TextGrid.tar.xz", tmp_path)
    assert len(grids) == 1123
    for path in list(grids.values())[::10]:
        grid = read_textgrid(path)
        check_phones(grid, path)
        phonemes = merge(grid, [word.label for word in grid.words if word.label])
        clip = frame_durations(phonemes, int(grid.end * 22050), AUDIO)
        assert clip.frames * 256 + clip.start_sample <= int(grid.end * 22050)
        spoken = sum(p.end - p.start for p in grid.phones if p.label)
        frames = sum(d for s, d in zip(clip.phonemes, clip.durations, strict=True) if s != "sil")
        assert frames * AUDIO.frame_seconds == pytest.approx(spoken, rel=0.12)
