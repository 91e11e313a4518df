"""The stage makes a page and its key; the answers come back as MOS and CMOS of the tables."""

import json
import re

import numpy as np
import pytest
import soundfile
from listening import ALL, QUALITY, SENTENCES, Results, answer_rows, true_to, write_answers

from fs2.errors import FS2Error
from fs2.evaluation.tables import Measured, make_tables, write_tables
from fs2.evaluation.tables.listeners import rated_pairs, rated_systems
from fs2.evaluation.tables.table import Estimate, csv_text
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan
from fs2.systems.catalogue import Catalogue

LISTENERS = 12


@pytest.fixture
def results(tmp_path):
    return Results(tmp_path)


def answer(results, design, listeners=LISTENERS, quality=QUALITY, first=0):
    for listener in range(first, first + listeners):
        rows = answer_rows(design, listener, **true_to(quality))
        write_answers(results.answers / f"{listener}.csv", rows)


def test_systems_are_those_of_table_1_and_pairs_those_of_tables_6_and_7(results):
    assert rated_systems(results.measured) == ["recordings", "vocoded", "fastspeech2"]
    assert rated_pairs(results.measured) == [
        ("recordings", "fastspeech2"), ("fastspeech2-no-pitch", "fastspeech2"),
    ]  # fmt: skip
    runs = [*ALL, "fastspeech", "transformer_tts-seed2", "fastspeech2s", "fastspeech2s-no-cwt"]
    measured = Measured(results.catalogue, results.root, runs)
    assert rated_systems(measured)[2:] == [
        "transformer_tts", "fastspeech", "fastspeech2", "fastspeech2s",
    ]  # fmt: skip
    assert rated_pairs(measured)[2:] == [
        ("fastspeech2s-no-cwt", "fastspeech2s"),
        ("transformer_tts", "fastspeech2"), ("fastspeech", "fastspeech2"),
    ]  # fmt: skip
    assert measured.first_run("transformer_tts") == "transformer_tts-seed2"


def test_the_page_tells_no_system_and_has_the_sounds_as_they_are(results):
    design = results.make()
    page = (results.page / "index.html").read_text(encoding="utf-8")
    assert not any(word in page for word in (*ALL, *SENTENCES, "toy"))
    files = {path.stem: path for path in (results.page / "clips").iterdir()}
    assert sorted(files) == design.heard
    for name, path in files.items():
        clip = design.clips[name]
        source = results.root / "synthesis" / clip.system / f"{clip.sentence}.wav"
        assert path.suffix == ".wav" and path.read_bytes() == source.read_bytes()
    data = json.loads(re.search(r'type="application/json">(.*?)</script>', page)[1])
    assert data["test"] == design.fingerprint
    assert [tuple(session["ratings"]) for session in data["sessions"]] == [
        session.ratings for session in design.sessions
    ]


def test_a_clip_without_sound_is_told(results):
    clips = sorted((results.root / "synthesis" / "vocoded").iterdir())
    for path in clips:
        soundfile.write(path, np.zeros(0, np.int16), 22050)
    with pytest.raises(FS2Error, match=r"vocoded/s\d\.wav: holds no sound"):
        results.make()
    for path in clips:
        path.write_bytes(b"RIFF")
    with pytest.raises(FS2Error, match=r"vocoded/s\d\.wav: cannot be read as audio"):
        results.make()
    assert not results.page.exists()
    assert not results.answers.exists()


