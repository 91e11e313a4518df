import csv
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fs2.alignment.mfa import read_likelihoods
from fs2.alignment.prepare import prepare_alignment
from fs2.audio import AudioSettings
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error

WORDS = ["he", "ran", "off", "read"]
SENTENCES = {
    f"{n:02d}": f"{WORDS[n % 4]} {WORDS[n // 4 % 4]} , he {WORDS[n % 3]} ." for n in range(20)
}


@pytest.fixture
def fake_mfa(tmp_path, monkeypatch):
    """A program `mfa` in front of the PATH; returns the file that keeps its model."""
    program = tmp_path / "bin" / "mfa"
    program.parent.mkdir()
    script = Path(__file__).with_name("fake_mfa.py").read_text(encoding="utf-8")
    program.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("FAKE_MFA_KEEP", str(tmp_path / "kept.zip"))
    return tmp_path / "kept.zip"


def prepare(folder, workers=3, **keys):
    settings = Alignment(aligner="mfa", **keys)
    return prepare_alignment(
        settings, AudioSettings(), folder / "corpus", folder / "text", folder / "out", workers
    )


def test_trains_on_the_training_split_and_aligns_everything(make_corpus, fake_mfa):
    folder = make_corpus(SENTENCES, test=("03", "07"))
    report = prepare(folder, mfa={"clips_per_speaker": 5})
    with zipfile.ZipFile(fake_mfa) as archive:
        trained = json.loads(archive.read("meta.json"))
    assert trained["clips"] == [clip for clip in SENTENCES if clip not in ("00", "03", "07")]
    assert trained["speakers"] == [f"speaker{n:04d}" for n in range(4)]
    assert trained["states"] == {"min_states": 3, "max_states": 3}
    assert trained["stages"] == ["monophone", "triphone", "lda", "sat"]
    assert trained["jobs"] == "3"
    with open(folder / "out" / "durations.csv", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(SENTENCES)
    assert rows["00"]["log_likelihood"] == "-50.0000"
    assert report["clips"] == 20
    assert report["details"]["version"] == "3.4.3"
    assert report["details"]["training_clips"] == 17
    assert (
        len(report["details"]["model_sha256"]) == len(report["details"]["textgrids_sha256"]) == 64
    )


def test_clips_without_textgrid_are_counted_and_named(make_corpus, fake_mfa):
    folder = make_corpus(SENTENCES | {"20": "he ran mismatch", "21": "he strange off", "22": "!"})
    with open(folder / "text" / "lexicon.dict", "a", encoding="utf-8") as file:
        file.write("mismatch\tM IH1 S\nstrange\tS T R EY1 N JH\n")
    report = prepare(folder, maximum_bad_share=0.2)
    reasons = {item["id"]: item["reason"] for item in report["excluded"]}
    assert sorted(reasons) == ["20", "21", "22"]
    assert reasons["20"].startswith("mfa made no TextGrid: the text may not be what is said")
    assert "robust deviations from the median" in reasons["21"]
    assert reasons["22"] == "no words to align"
    assert report["likelihood"]["lowest"][0]["id"] == "21"


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        ("version", r"version 2.2.17, but >= 3.4 and < 4 is needed(.|\n)*viter"),
        ("train", r"mfa train failed with exit code 1(.|\n)*ERROR: unreadable wav"),
        ("killed", r"mfa train was killed by SIGKILL, as happens when the memory is used up"),
        ("shell", r"mfa train was killed by SIGKILL"),
        ("no_model", r"mfa train left no model"),
        ("nothing", r"mfa align left no TextGrid"),
    ],
)
def test_failures_are_not_hidden(make_corpus, fake_mfa, monkeypatch, failure, message):
    monkeypatch.setenv("FAKE_MFA", failure)
    folder = make_corpus(SENTENCES)
    with pytest.raises(FS2Error, match=message):
        prepare(folder)
    assert not (folder / "out").exists()


