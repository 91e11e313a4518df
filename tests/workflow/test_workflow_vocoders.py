"""Vocoders in the toy workflow: FastSpeech 2s, which needs none, and Parallel WaveGAN, trained."""

import json

import pytest
from toy_workflow import Workflow, with_downloads

pytestmark = pytest.mark.workflow

FINISHED = [
    "results/toy/training/fastspeech2/model.safetensors",
    "results/toy/evaluation/recordings/metrics.json",
    "results/toy/evaluation/vocoded/metrics.json",
]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> Workflow:
    """FastSpeech 2 is trained; the recordings and their copies through Griffin-Lim are measured."""
    workflow = with_downloads(tmp_path_factory.mktemp("vocoders"))
    workflow.run(*FINISHED)
    return workflow


def test_fastspeech2s_begins_with_fastspeech2_and_needs_no_vocoder(spoken):
    target = "results/toy/evaluation/fastspeech2s/metrics.json"
    assert spoken.plan(target) == {"training": 1, "synthesis": 1, "evaluation": 1}
    spoken.run(target)
    log = (spoken.results / "logs" / "training" / "fastspeech2s.log").read_text()
    assert "begins with the weights of results/toy/training/fastspeech2" in log
    recorded, made = (
        {path.name for path in (spoken.results / "synthesis" / system).glob("*.wav")}
        for system in ("recordings", "fastspeech2s")
    )
    assert made == recorded
    assert json.loads((spoken.folder / target).read_text())["energy_mae_mel"]["value"] > 0
    assert not spoken.plan(target, "--config", "vocoder={griffin_lim: {iterations: 3}}")
    own = "architectures={fastspeech2s: {training: {steps: 21}}}"
    waveform = spoken.plan(target, "--config", own)
    assert waveform == {"training": 1, "synthesis": 1, "evaluation": 1}
    assert spoken.plan(*FINISHED, "--config", own) == {}


def test_parallel_wavegan_is_trained_and_copies_the_recordings(spoken):
    chosen = ("--config", "vocoder={name: parallel_wavegan}")
    target = "results/toy/evaluation/vocoded/metrics.json"
    assert spoken.plan(target, *chosen) == {"vocoder": 1, "synthesis": 1, "evaluation": 1}
    spoken.run(target, *chosen)
    folder = spoken.results / "vocoder" / "parallel_wavegan"
    assert sorted(path.name for path in folder.iterdir()) == [
        "generator.safetensors",
        "history.csv",
        "vocoder.json",
    ]
    assert json.loads((spoken.folder / target).read_text())["energy_mae_mel"]["value"] > 0
