import csv

import pytest

from fs2 import paper
from fs2.errors import FS2Error
from fs2.evaluation.tables import Measured, make_tables, write_tables
from fs2.evaluation.tables.table import Estimate
from fs2.files import write_json, write_text
from fs2.systems.catalogue import Catalogue

CONFIG = {"corpus": {"name": "toy"}, "evaluation": {"bootstrap_samples": 200}}
CLIPS = ("a", "b", "c", "d")
BY_CLIP = {
    "recordings": {"distillmos": [4, 4, 4, 4], "pitch_dtw": [0, 0, 0, 0]},
    "vocoded": {"distillmos": [3.9, 3.9, 3.9, 3.9], "pitch_dtw": [1, 1, 1, 1]},
    "fastspeech2": {"distillmos": [3, 3, 3, 3], "pitch_dtw": [8, 8, 8, 8]},
    "fastspeech2-no-pitch": {"distillmos": [2.5, 2, 2.5, None], "pitch_dtw": [9, 10, 11, 12]},
    "own": {"distillmos": [3, 3, 3, 3], "pitch_dtw": [7, 7, 7, 7]},
}


def metric(value, low=None, high=None, undefined=()):
    ends = {"low": value if low is None else low, "high": value if high is None else high}
    found = {"value": value, **ends, "clips": len(CLIPS) - len(undefined), "unit": ""}
    return found | {"undefined": list(undefined)}


@pytest.fixture
def toy(tmp_path):
    """results/toy of five systems, every number chosen by hand; DNSMOS was off."""
    for place, (system, columns) in enumerate(BY_CLIP.items()):
        folder = tmp_path / "evaluation" / system
        missing = [clip for clip, n in zip(CLIPS, columns["distillmos"], strict=True) if n is None]
        write_json(
            folder / "metrics.json",
            {
                "distillmos": metric(4.0 - place, 3.9 - place, 4.1 - place, missing),
                "word_error_rate": metric(1.5),
                "pitch_sigma": metric(50.0 + place, 49.0, 56.0),
                "pitch_gamma": metric(0.8),
                "pitch_kurtosis": metric(-0.25),
                "pitch_dtw": metric(float(place)),
                "energy_mae_mel": metric(0.125),
                "energy_mae_mel_recorded_durations": metric(0.13),
                "energy_mae_mel_dtw": metric(0.14),
                "energy_mae_stft": metric(None, undefined=CLIPS)
                if system == "own"
                else metric(7.0),
            },
        )
        rows = [
            ",".join([clip, *("" if n is None else str(n) for n in numbers)])
            for clip, *numbers in zip(CLIPS, *columns.values(), strict=True)
        ]
        write_text(folder / "per_clip.csv", "\n".join(["id,distillmos,pitch_dtw", *rows]) + "\n")
        if place > 1:
            write_json(
                tmp_path / "training" / system / "model.json",
                {
                    "parameters": 1_000_000 * place,
                    "training": {
                        "seconds": 5400.0,
                        "device": "A CPU",
                        "precision": "float32",
                        "load": {"average": 1.9, "cores": 2, "own_cores": 1.8},
                    },
                },
            )
    write_json(
        tmp_path / "evaluation" / "fastspeech2" / "speed.json",
        {
            "real_time_factor": {"median": 0.25, "lower_quartile": 0.2, "upper_quartile": 0.5},
            "clips": 30,
            "warm_up": 3,
            "device": "A CPU, 2 threads",
            "load": {"average": 20.12, "cores": 2, "own_cores": 0.4},
            "vocoder": "griffin_lim",
        },
    )
    return tmp_path


def tables(toy, systems=tuple(BY_CLIP), evaluation=None, **values):
    values = CONFIG | values | {"evaluation": CONFIG["evaluation"] | (evaluation or {})}
    return make_tables(Measured(Catalogue(values), toy, systems))


def rows(table):
    return {row[table.columns[0].name]: row for row in table.rows}


def test_recordings_come_first_in_every_table(toy):
    for table in tables(toy):
        assert table.rows[0][table.columns[0].name] == (
            "Reference TextGrids" if table.number == 5 else "Recordings"
        )
    assert [table.number for table in tables(toy)] == [1, 2, 3, 4, 5, 6, 7]