def test_program_that_is_none(make_corpus, fake_mfa):
    (fake_mfa.parent / "bin" / "mfa").write_text("\x7fELF")
    with pytest.raises(FS2Error, match=r"bin/mfa: cannot be run \(.*format error.*envs/mfa.yaml"):
        prepare(make_corpus(SENTENCES))
    (fake_mfa.parent / "bin" / "mfa").write_text("#!/bin/sh\necho broken >&2\n")
    with pytest.raises(FS2Error, match=r"bin/mfa: does not tell its version \(broken\)"):
        prepare(make_corpus(SENTENCES))


def test_its_root_folder_is_below_the_results(make_corpus, fake_mfa, monkeypatch, tmp_path):
    """Even `mfa version` makes that folder, which fails in a home that cannot be written."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = make_corpus(SENTENCES)
    seen = []
    start = subprocess.Popen

    def watch(command, **settings):
        seen.append((command[1], Path(settings["env"]["MFA_ROOT_DIR"])))
        return start(command, **settings)

    monkeypatch.setattr(subprocess, "Popen", watch)
    prepare(folder)
    assert [name for name, _ in seen] == ["version", "version", "train", "align"]
    assert all(root.is_relative_to(folder) for _, root in seen[1:])
    assert not (tmp_path / "home").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_what_a_killed_job_left_is_removed(make_corpus, fake_mfa):
    folder = make_corpus(SENTENCES)
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom fs2.files import working_folder\n"
        "with working_folder(Path(sys.argv[1])) as work:\n"
        "    (work / 'model.zip').write_bytes(b'0' * 1000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(folder / "out")], check=False)
    assert list(folder.glob(".out.*/work/model.zip"))
    prepare(folder)
    assert not list(folder.glob(".out.*"))


def test_progress_bars_stay_out_of_the_log(make_corpus, fake_mfa, caplog):
    with caplog.at_level("INFO", logger="fs2.alignment.mfa"):
        prepare(make_corpus(SENTENCES))
    said = [message for message in caplog.messages if message.startswith("mfa: ")]
    assert said == ["mfa: INFO  Training", "mfa: INFO  50% of the clips are left"]


@pytest.mark.parametrize(
    ("workers", "largest", "speakers"), [(1, 100, 1), (3, 100, 3), (3, 4, 5), (50, 100, 17)]
)
def test_every_core_has_a_speaker(make_corpus, fake_mfa, workers, largest, speakers):
    folder = make_corpus(SENTENCES, test=("03", "07"))
    prepare(folder, workers, mfa={"clips_per_speaker": largest})
    with zipfile.ZipFile(fake_mfa) as archive:
        assert len(json.loads(archive.read("meta.json"))["speakers"]) == speakers


def test_likelihoods_that_are_no_numbers(tmp_path):
    path = tmp_path / "alignment_analysis.csv"
    path.write_text("file,overall_log_likelihood\na,-50.5\nb,\nc,nan\nd,-inf\n")
    assert read_likelihoods(path) == {"a": -50.5}
    path.write_text("file,overall_log_likelihood\na,high\n")
    with pytest.raises(FS2Error, match=r"alignment_analysis.csv: a: could not convert .*'high'"):
        read_likelihoods(path)
    path.write_text("file,other\na,1\n")
    with pytest.raises(FS2Error, match="no column overall_log_likelihood"):
        read_likelihoods(path)


def test_missing_program_names_the_ways_out(make_corpus, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FS2Error, match=r"envs/mfa.yaml.*--sdm conda.*aligner: viter"):
        prepare(make_corpus({"a": "he ran"}))


def test_words_without_pronunciation_and_no_training_clips(make_corpus, fake_mfa):
    folder = make_corpus({"a": "he ran", "b": "he read", "c": "he zyzzyva"})
    with pytest.raises(FS2Error, match=r"lexicon.dict: no pronunciation of zyzzyva"):
        prepare(folder)
    shutil.rmtree(folder / "corpus")
    with pytest.raises(FS2Error, match="the split train is empty, it never had a clip"):
        prepare(make_corpus({"a": "he ran", "b": "off"}))
