"""An exported voice speaks without torch as the voice does with it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import exported as benchmark
import numpy as np
import pytest
import torch

import fs2
from fs2.errors import FS2Error
from fs2.onnx.noise import normal_noise
from fs2.onnx.voice import OnnxVoice
from fs2.systems.controls import Controls
from fs2.systems.saving import WEIGHTS, load_network
from fs2.voices.description import read_voice

pytestmark = pytest.mark.slow

PHONEMES = ["sil", "HH", "AH0", "L", "OW1", ",", "DH", "EH1", "R", ".", "sil"]
DRIFT = 0.02
"""The phases of the harmonics are sums of F0, and drift apart by its last digit."""
WITHOUT_TORCH = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "onnx", "onnxscript"):
            raise ImportError(name)

sys.meta_path.insert(0, Absent())

import numpy as np
from fs2.onnx.voice import OnnxVoice

np.save(sys.argv[2], OnnxVoice(sys.argv[1], threads=1).speak("Hello, zorblax. Twice 2!").waveform)
"""


@pytest.fixture(scope="module")
def exported(voice: Path) -> OnnxVoice:
    return OnnxVoice(voice / "onnx", threads=1)


@pytest.mark.parametrize("phonemes", [PHONEMES, PHONEMES * 5, ["sil", "AA1"]])
@pytest.mark.parametrize("factors", [{}, {"pace": 0.8, "pitch": 1.2, "energy": 0.7}])
def test_it_speaks_as_the_voice_does(voice, exported, phonemes, factors):
    expected = fs2.load_voice(voice, "cpu").speak_phonemes(phonemes, Controls(**factors))
    made = exported.speak_phonemes(phonemes, **factors)
    assert np.array_equal(made.durations, expected.durations)
    np.testing.assert_allclose(made.f0, expected.f0, rtol=1e-5)
    np.testing.assert_allclose(made.energy, expected.energy, rtol=0, atol=1e-3)
    assert made.waveform.dtype == np.float32 and made.mel is None
    np.testing.assert_allclose(made.waveform, expected.waveform, rtol=0, atol=DRIFT)


def test_from_the_same_f0_on_it_makes_the_same_samples(voice, exported):
    """Where no rounding of F0 adds up to another phase."""
    frames, random = 400, torch.Generator().manual_seed(0)
    inputs = {
        "states": torch.randn(1, frames, 16, generator=random),
        "f0": 200 + 100 * torch.rand(1, frames, generator=random),
        "noise": torch.from_numpy(normal_noise(frames * 256).reshape(1, frames, 256)),
    }
    model = read_voice(voice).model(voice)
    network = load_network(model, voice / WEIGHTS)
    _, decoder = model.system.graphs(network, model.config)
    with torch.inference_mode():
        (expected,) = decoder.module(**inputs)
    (made,) = exported._sessions[1].run(None, {name: x.numpy() for name, x in inputs.items()})
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-4)