def test_texts_and_notice_are_escaped(tmp_path):
    results = Results(tmp_path, show_texts=True, notice="<img src=x onerror=alert(1)> & co")
    design = results.make()
    page = (results.page / "index.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; co" in page
    assert "<img" not in page and "</script><b>" not in page
    data = json.loads(re.search(r'type="application/json">(.*?)</script>', page)[1])
    clip = design.heard[0]
    assert data["texts"][clip] == f"</script><b>&{design.clips[clip].sentence}"


def test_without_answers_the_tables_are_the_same_bit_for_bit(results):
    def written(name):
        write_tables(results.catalogue, results.root, ALL, results.root / name)
        return {path.name: path.read_bytes() for path in (results.root / name).iterdir()}

    before = written("before")
    assert b"Nobody listened: DistillMOS, a network" in before["tables.md"]
    assert b"cmos_low" not in before["table1.csv"] + before["table6.csv"]
    design = results.make()
    assert written("after") == before
    answer(results, design)
    heard = written("heard")
    assert {name for name in before if heard[name] != before[name]} == {
        "table1.csv", "table6.csv", "table7.csv", "tables.md",
    }  # fmt: skip


def test_what_listeners_prefer_comes_back_as_it_was(results):
    answer(results, results.make())
    found, words = results.cells(1)
    assert found["Recordings"]["mos"] == Estimate(5, 5, 5, 8)
    assert found["Recordings through mel and vocoder"]["mos"].value == 4
    assert found["FastSpeech 2"]["mos"].value == 3
    assert found["FastSpeech 2"]["cmos"] == "baseline"
    assert found["Recordings"]["cmos"].value == 2
    assert found["Recordings through mel and vocoder"]["cmos"] == "not compared"
    assert found["FastSpeech"]["mos"] == "not run"
    assert "MOS: 12 listeners rated clips from 1 (bad) to 5 (excellent), 24 a system" in words
    assert "No listener was left out." in words and "Nobody listened" not in words
    found, words = results.cells(6)
    assert found["FastSpeech 2 - pitch"]["cmos"] == Estimate(-1, -1, -1, 8)
    assert found["FastSpeech 2 - pitch"]["paper_cmos"] == -0.245
    assert "CMOS: 12 listeners compared pairs" in words and "24 a pair of systems" in words
    assert "MOS: 12 listeners rated" not in words
    assert results.cells(7)[0]["Recordings"]["cmos"].value == 2


def test_columns_stand_before_the_papers(results):
    answer(results, results.make())
    tables = make_tables(results.measured)
    heads = [column.title for column in tables[0].columns]
    assert heads[heads.index("MOS") + 1] == "paper: MOS"
    assert heads[heads.index("CMOS") + 1] == "paper: CMOS"
    assert "mos,mos_low,mos_high,mos_clips,mos_undefined,paper_mos" in csv_text(tables[0])


def test_noisy_listeners_give_an_interval_around_the_truth(results):
    design = results.make()
    random = np.random.default_rng(0)
    for listener in range(LISTENERS):
        bias = random.normal(0, 0.3)

        def rate(system, bias=bias):
            return int(np.clip(np.rint(QUALITY[system] - 0.5 + bias + random.normal(0, 0.5)), 1, 5))

        def compare(first, second):
            difference = QUALITY[second] - QUALITY[first] + random.normal(0, 0.8)
            return int(np.clip(np.rint(difference), -3, 3))

        rows = answer_rows(design, listener, rate, compare)
        write_answers(results.answers / f"{listener}.csv", rows)
    mos = results.cells(1)[0]["FastSpeech 2"]["mos"]
    assert mos.low < 2.5 < mos.high and 0.1 < mos.high - mos.low < 0.8
    cmos = results.cells(6)[0]["FastSpeech 2 - pitch"]["cmos"]
    assert cmos.low < -1 < cmos.high < 0


def test_one_listener_has_no_interval_and_says_so(results):
    answer(results, results.make(), listeners=1)
    quality = make_tables(results.measured)[0]
    row = next(line for line in csv_text(quality).splitlines() if line.startswith("Recordings,"))
    assert ",5,undefined,undefined,2,0," in row
    write_tables(results.catalogue, results.root, ALL, results.root / "tables")
    assert "5.00 (interval undefined)" in (results.root / "tables" / "tables.md").read_text()


def test_who_is_left_out_is_counted_and_if_that_is_everybody_nothing_is_rated(results):
    design = results.make()
    answer(results, design, 2, QUALITY | {"recordings": 2, "fastspeech2": 5})
    found, words = results.cells(1)
    assert found["Recordings"]["mos"] == "not rated"
    assert found["Recordings"]["cmos"] == "not compared"
    answer(results, design, 3, first=2)
    found, words = results.cells(1)
    assert found["FastSpeech 2"]["mos"].value == 3
    assert "MOS: 3 listeners" in words
    left_out = "2 further listeners left out for a mean rating of the hidden recordings below 3."
    assert left_out in words


def test_a_system_that_sounds_otherwise_now_has_no_score(results):
    answer(results, results.make())
    for path in (results.root / "synthesis" / "fastspeech2-no-pitch").iterdir():
        soundfile.write(path, np.zeros(300, np.int16), 22050)
    assert results.cells(6)[0]["FastSpeech 2 - pitch"]["cmos"] == "heard, but sounds otherwise now"
    assert results.cells(6)[0]["Recordings"]["cmos"].value == 2
    assert results.cells(1)[0]["Recordings"]["mos"].value == 5


def test_a_comparison_with_a_system_that_is_not_there_any_more_says_so(results):
    answer(results, results.make())
    (results.root / "evaluation" / "fastspeech2" / "metrics.json").unlink()
    assert results.cells(6)[0]["FastSpeech 2 - pitch"]["cmos"] == "FastSpeech 2 not run"
    assert results.cells(1)[0]["FastSpeech 2"]["mos"] == "not run"


def test_a_test_that_listeners_answered_is_not_replaced_by_another(results):
    design = results.make()
    again = results.make()
    assert again == design
    values = results.catalogue.values
    other = Catalogue(values | {"listening_test": values["listening_test"] | {"seed": 2}})
    assert results.make(other).fingerprint != design.fingerprint
    design = results.make()
    answer(results, design, 2)
    page = (results.page / "index.html").read_bytes()
    with pytest.raises(FS2Error, match="has 2 files of answers to another test"):
        results.make(other)
    assert (results.page / "index.html").read_bytes() == page
    assert results.make() == design


def test_answers_without_a_key_or_of_another_corpus_are_told(results):
    answer(results, results.make(), 1)
    key = results.answers / "key.json"
    text = key.read_text()
    key.unlink()
    with pytest.raises(FS2Error, match=r"has 1 files of answers, but not the key\.json"):
        results.cells(1)
    key.write_text(text)
    results.catalogue = Catalogue(results.catalogue.values | {"corpus": {"name": "mine"}})
    with pytest.raises(FS2Error, match="is of the corpus toy, not of mine"):
        results.cells(1)


def test_answers_decide_tables_and_report_and_no_result(results):
    plan = Plan(results.catalogue, Layout(results.root))
    assert plan.answers == {}
    design = results.make()
    assert plan.answers == {}, "a key alone is no answer"
    answer(results, design, 1)
    first = plan.answers
    assert set(first["files"]) == {"key.json", "0.csv"}
    answer(results, design, 1, first=1)
    assert plan.answers != first
    assert set(plan.listening_test_settings) == {
        "sentences", "ratings", "comparisons", "listeners", "seed", "show_texts", "notice",
    }  # fmt: skip
    values = results.catalogue.values
    assert Catalogue(values | {"listening_test": {}}).base.hash() == results.catalogue.base.hash()