def test_quality_has_the_proxies_the_difference_and_the_papers_numbers(toy):
    found = rows(tables(toy)[0])
    assert found["Recordings"]["distillmos"] == Estimate(4.0, 3.9, 4.1, 4)
    assert found["Recordings"]["paper_mos"] == 4.30
    assert found["Recordings"]["difference"] == Estimate(1, 1, 1, 4)
    assert found["Recordings"]["p"] == pytest.approx(2 / 2**4)
    assert found["FastSpeech 2"]["difference"] == "baseline"
    assert found["FastSpeech"]["paper_cmos"] == -0.885
    assert found["own"]["difference"] == Estimate(0, 0, 0, 4)
    assert found["own"]["p"] == 1
    assert found["own"]["paper_mos"] == "\u2013"
    assert all(row["dnsmos"] != "" for row in found.values())
    assert found["FastSpeech 2"]["dnsmos"] == "not measured"


def test_speed_is_of_the_training_summary_and_the_timed_sentences(toy):
    table = tables(toy)[1]
    found = rows(table)
    assert found["FastSpeech 2"]["training_hours"] == 1.5
    assert found["FastSpeech 2"]["real_time_factor"] == Estimate(0.25, 0.2, 0.5, 30)
    assert found["FastSpeech 2"]["training_load"] == 1.9
    assert found["FastSpeech 2"]["speed_load"] == 20.12
    assert found["own"]["speed_load"] == "not measured"
    assert found["FastSpeech 2s"]["speed_load"] == "not run"
    assert found["FastSpeech 2"]["times_real_time"] == 4
    assert found["FastSpeech 2"]["paper_speed_up"] == 47.8
    assert found["own"]["real_time_factor"] == "not measured"
    words = " ".join(table.protocol)
    assert "Timed on A CPU, 2 threads: 30 sentences after 3 to warm up" in words
    assert "Trained on A CPU (float32): FastSpeech 2, FastSpeech 2 - pitch, own." in words
    assert words.count("WARNING") == 1
    assert (
        "WARNING: FastSpeech 2 was timed beside a load of 20.1 on 2 cores, of which it had 0.4"
    ) in words


def test_hours_have_those_of_all_that_was_needed_and_the_speed_up_is_over_transformer_tts(toy):
    def system(name, factor, **training):
        folder = toy / "evaluation" / name
        write_json(folder / "metrics.json", {})
        write_text(folder / "per_clip.csv", "id\n")
        speed = {"median": factor, "lower_quartile": factor, "upper_quartile": factor}
        speed = {"real_time_factor": speed, "clips": 9, "warm_up": 3, "device": "A CPU"}
        write_json(folder / "speed.json", {**speed, "vocoder": None})
        path = toy / "training" / name / "model.json"
        needs = {"teacher": "transformer_tts"} if training else {}
        training = {"seconds": 3600.0, **training}
        write_json(path, {"parameters": 1, "needs": needs, "training": training})

    needed = [{"run": "transformer_tts", "seconds": 7200.0}, {"run": "x", "seconds": 1800.0}]
    system("transformer_tts", 2.0)
    system("fastspeech", 0.1, needed=needed)
    system("fastspeech-aligner", 0.2, other="of a version that did not tell")
    found = rows(tables(toy, [*BY_CLIP, "transformer_tts", "fastspeech", "fastspeech-aligner"])[1])
    assert found["Transformer TTS"]["training_hours"] == found["Transformer TTS"]["speed_up"] == 1
    assert found["FastSpeech"]["training_hours"] == 3.5
    assert found["FastSpeech"]["speed_up"] == pytest.approx(20)
    assert found["FastSpeech"]["times_real_time"] == pytest.approx(10)
    assert found["FastSpeech with the aligner's durations"]["training_hours"] == "not measured"
    assert rows(tables(toy)[1])["FastSpeech 2"]["speed_up"].startswith("Transformer TTS run,")


def test_times_beside_too_much_else_are_warned_of_when_tables_are_written(toy, caplog):
    write_tables(Catalogue(CONFIG), toy, list(BY_CLIP), toy / "tables")
    assert [record.message.partition(":")[0] for record in caplog.records] == ["table 2"]
    assert "FastSpeech 2 was timed beside a load of 20.1 on 2 cores" in caplog.text


def test_pitch_and_energy_stand_beside_the_papers(toy):
    _, _, pitch, energy, *_ = tables(toy)
    found = rows(pitch)
    assert found["FastSpeech 2"]["pitch_sigma"] == Estimate(52, 49, 56, 4)
    assert found["FastSpeech 2"]["paper_pitch_sigma"] == 54.1
    assert found["Recordings"]["pitch_dtw"] == Estimate(0, 0, 0, 4)
    assert found["Recordings"]["paper_pitch_dtw"] == "\u2013"
    assert "own" in found
    found = rows(energy)
    assert found["FastSpeech 2"]["paper_energy_mae"] == 0.131
    own, recorded, warped = (
        found["FastSpeech 2"][f"energy_mae_mel{way}"] for way in ("", "_recorded_durations", "_dtw")
    )
    assert (own.value, recorded.value, warped.value) == (0.125, 0.13, 0.14)
    assert found["own"]["energy_mae_stft"] == "undefined on all 4 clips"


