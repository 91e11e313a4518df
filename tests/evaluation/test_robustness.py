"""Sentences without recordings: spoken by a toy, counted, shown in the table and the report."""

import csv
import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import toy

from fs2.errors import FS2Error
from fs2.evaluation import robustness, words
from fs2.evaluation.results import results_page
from fs2.evaluation.robustness import Judges, judge, measure_robustness
from fs2.evaluation.robustness_measures import summarise
from fs2.evaluation.tables import Measured, robustness_table, write_tables
from fs2.evaluation.tables.table import DASH, Estimate
from fs2.evaluation.worst_sentences import robustness as shown
from fs2.files import read_json, read_table, write_json, write_text
from fs2.sentence_lists import ListedSentence
from fs2.systems.attention import Attention
from fs2.systems.catalogue import Catalogue

TEXTS = {"a-1": "One two three four.", "a-2": "Five six.", "b-1": "Seven."}
HEARD = {"One two three four.": "one two", "Five six.": "five six five six", "Seven.": "seven"}
SENTENCE = ListedSentence("", "own", "a-1", "One two three four.")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a list of three sentences, and two seeds of FastSpeech 2 that spoke it.

    The recogniser hears of the first what `HEARD` says, of the second everything as it should be.
    """
    folder = tmp_path_factory.mktemp("robustness")
    (folder / "own.txt").write_text("".join(f"{name}|{text}\n" for name, text in TEXTS.items()))
    catalogue, results = Catalogue(configuration(folder)), folder / "results" / "toy"
    toy.make_vocoder(catalogue.base, results / "vocoder" / "griffin_lim")
    transcripts = iter([*HEARD.values(), *TEXTS.values()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "WORDS_PER_SECOND", 100)  # the toy gives a phoneme four frames
        patch.setattr(robustness, "load_recogniser", lambda *_: lambda _: next(transcripts))
        for run in ("fastspeech2", "fastspeech2-seed2"):
            toy.finish(results, catalogue, run)
            measure_robustness(
                catalogue.config(run), results / "training" / run,
                results / "vocoder" / "griffin_lim", results / "evaluation" / run,
            )  # fmt: skip
    return folder


def configuration(folder):
    """Plain values of a configuration whose list of sentences lies in a folder."""
    evaluation = {"sentences": [str(folder / "own.txt")], "mos": False, "bootstrap_samples": 100}
    return toy.values(evaluation=evaluation, corpus={"name": "toy"})


@pytest.fixture
def values(made):
    return configuration(made)


@pytest.fixture
def spoken(made, tmp_path):
    """The results, to be added to."""
    return shutil.copytree(made / "results" / "toy", tmp_path / "results" / "toy")


def speech(phonemes=10, frames=60, attentions=()):
    """A spoken sentence without sound."""
    return SimpleNamespace(
        waveform=np.zeros(256 * frames, np.float32), sample_rate=22050,
        frames=frames, phonemes=["sil", *["AA1"] * (phonemes - 2), "."],
        attentions=attentions,
    )  # fmt: skip


def attention(*positions, phonemes=10, stopped=True):
    return Attention(np.eye(phonemes, dtype=np.float32)[list(positions)], 1, stopped)


def test_every_sentence_is_a_row_and_a_sound_file(spoken):
    folder = spoken / "evaluation" / "fastspeech2"
    with open(folder / "robustness.csv", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(TEXTS)
    assert [row["kind"] for row in rows.values()] == ["a", "a", "b"]
    counts = [(row["skipped_words"], row["repeated_words"], row["endless"])
              for row in rows.values()]  # fmt: skip
    assert counts == [("2", "0", "0"), ("0", "2", "0"), ("0", "0", "0")]
    assert rows["b-1"]["distillmos"] == rows["b-1"]["stopped"] == ""
    for name, row in rows.items():
        samples, rate = soundfile.read(folder / "robustness" / "own" / f"{name}.flac")
        assert len(samples) / rate == pytest.approx(float(row["seconds"]), abs=1e-3)
    found = read_json(folder / "robustness.json")["lists"]["own"]
    assert found["word_error_rate"]["value"] == pytest.approx(100 * 4 / 7)
    assert found["skipped"]["value"] == found["repeated"]["value"] == pytest.approx(100 / 3)
    assert found["failed"]["value"] == pytest.approx(200 / 3)
    assert found["failed"]["low"] < found["failed"]["value"] < found["failed"]["high"]
    assert found["failed"]["sentences"] == 3
    assert "distillmos" not in found
    assert "attention_skipped" not in found


def test_the_attention_tells_what_was_never_reached_and_what_was_said_again():
    straight = speech(attentions=(attention(*range(10)),))
    row = judge(SENTENCE, straight, Judges())
    assert (row["coverage"], row["monotony"], row["stopped"], row["endless"]) == (1, 1, 1, 0)
    assert (row["attention_skips"], row["attention_repeats"]) == (0, 0)
    lost = speech(attentions=(*straight.attentions, attention(0, 1, 8, 8, 0, 0, 1, 9)))
    row = judge(SENTENCE, lost, Judges())
    assert (row["attention_skips"], row["attention_repeats"]) == (1, 1)
    assert row["coverage"] == 0.8
    assert row["monotony"] == pytest.approx(1 - 3 / 18, abs=1e-4)


def test_an_autoregressive_system_is_cut_at_its_limit_and_said_to_be_endless(made, tmp_path):
    values = configuration(made)
    values["architectures"] = {"transformer_tts": toy.SYSTEMS["transformer_tts"]}
    values["synthesis"] = {"maximum_frames_per_phoneme": 2}
    values["evaluation"] |= {"word_error_rate": False, "maximum_sentences": 1}
    config = Catalogue(values).config("transformer_tts")
    toy.save_random(tmp_path / "system", config)
    vocoder = made / "results" / "toy" / "vocoder" / "griffin_lim"
    found = measure_robustness(config, tmp_path / "system", vocoder, tmp_path)["own"]
    assert found.keys() == {"endless", "attention_skipped", "attention_repeated"}
    [row] = read_table(tmp_path / "robustness.csv")
    assert (row["endless"], row["stopped"]) == ("1", "0")
    assert float(row["frames_per_phoneme"]) == pytest.approx(2, abs=0.5)


def test_what_is_not_stopped_or_lasts_too_long_is_endless():
    assert judge(SENTENCE, speech(frames=60), Judges())["endless"] == 0
    assert judge(SENTENCE, speech(frames=220), Judges())["endless"] == 1
    assert judge(SENTENCE, speech(frames=220), Judges(), pace=0.5)["endless"] == 0
    parts = attention(*range(5), phonemes=5), attention(*range(5), phonemes=5, stopped=False)
    row = judge(SENTENCE, speech(attentions=parts), Judges())
    assert (row["stopped"], row["endless"]) == (0, 1)


def test_a_recogniser_in_a_loop_of_its_own_has_heard_nothing():
    said = SENTENCE.text
    for frames, errors, repeated in ((400, 8, 8), (100, 4, 0)):
        row = judge(SENTENCE, speech(frames=frames), Judges(lambda _: f"{said} {said} {said}"))
        assert (row["word_errors"], row["skipped_words"]) == (errors, 0)
        assert row["repeated_words"] == repeated


def test_without_a_recogniser_nothing_is_said_of_words():
    rows = [judge(SENTENCE, speech(), Judges(distillmos=lambda samples: 3.5))]
    found = summarise(rows, 100, 0.95)
    assert found.keys() == {"distillmos", "endless"}
    assert found["distillmos"]["value"] == 3.5


def test_a_bad_list_is_an_error_before_anything_is_spoken(spoken, tmp_path):
    (tmp_path / "own.txt").write_text("a|Hello.\nb|\u4f60\u597d\n")
    values = configuration(tmp_path)
    folders = spoken / "training/fastspeech2", spoken / "vocoder/griffin_lim", tmp_path / "out"
    with pytest.raises(FS2Error, match=r"own\.txt, line 2: "):
        measure_robustness(Catalogue(values).config("fastspeech2"), *folders)
    values["evaluation"]["sentences"] = []
    with pytest.raises(FS2Error, match=r"evaluation\.sentences: names no list"):
        measure_robustness(Catalogue(values).config("fastspeech2"), *folders)
    assert not (tmp_path / "out").exists()


def test_the_table_has_every_system_on_every_list_with_seeds_together(spoken, values):
    runs = ["fastspeech2", "fastspeech2-seed2"]
    table = robustness_table(Measured(Catalogue(values), spoken, runs))
    rows = {row["system"]: row for row in table.rows}
    ours = rows["FastSpeech 2"]
    assert (ours["sentences"], ours["seeds"]) == ("own", "2")
    assert isinstance(ours["failed"], Estimate)
    assert (ours["failed"].value, ours["failed"].clips) == (pytest.approx(100 / 3), 3)
    assert ours["attention_skipped"] == "no attention"
    assert ours["distillmos"] == "not measured"
    assert rows["FastSpeech 2s"]["failed"] == "not run"
    assert rows["Transformer TTS"]["failed"] == "not run"


def test_a_list_of_other_settings_has_no_numbers(spoken, values):
    values["evaluation"]["sentences"] = ["hard"]
    table = robustness_table(Measured(Catalogue(values), spoken, ["fastspeech2"]))
    rows = {row["system"]: row for row in table.rows}
    assert rows["FastSpeech 2"]["failed"] == "run, but with other settings"


def test_the_recordings_tell_how_often_the_recogniser_slips(spoken, values):
    folder = spoken / "evaluation" / "recordings"
    lines = ["id,text,transcript,word_error_rate", "x,one two three,one three,33", "y,four,four,0"]
    write_text(folder / "per_clip.csv", "\n".join(lines) + "\n")
    write_json(folder / "metrics.json", {})
    table = robustness_table(Measured(Catalogue(values), spoken, ["recordings", "fastspeech2"]))
    first = table.rows[0]
    assert (first["system"], first["sentences"]) == ("Recordings", "test split")
    assert (first["skipped"].value, first["failed"].value) == (50, 50)
    assert (first["endless"], first["attention_skipped"]) == (DASH, DASH)


def test_the_report_has_the_worst_sentences_to_hear(spoken, values):
    found = shown(Measured(Catalogue(values), spoken, ["fastspeech2"]))
    [system] = found["worst"]
    assert system["title"] == "FastSpeech 2"
    assert [sentence["name"] for sentence in system["sentences"]] == ["own, a-2", "own, a-1"]
    assert system["sentences"][0]["failures"] == ["word errors: 2", "words repeated: 2"]
    assert system["sentences"][0]["sound"].startswith("data:audio/mpeg;base64,")
    assert [file.name for file in found["downloads"]] == ["fastspeech2-robustness.csv"]


def test_the_files_have_it_and_so_has_the_page_of_results(spoken, values):
    metrics = {"pitch_dtw": {"value": 1, "low": 1, "high": 1, "clips": 3, "undefined": []}}
    for run in ("fastspeech2", "fastspeech2-seed2"):
        write_json(spoken / "evaluation" / run / "metrics.json", metrics)
        model = spoken / "training" / run / "model.json"
        training = {"steps": 1, "seconds": 1.0}
        write_json(model, {**json.loads(model.read_text()), "training": training})
    write_tables(Catalogue(values), spoken, ["fastspeech2"], spoken / "tables")
    assert "| FastSpeech 2 | own | 1 | 57.1 (" in (spoken / "tables/tables.md").read_text()
    assert "FastSpeech 2,own,1," in (spoken / "tables/robustness.csv").read_text()
    assert "| FastSpeech 2 | own | 1 | 57.1 (" in results_page([spoken])
