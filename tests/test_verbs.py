"""Every command of `fs2` does its work on results of toy size, nothing replaced."""

import argparse
from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile
import toy
import yaml

from fs2 import tracking
from fs2.cli import main, make_parser
from fs2.systems.catalogue import Catalogue

TEXTGRID = """File type = "ooTextFile"
Object class = "TextGrid"

0
{end}
<exists>
2
"IntervalTier"
"words"
0
{end}
1
0
{end}
"a"
"IntervalTier"
"phones"
0
{end}
2
0
{boundary}
"AH0"
{boundary}
{end}
"T"
"""


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """The working folder, with a configuration and a features file."""
    monkeypatch.chdir(tmp_path)
    values = toy.values(corpus={"name": "toy"}, training={"steps": 2})
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(values))
    toy.features(tmp_path / "features.h5")
    return tmp_path


def speak(here: Path, capsys) -> None:
    config = toy.config(corpus={"name": "toy"})
    toy.save_random(here / "results" / "toy" / "training" / "fastspeech2", config)
    toy.make_vocoder(config, here / "results" / "toy" / "vocoder" / "griffin_lim")
    assert main(["speak", "Hello.", "-o", "out.wav"]) == 0
    samples, rate = soundfile.read(here / "out.wav")
    assert rate == 22050 and np.abs(samples).max() > 0


def compare(here: Path, capsys) -> None:
    catalogue = Catalogue(toy.values(corpus={"name": "toy"}))
    config = catalogue.config("fastspeech2")
    with tracking.stage(catalogue, "evaluation", "fastspeech2", config) as record:
        record.metrics({"pitch_dtw": 12.5})
    assert main(["compare", "--corpus", "toy", "--metric", "pitch_dtw"]) == 0
    assert "fastspeech2  12.5" in capsys.readouterr().out


def compare_alignments(here: Path, capsys) -> None:
    for folder, boundary in (("first", 0.5), ("second", 0.52)):
        (here / folder).mkdir()
        grid = TEXTGRID.format(boundary=boundary, end=1)
        (here / folder / "clip.TextGrid").write_text(grid)
    assert main(["compare-alignments", "first", "second"]) == 0
    said = capsys.readouterr().out  # the edges agree, and the boundary is 20 ms away
    assert "clips compared        1\n" in said and "clip (7 ms)" in said


def train(here: Path, capsys) -> None:
    command = ["train", "features.h5", "--config", "own.yaml"]
    assert main([*command, "-o", "trained"]) == 0
    assert (here / "trained" / "model.safetensors").is_file()
    assert "steps: 2" in capsys.readouterr().out
    assert main([*command, "-o", "vocoder", "--system", "parallel_wavegan"]) == 0
    assert (here / "vocoder" / "generator.safetensors").is_file()


def stage(here: Path, capsys) -> None:
    results = here / "results" / "toy"
    (results / "features").mkdir(parents=True)
    (here / "features.h5").rename(results / "features" / "features.h5")
    command = ["stage", "training", "--config", "own.yaml", "--system", "fastspeech2"]
    assert main(command) == 0
    assert (results / "training" / "fastspeech2" / "model.json").is_file()


def export(here: Path, capsys) -> None:
    config = toy.config(corpus={"name": "toy"})
    toy.save_random(here / "results" / "toy" / "training" / "fastspeech2", config)
    toy.save_random_vocoder(config, here / "results" / "toy" / "vocoder" / "parallel_wavegan")
    assert main(["export", "fastspeech2", "--vocoder", "parallel_wavegan", "-o", "voice"]) == 0
    assert "voice: voice toy-fastspeech2, " in capsys.readouterr().out
    assert main(["speak", "Hello.", "--voice", "voice", "-o", "out.flac"]) == 0
    assert (here / "out.flac").is_file()
    searched = ["--voice", "voice", "--system", "fastspeech2"]
    assert main(["speak", "Hello.", *searched, "-o", "out.flac"]) == 2
    assert "--voice names one already" in capsys.readouterr().err


def export_features(here: Path, capsys) -> None:
    assert main(["export-features", "features.h5", "compact.h5"]) == 0
    assert "compact.h5: " in capsys.readouterr().out
    with h5py.File(here / "compact.h5") as compact, h5py.File(here / "features.h5") as full:
        assert "waveform" in full and "waveform" not in compact
        assert compact["mel"].shape == full["mel"].shape


VERBS = {
    "speak": speak,
    "compare": compare,
    "compare-alignments": compare_alignments,
    "train": train,
    "stage": stage,
    "export": export,
    "export-features": export_features,
}


def test_every_verb_is_tried():
    actions = make_parser()._actions
    [commands] = [action for action in actions if isinstance(action, argparse._SubParsersAction)]
    assert set(commands.choices) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_it_works(verb, here, capsys):
    VERBS[verb](here, capsys)
