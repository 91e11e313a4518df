import shutil
import tarfile
import types
import typing
from pathlib import Path

import av
import numpy as np
import pytest

from fs2.audio import AudioSettings, read_audio, write_audio
from fs2.config.corpus import Corpus
from fs2.corpus import asterisk, fetch_corpus, kathleen, ljspeech, prepare_corpus
from fs2.corpus.sources import SOURCES
from fs2.errors import FS2Error
from fs2.files import read_json, read_table

AUDIO = AudioSettings()
TEXT = "the words of sentence number"


def write_clip(path: Path, seconds: float = 2.0, rate: int = 22050) -> None:
    noise = np.random.default_rng(0).standard_normal(round(seconds * rate)) * 0.05
    write_audio(path, noise, rate)


def write_g722(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w", format="g722") as container:
        stream = container.add_stream("g722", rate=16000, layout="mono")
        values = (samples * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(values, format="s16", layout="mono")
        frame.sample_rate = 16000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def make_folder(folder: Path, clips: int = 10) -> Path:
    for i in range(clips):
        write_clip(folder / "wavs" / f"c{i}.wav")
    lines = [f"c{i}|{TEXT} {i}|{TEXT} {i}" for i in range(clips)]
    (folder / "metadata.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def add_line(folder: Path, line: str) -> None:
    with open(folder / "metadata.csv", "a", encoding="utf-8") as file:
        file.write(line + "\n")


def folder_corpus(folder: Path, **keys: object) -> Corpus:
    return Corpus(name="mine", source="folder", path=str(folder), **keys)  # type: ignore[arg-type]


def excluded(report: dict[str, typing.Any]) -> dict[str, str]:
    return {item["id"]: item["reason"] for item in report["excluded"]}


def test_every_source_of_the_configuration_is_there() -> None:
    names = typing.get_args(Corpus.model_fields["source"].annotation)
    assert set(names) == set(SOURCES)
    for source in SOURCES.values():
        assert source.licence and source.attribution


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_corpus_leaves_behind(tmp_path: Path, workers: int) -> None:
    corpus = folder_corpus(make_folder(tmp_path / "in"))
    source = fetch_corpus(corpus, tmp_path / "downloads")
    report = prepare_corpus(corpus, AUDIO, source, tmp_path / "out", workers)
    assert not (tmp_path / "downloads").exists()
    assert report == read_json(tmp_path / "out" / "report.json")
    assert (report["found"], report["clips"], report["split_by"]) == (10, 10, "seed")
    assert sum(split["clips"] for split in report["splits"].values()) == 10
    metadata = read_table(tmp_path / "out" / "metadata.csv", ("id", "raw", "text", "seconds"))
    splits = read_table(tmp_path / "out" / "splits.csv", ("id", "split"))
    ids = [f"c{i}" for i in range(10)]
    assert [row["id"] for row in metadata] == [row["id"] for row in splits] == ids
    assert metadata[3]["text"] == f"{TEXT} 3" and float(metadata[3]["seconds"]) == 2.0
    clips = sorted((tmp_path / "out" / "clips").iterdir())
    assert [clip.name for clip in clips] == [f"{name}.wav" for name in ids]
    assert read_audio(clips[0])[1] == AUDIO.sample_rate


def test_the_clips_do_not_depend_on_the_order_of_the_lines(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in")
    corpus = folder_corpus(folder)
    prepare_corpus(corpus, AUDIO, folder, tmp_path / "a")
    lines = (folder / "metadata.csv").read_text().splitlines()
    (folder / "metadata.csv").write_text("\n".join(reversed(lines)))
    prepare_corpus(corpus, AUDIO, folder, tmp_path / "b")
    for name in ("metadata.csv", "splits.csv", "report.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_bad_clips_are_excluded_by_name_and_reason(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in")
    (folder / "wavs" / "c0.wav").write_bytes(b"no sound")
    write_audio(folder / "wavs" / "c1.wav", np.zeros(40000), 22050)
    (folder / "wavs" / "c2.wav").unlink()
    for line in ("empty||", "marks|... !|", "../up|some words here", "a/b|words in a folder"):
        add_line(folder, line)
    add_line(folder, f"c3|{TEXT} 3|{TEXT} 3")
    add_line(folder, "c4|something else")
    corpus = folder_corpus(folder, maximum_bad_share=0.9)
    report = prepare_corpus(corpus, AUDIO, folder, tmp_path / "out")
    reasons = excluded(report)
    assert reasons["c0"].startswith("unreadable")
    assert reasons["c1"] == "silent"
    assert reasons["c2"] == "unreadable: there is no file 'c2.wav'"
    assert reasons["empty"] == reasons["marks"] == "no text"
    assert "safe file name" in reasons["../up"] and "safe file name" in reasons["a/b"]
    assert reasons["c3"] == "duplicate id"
    assert reasons["c4"] == "duplicate id with different texts"
    kept = [row["id"] for row in read_table(tmp_path / "out" / "metadata.csv")]
    assert kept == ["c3", "c5", "c6", "c7", "c8", "c9"]
    assert report["found"] == report["clips"] + len(report["excluded"])


def test_ids_that_cannot_name_files_are_excluded(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in")
    ids = ("x" * 300, "é" * 150, ".hidden", "-r", "C1", "a b", "c:d")
    for number, name in enumerate(ids):
        add_line(folder, f"{name}|some other words {number}|some other words {number}")
    write_clip(folder / "wavs" / "C1.wav")
    corpus = folder_corpus(folder, maximum_bad_share=0.9)
    report = prepare_corpus(corpus, AUDIO, folder, tmp_path / "out")
    reasons = excluded(report)
    assert set(reasons) == {*ids, "c1"} - {"C1"}
    assert all("file name" in reason for reason in reasons.values())
    assert {item["stage"] for item in report["excluded"]} == {"corpus"}


def test_one_text_for_all_clips_is_shown(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in", 4)
    (folder / "metadata.csv").write_text("".join(f"c{i}|kathleen home\n" for i in range(4)))
    with pytest.raises(FS2Error, match=r"1 different sentences.*c0 was read as 'kathleen home'"):
        prepare_corpus(folder_corpus(folder), AUDIO, folder, tmp_path / "out")


def test_too_many_bad_clips_stop_the_run_and_leave_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in")
    for i in range(7):
        (folder / "wavs" / f"c{i}.wav").unlink()
    with pytest.raises(FS2Error, match=r"7 of 10 .*maximum_bad_share(.|\n)*c0: (.|\n)*and 2 more"):
        prepare_corpus(folder_corpus(folder), AUDIO, folder, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_not_asked_for_is_counted(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in")
    add_line(folder, "short|Thank you.")
    corpus = folder_corpus(folder, minimum_words=3, maximum_clips=6)
    report = prepare_corpus(corpus, AUDIO, folder, tmp_path / "out")
    assert report["clips"] == 6 and report["excluded"] == []
    assert report["not_selected"] == {"fewer than 3 words": 1, "beyond the first 6 clips": 4}


def test_clips_may_lie_anywhere_usual_and_be_flac(tmp_path: Path) -> None:
    lines = []
    for i, place in enumerate(["wavs/{}.wav", "wav/{}.wav", "flac/{}.flac", "{}.wav", "{}.flac"]):
        write_clip(tmp_path / "in" / place.format(f"c{i}"), rate=16000)
        lines.append(f"c{i}|{TEXT} {i}")
    (tmp_path / "in" / "metadata.csv").write_text("\n".join(lines))
    report = prepare_corpus(
        folder_corpus(tmp_path / "in"), AUDIO, tmp_path / "in", tmp_path / "out"
    )
    assert report["clips"] == 5 and report["source_sample_rates"] == {"16000": 5}


def test_a_local_archive_is_unpacked_once(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in" / "corpus", 4)
    with tarfile.open(tmp_path / "corpus.tar.gz", "w:gz") as tar:
        tar.add(folder, "corpus")
    corpus = folder_corpus(tmp_path / "corpus.tar.gz")
    source = fetch_corpus(corpus, tmp_path / "downloads")
    report = prepare_corpus(corpus, AUDIO, source, tmp_path / "out")
    assert report["clips"] == 4
    (source / "mark").touch()
    assert fetch_corpus(corpus, tmp_path / "downloads") == source
    assert (source / "mark").exists()


def test_errors_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FS2Error, match=r"corpus.path: .*nowhere does not exist"):
        fetch_corpus(folder_corpus(tmp_path / "nowhere"), tmp_path)
    with pytest.raises(FS2Error, match=r"holds no metadata\.csv"):
        prepare_corpus(folder_corpus(tmp_path), AUDIO, tmp_path, tmp_path / "out")
    (tmp_path / "metadata.csv").write_text("a|one\nb\n")
    with pytest.raises(FS2Error, match=r"metadata\.csv, line 2"):
        prepare_corpus(folder_corpus(tmp_path), AUDIO, tmp_path, tmp_path / "out")
    (tmp_path / "metadata.csv").write_bytes("a|caf\xe9\n".encode("latin-1"))
    with pytest.raises(FS2Error, match="UTF-8"):
        prepare_corpus(folder_corpus(tmp_path), AUDIO, tmp_path, tmp_path / "out")


@pytest.mark.parametrize(
    ("raw", "spoken"),
    [
        ("Please try again.", "Please try again."),
        ("...to leave  the conference.", "to leave the conference."),
        ("To leave the conference...", "To leave the conference,"),
        ("Press ...", "Press,"),
        ("press * to toggle, press # to exit", "press star to toggle, press pound to exit"),
        ('IAX (note: does not say "2")', "IAX"),
        ("at [@]", "at"),
    ],
)
def test_the_text_of_an_asterisk_prompt(raw: str, spoken: str) -> None:
    assert asterisk.spoken_text(raw, {}) == spoken


def test_asterisk(tmp_path: Path) -> None:
    root = tmp_path / "release"
    (root / "digits").mkdir(parents=True)
    prompts = {
        "pbx-invalid": "I am sorry, that's not a valid extension.",
        "digits/1": "one of the digits",
        "wait": "...please wait for the next one...",
        "hello": "Hello.",
        "beep": "[this is a simple beep tone]",
    }
    lines = [f"{name}: {text}" for name, text in prompts.items()]
    (root / asterisk.TABLE).write_text("; a comment: indeed\n\n" + "\n".join(lines) + "\n")
    for name in prompts:
        write_g722(root / f"{name}.g722", np.sin(np.arange(32000) * 2 * np.pi * 500 / 16000) / 4)
    corpus = Corpus(path=str(root), minimum_words=3)
    report = prepare_corpus(corpus, AUDIO, fetch_corpus(corpus, tmp_path), tmp_path / "out")
    assert report["not_selected"] == {"a tone or a silence": 1, "fewer than 3 words": 1}
    assert report["licence"] == "CC BY-SA 3.0" and "Allison Smith" in report["attribution"]
    rows = {row["id"]: row for row in read_table(tmp_path / "out" / "metadata.csv")}
    assert rows["wait"]["text"] == "please wait for the next one,"
    assert rows["wait"]["raw"] == "...please wait for the next one..."
    assert "but that's" in rows["pbx-invalid"]["text"]
    assert float(rows["digits-1"]["seconds"]) == pytest.approx(2.0, abs=0.01)


def test_g722_is_decoded(tmp_path: Path) -> None:
    wave = np.sin(np.arange(16000) * 2 * np.pi * 500 / 16000) / 4
    write_g722(tmp_path / "a.g722", wave)
    samples, rate = SOURCES["asterisk"].read(tmp_path / "a.g722")
    assert rate == 16000 and abs(len(samples) - 16000) <= 320
    delayed = [np.abs(samples[delay:][:8000] - wave[:8000]).mean() for delay in range(40)]
    assert min(delayed) < 0.01
    (tmp_path / "empty.g722").touch()
    assert len(SOURCES["asterisk"].read(tmp_path / "empty.g722")[0]) == 0
    with pytest.raises(FS2Error, match=r"none\.g722: cannot be read"):
        SOURCES["asterisk"].read(tmp_path / "none.g722")


def test_asterisk_names_both_ways_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk, "URL", "http://127.0.0.1:9/release.tar.gz")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FS2Error, match=r"127\.0\.0\.1:9/.*apt-get is not installed.*corpus\.path"):
        fetch_corpus(Corpus(), tmp_path / "downloads")


def test_kathleen_as_published_keeps_the_last_take(tmp_path: Path) -> None:
    data = tmp_path / "dataset" / "data"
    for prompt, when in [("a0001", 100), ("a0001", 99), ("a0002", 5), ("a0003", 7)]:
        write_clip(data / f"arctic_{prompt}_{when}.wav", rate=48000)
        (data / f"arctic_{prompt}_{when}.txt").write_text(f"{TEXT} {prompt}\n")
    corpus = Corpus(source="kathleen", path=str(tmp_path / "dataset"))
    report = prepare_corpus(corpus, AUDIO, fetch_corpus(corpus, tmp_path), tmp_path / "out")
    rows = read_table(tmp_path / "out" / "metadata.csv")
    assert [row["id"] for row in rows] == ["arctic_a0001_100", "arctic_a0002_5", "arctic_a0003_7"]
    assert rows[0]["text"] == f"{TEXT} a0001"
    assert report["not_selected"] == {"an older take of its prompt": 1}


def test_ljspeech_keeps_its_own_split(tmp_path: Path) -> None:
    lines = []
    for clip in ("LJ001-0001", "LJ002-0001", "LJ003-0001", "LJ004-0001"):
        write_clip(tmp_path / "in" / "wavs" / f"{clip}.wav")
        lines.append(f"{clip}|{TEXT} 4 {clip}|{TEXT} four")
    (tmp_path / "in" / "metadata.csv").write_text("\n".join(lines))
    corpus = Corpus(source="ljspeech", path=str(tmp_path / "in"))
    report = prepare_corpus(corpus, AUDIO, fetch_corpus(corpus, tmp_path), tmp_path / "out")
    splits = {row["id"]: row["split"] for row in read_table(tmp_path / "out" / "splits.csv")}
    assert report["split_by"] == "source"
    assert splits["LJ003-0001"] == "validation" and splits["LJ004-0001"] == "train"
    assert read_table(tmp_path / "out" / "metadata.csv")[0]["text"] == f"{TEXT} four"


@pytest.mark.parametrize(
    ("module", "inside"),
    [
        (asterisk, asterisk.TABLE),
        (ljspeech, "LJSpeech-1.1/metadata.csv"),
        (kathleen, f"dataset-voice-kathleen-{kathleen.COMMIT}/data/a_1.txt"),
    ],
)
def test_a_published_archive_is_fetched_and_unpacked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: types.ModuleType, inside: str
) -> None:
    (tmp_path / "in" / inside).parent.mkdir(parents=True)
    (tmp_path / "in" / inside).write_text("id: text")
    fetched = []

    def download(url: str, target: Path, *_: str, **__: str) -> Path:
        fetched.append(url)
        target.parent.mkdir(parents=True)
        with tarfile.open(target, "w:gz") as tar:
            tar.add(tmp_path / "in", ".")
        return target

    monkeypatch.setattr(module, "download", download)
    name = module.__name__.rpartition(".")[2]
    corpus = Corpus(source=name)
    folder = fetch_corpus(corpus, tmp_path / "downloads")
    assert folder.parent == tmp_path / "downloads" / name
    assert (folder / inside).read_text() == "id: text"
    assert fetch_corpus(corpus, tmp_path / "downloads") == folder
    assert fetched == [module.URL]


def test_the_prompts_of_the_checkout(prompts: Path) -> None:
    corpus = Corpus(source="asterisk", path=str(prompts))
    recordings = asterisk.Asterisk().recordings(fetch_corpus(corpus, prompts))
    assert [(recording.id, recording.text) for recording in recordings] == [
        ("all-circuits-busy-now", "All circuits are busy now."),
        ("queue-thankyou", "Thank you for your patience"),
    ]
    for recording, seconds in zip(recordings, (1.80, 1.59), strict=True):
        samples, rate = asterisk.Asterisk.read(recording.audio)
        assert rate == 16000 and len(samples) / rate == pytest.approx(seconds, abs=0.01)
        assert 0.05 < np.abs(samples).max() < 1


def test_real_recordings(tmp_path: Path, shared_data: Path) -> None:
    root = tmp_path / "in"
    (root / "clips").mkdir(parents=True)
    lines = (shared_data / "ljspeech" / "metadata.csv").read_text(encoding="utf-8").splitlines()
    (root / "metadata.csv").write_text("\n".join(lines[:16]), encoding="utf-8")
    for clip in (shared_data / "ljspeech" / "clips").glob("*.flac"):
        shutil.copy(clip, root / "clips")
    corpus = Corpus(source="ljspeech", path=str(root))
    report = prepare_corpus(corpus, AUDIO, fetch_corpus(corpus, tmp_path), tmp_path / "lj", 2)
    assert report["clips"] == 16 and report["excluded"] == []
    assert report["split_by"] == "seed"  # these clips are all of the paper's test split
    corpus = Corpus(source="kathleen", path=str(shared_data / "kathleen"), maximum_clips=20)
    report = prepare_corpus(corpus, AUDIO, fetch_corpus(corpus, tmp_path), tmp_path / "k", 2)
    assert report["clips"] == 20 and report["found"] == 1132
    assert report["rms_dbfs"]["median_before"] < -25
