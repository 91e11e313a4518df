import json

import pytest

from fs2.evaluation.evaluate import evaluate
from fs2.evaluation.results import main, results_page
from fs2.files import write_json, write_text
from fs2.systems.catalogue import Catalogue

MADE = {"date": "2026-01-02 03:04 UTC", "commit": "0123456789abcdef", "machine": "A CPU, 2 cores"}
LOAD = {"average": 20.1, "cores": 2, "own_cores": 0.9}
EVALUATION = Catalogue(
    {"evaluation": {"mos": False, "word_error_rate": False, "bootstrap_samples": 100}}
).base.evaluation


@pytest.fixture
def finished(results):
    """A results folder with two evaluated systems, a training, a timing and times of jobs."""
    results.speak("fastspeech2", pitch=1.1)
    for system in ("recordings", "fastspeech2"):
        output = results.folder / "evaluation" / system
        evaluate(EVALUATION, results.features, results.synthesis(system), system, output)
    summary = {"device": "A CPU", "load": LOAD, "made": MADE}
    write_json(
        results.folder / "training/fastspeech2/model.json",
        {"parameters": 2_160_000, "training": {"steps": 2500, "seconds": 318.0, **summary}},
    )
    write_json(
        results.folder / "evaluation/fastspeech2/speed.json",
        {"real_time_factor": {"median": 0.3625}, "clips": 3, **summary},
    )
    for name, row in {"text": "6.0\tNA", "training/a": "60\t90", "training/b": "60\t30"}.items():
        write_text(results.folder / f"benchmarks/{name}.tsv", f"s\tcpu_time\n{row}\n")
    return results.folder


def test_the_page_has_the_numbers_of_the_files_with_machine_load_commit_and_date(finished):
    page = results_page([finished])
    metrics = json.loads((finished / "evaluation/fastspeech2/metrics.json").read_text())
    assert f"| {metrics['pitch_dtw']['value']:.2f} (" in page
    assert "| 3 clips of the test split |" in page
    assert "| 0.362 |" in page
    assert (
        "FastSpeech 2, 2.16 M parameters: 2,500 steps in 5.3 minutes, on A CPU, beside a load of "
        "20.1 on 2 cores, of which it had 0.9 (more wanted to run than there were cores: the time "
        "is too long), 2026-01-02 03:04 UTC, commit 0123456789ab, "
        "A CPU, 2 cores"
    ) in page
    assert "| training | 2.0 | 2.0 |" in page
    assert "| text | 0.1 | 0.0 |" in page
    assert results_page([finished]) == page


def test_the_papers_tables_and_benchmarks_are_taken_over_without_what_was_not_run(finished):
    tables = [
        "# The paper's tables", "", "## Table 1", "", "| system | MOS |", "| --- | ---: |",
        "| A | 1.00 |", "| B | not run |", "| C | not run | 4.00 |", "", "3 clips.",
        "", "## Table 2", "", "| A | not measured |",
    ]  # fmt: skip
    write_text(finished / "tables/tables.md", "\n".join(tables) + "\n")
    write_text(finished / "benchmarks.md", "A machine\n\n| speed |\n")
    page = results_page([finished], finished / "benchmarks.md")
    taken = ["### Table 1", "", *tables[4:7], *tables[9:12], "### Table 2", *tables[13:]]
    assert "\n".join(taken) + "\n" in page
    assert "| B |" not in page and "| C |" not in page
    assert "| speed |" in page


def test_what_was_not_recorded_is_said(finished):
    write_json(finished / "evaluation/fastspeech2/speed.json",
               {"real_time_factor": {"median": 1.0}, "clips": 3})  # fmt: skip
    page = results_page([finished])
    assert "load not recorded, date not recorded, commit not recorded" in page


def test_what_no_clip_has_is_undefined_and_what_was_not_measured_is_empty(finished):
    path = finished / "evaluation/fastspeech2/metrics.json"
    metrics = json.loads(path.read_text())
    metrics["pitch_dtw"] |= {"value": None, "low": None, "high": None}
    del metrics["energy_mae_mel_dtw"]
    write_json(path, metrics)
    assert "| FastSpeech 2 |  |  | undefined |  | 0.362 |" in results_page([finished])


def test_the_page_is_printed_or_written_whole(finished, tmp_path, capsys):
    output = tmp_path / "results.md"
    assert main([str(finished)]) == main([str(finished), "--output", str(output)]) == 0
    assert capsys.readouterr().out == output.read_text() == results_page([finished])


def test_a_folder_without_results_is_named(tmp_path, capsys):
    assert main([str(tmp_path / "none")]) == 1
    assert "name a finished run" in capsys.readouterr().err
