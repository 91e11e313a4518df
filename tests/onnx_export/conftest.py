"""A voice of random weights, exported once for all tests."""

from pathlib import Path

import pytest
import toy

from fs2.synthesis.find import VoiceFolders
from fs2.voices.export import export_voice

MODEL = {
    "duration_layers": 1,
    "predictor_layers": 1,
    "predictor_kernel": 1,
    "encoder_kernels": [1, 1],
    "pitch": "contour",
}
"""Fewer nodes: what exporting takes goes with their number."""


@pytest.fixture(scope="session")
def voice(tmp_path_factory) -> Path:
    """The folder of a FastSpeech 2s voice, with the folder `onnx`."""
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    results = tmp_path_factory.mktemp("results") / "toy"
    own = results / "own.dict"
    config = toy.config(
        "fastspeech2s",
        corpus={"name": "toy"},
        text={"pronunciations": str(own)},
        model=MODEL,
    )
    training = results / "training" / "direct"
    toy.save_random(training, config)
    own.write_text("zorblax  B AA1 D\n")
    export_voice(VoiceFolders(training, None), results / "voice", onnx=True)
    return results / "voice"