def test_ablations_are_paired_with_the_full_system(toy):
    table = tables(toy)[5]
    row = rows(table)["FastSpeech 2 - pitch"]
    assert row["distillmos"].value == pytest.approx(-2 / 3)
    assert (row["distillmos"].clips, row["distillmos"].undefined) == (3, ("d",))
    assert row["pitch_dtw"].value == 2.5
    assert row["pitch_dtw"].undefined == ()
    assert row["parameters"] == 3
    assert row["paper_cmos"] == -0.245
    assert "1 without a value (FastSpeech 2 - pitch, DistillMOS against the full system): d." in (
        table.without_value
    )


def test_a_missing_system_says_so_in_every_measured_cell(toy):
    _, speed, pitch, energy, _, ablations, further = tables(toy)
    for table in (speed, pitch, energy, ablations, further):
        for name, words in (
            ("FastSpeech 2s", "not run"),
            ("FastSpeech", "not run"),
            ("FastSpeech 2s - mel decoder", "not run"),
        ):
            row = rows(table).get(name, {})
            measured = [v for key, v in row.items() if key != "system" and "paper" not in key]
            assert all(value == words for value in measured), row
    assert rows(ablations)["FastSpeech 2s - energy"]["paper_cmos"] == -0.160


def test_without_its_baseline_a_difference_says_which_is_missing(toy):
    systems = [system for system in BY_CLIP if system != "fastspeech2"]
    quality, *_ = tables(toy, systems)
    row = rows(quality)["own"]
    assert row["difference"] == "FastSpeech 2 run, but with other settings"
    assert rows(quality)["FastSpeech 2"]["distillmos"] == "run, but with other settings"


def grid(*phones):
    """A TextGrid in long format: phones of (label, start, end)."""
    end = phones[-1][2]

    def tier(name, intervals):
        lines = [
            f'    class = "IntervalTier"\n    name = "{name}"\n    xmin = 0\n    xmax = {end}\n'
            f"    intervals: size = {len(intervals)}\n"
        ]
        for place, (label, start, stop) in enumerate(intervals, 1):
            lines.append(
                f"    intervals [{place}]:\n        xmin = {start}\n        xmax = {stop}\n"
                f'        text = "{label}"\n'
            )
        return "".join(lines)

    return (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
        f"xmin = 0\nxmax = {end}\ntiers? <exists>\nsize = 2\nitem []:\n"
        f"item [1]:\n{tier('words', [('ab', 0, end)])}"
        f"item [2]:\n{tier('phones', phones)}"
    )


def test_boundary_errors_against_a_reference(toy, tmp_path):
    middles = {"true": 0.2, "alignment/textgrids": 0.23, "other": 0.26}
    for folder, middle in middles.items():
        text = grid(("AA1", 0, middle), ("B", middle, 0.5))
        for clip in CLIPS:
            write_text(tmp_path / folder / f"{clip}.TextGrid", text)
    grids = {"reference_textgrids": tmp_path / "true", "other_textgrids": tmp_path / "other"}
    grids = {key: str(path) for key, path in grids.items()}
    reference, own, other, teacher, mfa = tables(toy, evaluation=grids)[4].rows
    assert reference["boundary_error"] == Estimate(0, 0, 0, 4)
    assert own["boundary_error"].value == pytest.approx(10)  # one of three boundaries, by 30 ms
    assert other["boundary_error"].value == pytest.approx(20)
    assert other["difference"].value == pytest.approx(10)
    assert other["p"] == pytest.approx(0.125)
    assert (mfa["paper_boundary_error"], teacher["paper_boundary_error"]) == (12.47, 19.68)
    assert own["alignment"] == "This workflow: viter"
    assert own["paper_boundary_error"] == "\u2013"
    assert mfa["boundary_error"] == "not this workflow's aligner"
    assert teacher["boundary_error"] == "not run"
    _, own, _, last = tables(toy, evaluation=grids, alignment={"aligner": "mfa"})[4].rows
    assert own["alignment"] == "This workflow: Montreal Forced Aligner"
    assert (own["paper_boundary_error"], last) == (12.47, teacher)