def test_it_needs_no_torch(voice, tmp_path):
    folder = shutil.copytree(voice / "onnx", tmp_path / "elsewhere")
    command = [sys.executable, "-c", WITHOUT_TORCH, str(folder), str(tmp_path / "made.npy")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    expected = fs2.load_voice(voice, "cpu").speak("Hello, zorblax. Twice 2!").waveform
    np.testing.assert_allclose(np.load(tmp_path / "made.npy"), expected, rtol=0, atol=DRIFT)


def test_phonemes_are_controlled_one_by_one(exported):
    plain = exported.speak_phonemes(PHONEMES)
    durations = [-1] * len(PHONEMES)
    durations[4] = int(plain.durations[4]) + 6
    pitch = np.ones(len(PHONEMES))
    flat = exported.speak_phonemes(PHONEMES, durations=durations)
    pitch[4] = 2
    raised = exported.speak_phonemes(PHONEMES, pitch=pitch, durations=durations)
    longer = np.where(np.arange(len(PHONEMES)) == 4, 6, 0)
    assert np.array_equal(flat.durations, plain.durations + longer)
    expected = np.repeat(np.where(pitch == 2, 2.0, 1.0), raised.durations)
    np.testing.assert_allclose(raised.f0 / flat.f0, expected, rtol=1e-5)


def test_a_single_frame_is_spoken(exported):
    assert len(exported.speak_phonemes(["sil", "AA1"], durations=[0, 1]).waveform) == 256


@pytest.mark.parametrize(
    ("controls", "complaint"),
    [
        ({"pace": 9}, r"pace: must be from 0\.1 to 5 \(got 9\)"),
        ({"pitch": [1, 1]}, "pitch: must be one number, or 11, one a phoneme"),
        ({"energy": "loud"}, "energy: must be one number"),
        ({"energy": float("nan")}, "energy: must be from 0.01 to 4"),
        ({"durations": [1, 2]}, "durations: must be 11 whole numbers"),
        ({"durations": [1.5] * 11}, "durations: must be 11 whole numbers"),
        ({"durations": [0] * 11}, "not all of them 0"),
        ({"durations": [-2] * 11}, "durations: must be from 0 to 2000 frames"),
    ],
)
def test_what_cannot_be_spoken_is_said(exported, controls, complaint):
    with pytest.raises(FS2Error, match=complaint):
        exported.speak_phonemes(PHONEMES, **controls)


@pytest.mark.parametrize(
    ("phonemes", "complaint"),
    [(["sil"], "two symbols at least"), (["sil", "XX"], "unknown symbol 'XX'")],
)
def test_wrong_phonemes_are_named(exported, phonemes, complaint):
    with pytest.raises(FS2Error, match=complaint):
        exported.speak_phonemes(phonemes)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda folder: (folder / "onnx.json").unlink(), r"onnx\.json is missing"),
        (lambda folder: (folder / "decoder.onnx").unlink(), r"decoder\.onnx is missing"),
        (lambda folder: (folder / "decoder.onnx").write_bytes(b"x"), "onnxruntime cannot read it"),
        (lambda folder: (folder / "onnx.json").write_text('{"format": 2}'), "of format 2"),
        (lambda folder: (folder / "onnx.json").write_text('{"format": 1}'), "not as this version"),
    ],
)
def test_a_broken_folder_is_named(voice, tmp_path, change, complaint):
    folder = shutil.copytree(voice / "onnx", tmp_path / "broken")
    change(folder)
    with pytest.raises(FS2Error, match=complaint):
        OnnxVoice(folder)


def test_its_files_tell_how_they_are_called_and_no_path_of_the_machine(voice, repository):
    described = json.loads((voice / "onnx" / "onnx.json").read_text())
    assert [graph["file"] for graph in described["graphs"]] == ["model.onnx", "decoder.onnx"]
    names = [port["name"] for port in described["graphs"][0]["inputs"]]
    assert names == ["phonemes", "durations", "pace", "pitch", "energy"]
    for path in (voice / "onnx").iterdir():
        assert str(repository).encode() not in path.read_bytes(), path


def test_its_axes_have_names(exported):
    model, decoder = exported._sessions
    shapes = {port.name: port.shape for port in (*model.get_inputs(), *decoder.get_inputs())}
    assert shapes["phonemes"] == shapes["pitch"] == [1, "phonemes"]
    assert shapes["noise"] == [1, "frames", 256] and shapes["f0"] == [1, "frames"]
    assert {port.name: port.shape for port in decoder.get_outputs()} == {"waveform": [1, "samples"]}


def test_what_the_manual_shows_speaks(voice, repository, monkeypatch, tmp_path):
    shutil.copytree(voice, tmp_path / "voice")
    monkeypatch.chdir(tmp_path)
    blocks = (repository / "docs" / "onnx.md").read_text().split("```python\n")[1:]
    with_fs2, alone = (block.partition("```")[0] for block in blocks)
    exec(with_fs2, {})
    assert (tmp_path / "x.wav").stat().st_size > 1000
    names = {}
    exec(alone, names)
    assert names["waveform"].shape == (1, 256 * names["durations"].sum())


def test_the_benchmark_compares_both(voice, exported):
    row = benchmark.row(fs2.load_voice(voice, "cpu"), exported, 0.3, repeats=1)
    assert row.startswith("| 0.3 s | ") and row.count(" | ") == 5 and "length" not in row
