"""`fs2 speak --list`, and what the command line takes besides a text."""

import json
import shutil
import sys

import pytest

from fs2.cli import main


def test_the_voices_that_are_there(results, waveform_results, tmp_path, capsys):
    shutil.copytree(results / "toy", tmp_path / "here" / "toy")
    trained = tmp_path / "here" / "toy" / "training"
    for name in ("direct", "old"):
        shutil.copytree(waveform_results / "toy" / "training" / "direct", trained / name)
    for name, key, value in (("old", "format", 1), ("direct", "training", {"made": {"date": "x"}})):
        description = json.loads((trained / name / "model.json").read_text())
        (trained / name / "model.json").write_text(json.dumps({**description, key: value}))
    assert main(["speak", "--list", "--results", str(tmp_path / "here")]) == 0
    head, *rows = (line.split("  ") for line in capsys.readouterr().out.splitlines())
    cells = {tuple(cell.strip() for cell in row if cell.strip()) for row in rows}
    assert [cell.strip() for cell in head if cell] == [
        "corpus", "system", "architecture", "vocoder", "trained",
    ]  # fmt: skip
    assert cells == {
        ("toy", "plain", "FastSpeech 2", "griffin_lim", "unknown"),
        ("toy", "direct", "FastSpeech 2s", "none", "x"),
        ("toy", "old", "by another version", "unknown", "unknown"),
    }
    assert main(["speak", "--list", "--results", str(tmp_path / "none")]) == 2
    assert "no trained voice here" in capsys.readouterr().err


def test_a_shell_learns_commands_options_and_files(capsys):
    pytest.importorskip("shtab")
    with pytest.raises(SystemExit) as end:
        main(["--print-completion", "bash"])
    assert end.value.code == 0
    script = capsys.readouterr().out
    assert "--lexicon" in script and "compare-alignments" in script
    assert "_shtab_fs2_speak__o_COMPGEN=_shtab_compgen_files" in script


def test_completion_says_what_it_needs(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "shtab", None)
    with pytest.raises(SystemExit) as end:
        main(["--print-completion", "bash"])
    assert end.value.code == 2
    assert "pip install shtab" in capsys.readouterr().err
