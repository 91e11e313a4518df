"""The arithmetic of the tables where systems have several seeds: all numbers chosen by hand."""

import json

import numpy as np
import pytest

from fs2.evaluation.comparison import ablations
from fs2.evaluation.metrics import METRICS
from fs2.evaluation.pitch import power_sums
from fs2.evaluation.tables import Measured, make_tables, write_tables
from fs2.evaluation.tables.table import Estimate
from fs2.files import write_json, write_text
from fs2.systems.catalogue import Catalogue

CONFIG = {
    "corpus": {"name": "toy"},
    "seeds": [1234, 2],
    "evaluation": {"bootstrap_samples": 400},
}
CLIPS = ("a", "b")
FULL, OTHER, ABLATED = "fastspeech2", "fastspeech2-seed2", "fastspeech2-no-pitch"
RUNS = ("recordings", FULL, OTHER, ABLATED)
DISTILLMOS = {"recordings": (4, 4), FULL: (3, 3), OTHER: (3.4, 3.6), ABLATED: (2, 2.5)}
F0 = {"recordings": (150, 150), FULL: (100, 200), OTHER: (100, 300), ABLATED: (100, 100)}
HOURS = {FULL: 1, OTHER: 2, ABLATED: 1}
FACTOR = {FULL: 0.1, OTHER: 0.3, ABLATED: 0.1}


def put_evaluation(folder, scores, f0, with_sums=True):
    """metrics.json and per_clip.csv of two clips, each with two frames of one F0."""
    sums = {
        "distillmos": [[score, 1] for score in scores],
        "pitch": [power_sums(np.array([hertz, hertz], float)) for hertz in f0],
    }
    found = {}
    for metric in METRICS:
        if metric.name in ("distillmos", "pitch_sigma"):
            value = float(metric.statistic(np.sum(sums[metric.sums], axis=0)))
            ends = {"low": value, "high": value}
            found[metric.name] = {"value": value, **ends, "clips": 2, "undefined": []}
    write_json(folder / "metrics.json", found)
    columns = {f"{name}_sum{n}": n for name in sums for n in range(1, len(sums[name][0]) + 1)}
    names = list(columns) if with_sums else []
    lines = [
        ",".join([clip, str(scores[i]), *(repr(float(s)) for s in terms)])
        for i, clip in enumerate(CLIPS)
        for terms in [[*sums["distillmos"][i], *sums["pitch"][i]] if with_sums else []]
    ]
    lines.insert(0, ",".join(["id", "distillmos", *names]))
    write_text(folder / "per_clip.csv", "\n".join(lines) + "\n")


@pytest.fixture
def toy(tmp_path):
    for run in RUNS:
        put_evaluation(tmp_path / "evaluation" / run, DISTILLMOS[run], F0[run])
    for run, hours in HOURS.items():
        description = {"parameters": 2_000_000, "training": {"seconds": 3600.0 * hours}}
        write_json(tmp_path / "training" / run / "model.json", description)
        names = ("median", "lower_quartile", "upper_quartile")
        speed = {"real_time_factor": dict.fromkeys(names, FACTOR[run]), "clips": 30}
        speed |= {"warm_up": 3, "device": "A CPU", "vocoder": None}
        write_json(tmp_path / "evaluation" / run / "speed.json", speed)
    return tmp_path


def measured(toy, runs=RUNS, **values):
    return Measured(Catalogue(CONFIG | values), toy, runs)


def tables(toy, runs=RUNS, **values):
    made = make_tables(measured(toy, runs, **values))
    return {table.number: table for table in made}


def row(table, title):
    [found] = [row for row in table.rows if row[table.columns[0].name] == title]
    return found


def test_a_row_is_the_mean_over_seeds_and_its_interval_covers_them(toy):
    quality = row(tables(toy)[1], "FastSpeech 2")
    assert quality["seeds"] == "2"
    score = quality["distillmos"]
    # Of 3, 3 and 3.4, 3.6: the lowest resample is the first seed twice (1 in 4), the highest the
    # second clip of the second seed alone (1 in 16): both more often than the tails of 2.5 %.
    assert (score.value, score.low, score.high) == pytest.approx((3.25, 3.0, 3.6))
    assert (score.clips, score.undefined) == (2, ())