def test_a_teachers_durations_and_what_learns_them_stand_in_table_5(toy, tmp_path):
    distillmos = {
        "transformer_tts": [3, 3, 3, 3],
        "fastspeech": [2, 2, 2, 2],
        "fastspeech-aligner": [2.5, 2.5, 2, 2],
    }
    for system, values in distillmos.items():
        folder = tmp_path / "evaluation" / system
        write_json(folder / "metrics.json", {"distillmos": metric(2.0)})
        lines = [f"{clip},{value}" for clip, value in zip(CLIPS, values, strict=True)]
        write_text(folder / "per_clip.csv", "\n".join(["id,distillmos", *lines]) + "\n")
    folders = {
        "true": 0.2, "alignment/textgrids": 0.23, "distillation/transformer_tts/textgrids": 0.32,
    }  # fmt: skip
    for folder, middle in folders.items():
        text = grid(("AA1", 0, middle), ("B", middle, 0.5))
        for clip in CLIPS:
            write_text(tmp_path / folder / f"{clip}.TextGrid", text)
    evaluation = {"reference_textgrids": str(tmp_path / "true")}
    _, own, teacher, _ = tables(toy, [*BY_CLIP, *distillmos], evaluation)[4].rows
    assert teacher["alignment"] == "Attention of Transformer TTS"
    assert teacher["boundary_error"].value == pytest.approx(40)
    assert teacher["paper_boundary_error"] == 19.68
    assert teacher["difference"].value == pytest.approx(30)
    assert (teacher["system"], teacher["distillmos"]) == ("FastSpeech", "baseline")
    assert own["system"] == "FastSpeech with the aligner's durations"
    assert own["distillmos"].value == 0.25
    assert (own["paper_cmos"], teacher["paper_cmos"]) == (0.195, 0.0)


def test_without_a_reference_durations_say_so(toy):
    table = tables(toy)[4]
    assert table.rows[0]["boundary_error"] == "no reference given"
    assert table.rows[1]["boundary_error"] == "not measured"
    with pytest.raises(FS2Error, match=r"needs evaluation\.reference_textgrids"):
        tables(toy, evaluation={"other_textgrids": "somewhere"})


def test_files_have_no_empty_cell_and_come_out_the_same_again(toy):
    output = toy / "tables"

    def write():
        write_tables(Catalogue(CONFIG), toy, list(BY_CLIP), output)
        return {path.name: path.read_text() for path in output.iterdir()}

    first = write()
    numbered = [f"table{number}.csv" for number in range(1, 8)]
    assert sorted(first) == ["robustness.csv", *numbered, "tables.md"]
    for name, text in first.items():
        if name.endswith(".csv"):
            assert all(cell for row in csv.DictReader(text.splitlines()) for cell in row.values())
    assert "| FastSpeech 2s | not run |" in first["tables.md"]
    assert "| FastSpeech 2 - pitch | 1 | 3.00 | \u22120.67 (" in first["tables.md"]
    assert write() == first
    row = next(csv.DictReader(first["table1.csv"].splitlines()))
    assert (row["distillmos"], row["distillmos_low"], row["distillmos_clips"]) == ("4", "3.9", "4")


def test_every_row_of_the_tables_is_known_to_the_paper_or_to_us(toy):
    names = {row[table.columns[0].name] for table in tables(toy) for row in table.rows}
    assert {row.title for row in paper.ROWS.values()} <= names
    assert all(row.tables for row in paper.ROWS.values())


def test_a_system_of_a_folder_of_ones_own_is_a_row_at_the_end(toy, tmp_path):
    mine = tmp_path / "mine"
    write_text(mine / "fs2s-small.yaml", "title: Small\nmodel: {architecture: fastspeech2s}\n")
    write_text(mine / "taco.yaml", "paper_row: tacotron2\n")
    (toy / "evaluation" / "own").rename(toy / "evaluation" / "fs2s-small")
    systems = [*list(BY_CLIP)[:-1], "fs2s-small"]
    quality, speed, pitch, energy, *_, last = tables(toy, systems, system_folders=str(mine))
    for table in (quality, speed, pitch, energy):
        assert list(rows(table))[-1] == "Small"
    assert rows(quality)["Small"]["difference"] == Estimate(0, 0, 0, 4)
    assert "Small" not in rows(last)
    taco = rows(quality)["Tacotron 2"]
    assert (taco["distillmos"], taco["paper_mos"]) == ("not run", 3.7)