def test_a_pooled_statistic_is_computed_by_seed_and_not_over_all_frames(toy):
    sigma = row(tables(toy)[3], "FastSpeech 2")["pitch_sigma"]
    assert sigma.value == pytest.approx((50 + 100) / 2)


def test_differences_are_between_the_same_seeds(toy):
    quality, without = row(tables(toy)[1], "Recordings"), row(
        tables(toy)[6], "FastSpeech 2 - pitch"
    )  # fmt: skip
    assert quality["seeds"] == "\u2013"
    assert quality["difference"].value == pytest.approx((1.0 + 0.5) / 2)
    assert without["distillmos"] == Estimate(-0.75, -1.0, -0.5, 2)  # from the seed 1234 alone
    assert row(tables(toy)[6], "FastSpeech 2")["distillmos"] == "baseline"


def test_a_seed_that_was_not_run_is_named(toy):
    table = tables(toy)[6]
    assert row(table, "FastSpeech 2 - pitch")["seeds"] == "1 of 2"
    assert "Not run: FastSpeech 2 - pitch with seed 2." in " ".join(table.protocol)
    assert row(table, "FastSpeech 2s")["seeds"] == "not run"
    assert "FastSpeech 2s with" not in " ".join(table.protocol)
    assert "a number is the mean over them" in " ".join(table.protocol)


def test_of_one_seed_nothing_is_said(toy):
    table = tables(toy, ("recordings", FULL, ABLATED), seeds=None)[1]
    assert row(table, "FastSpeech 2")["seeds"] == "1"
    assert "seed" not in " ".join(table.protocol).lower()


def test_time_and_speed_are_means_over_seeds(toy):
    speed = row(tables(toy)[2], "FastSpeech 2")
    assert speed["training_hours"] == pytest.approx(1.5)
    assert speed["real_time_factor"].value == pytest.approx(0.2)


def test_without_a_seed_in_common_there_is_no_difference(toy):
    put_evaluation(toy / "evaluation" / f"{ABLATED}-seed7", (1, 1), (100, 100))
    found = tables(toy, ("recordings", FULL, OTHER, f"{ABLATED}-seed7"))[6]
    cell = row(found, "FastSpeech 2 - pitch")["distillmos"]
    assert cell == "no seed in common with FastSpeech 2"


def test_seeds_that_were_measured_without_sums_say_so(toy):
    put_evaluation(toy / "evaluation" / OTHER, (3, 3), (100, 100), with_sums=False)
    assert "evaluate again" in row(tables(toy)[1], "FastSpeech 2")["distillmos"]


def test_clips_without_a_value_are_named_with_their_seed(toy):
    path = toy / "evaluation" / OTHER / "metrics.json"
    found = json.loads(path.read_text())
    found["distillmos"] |= {"undefined": ["b"], "clips": 1}
    write_json(path, found)
    assert row(tables(toy)[1], "FastSpeech 2")["distillmos"].undefined == ("b (seed 2)",)


def test_files_say_how_many_seeds(toy):
    write_tables(Catalogue(CONFIG), toy, RUNS, toy / "tables")
    head, *lines = (toy / "tables" / "table1.csv").read_text().splitlines()
    assert head.startswith("system,seeds,distillmos,")
    assert any(line.startswith("FastSpeech 2,2,3.25,") for line in lines)
    assert "| FastSpeech 2 | 2 | 3.25 (3.00 to 3.60) |" in (toy / "tables/tables.md").read_text()


def test_ablation_bars_begin_with_the_recordings(toy, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "fs2.evaluation.comparison_plots.ablation_bars",
        lambda bars, label: drawn.append([(bar.title, bar.is_reference) for bar in bars]),
    )
    ablations(measured(toy))
    assert drawn == [[("Recordings", True), ("FastSpeech 2 - pitch", False)]]
    drawn.clear()
    assert ablations(measured(toy, ("recordings", FULL, OTHER))) == []
    assert drawn == []
