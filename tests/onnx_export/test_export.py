"""What is exported, and what is said of what cannot be."""

import pytest
import torch
import toy

from fs2.errors import FS2Error
from fs2.nn.waveform_generator import fold_weight_norm
from fs2.onnx import export
from fs2.onnx.noise import normal_noise
from fs2.registry import SYSTEMS, VOCODERS
from fs2.synthesis.find import VoiceFolders
from fs2.vocoder.hifigan import exported as hifigan
from fs2.vocoder.hifigan.network import Generator, Shape, vocode
from fs2.vocoder.parallel_wavegan import exported as parallel_wavegan
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN
from fs2.vocoder.parallel_wavegan.settings import ParallelWaveGANGeneratorConfig
from fs2.voices.export import export_voice

SMALL = {"blocks": 2, "stacks": 1, "residual_channels": 8, "gate_channels": 16, "skip_channels": 8}
STEP_BY_STEP = {"upsampling_factors": [4, 4, 4], "samples_per_step": 4}
MEL = torch.randn(1, 17, 80, generator=torch.Generator().manual_seed(1)) - 5


def tiny_hifigan():
    torch.manual_seed(0)
    generator = Generator(Shape(channels=16, kernels=(3,), dilations=(1, 3)))
    return hifigan.graph(generator), lambda: vocode(generator, MEL[0])


def tiny_parallel_wavegan(**settings):
    torch.manual_seed(0)
    network = ParallelWaveGAN(ParallelWaveGANGeneratorConfig(**SMALL, **settings), 80, 22050)
    fold_weight_norm(network)
    return parallel_wavegan.graph(network), lambda: network.generate(MEL[0])


VOCODERS_MADE = {
    "hifigan": tiny_hifigan,
    "noise": lambda: tiny_parallel_wavegan(**STEP_BY_STEP),
    "harmonics": lambda: tiny_parallel_wavegan(
        source="harmonics", samples_per_step=128, upsampling_factors=[2]
    ),
}


@pytest.mark.parametrize("kind", VOCODERS_MADE)
def test_a_vocoders_graph_is_the_vocoder(kind):
    graph, vocode = VOCODERS_MADE[kind]()
    inputs = {"mel": MEL, "noise": torch.from_numpy(normal_noise(17 * 256).reshape(1, 17, 256))}
    with torch.inference_mode():
        (made,) = graph.module(**{port.name: inputs[port.name] for port in graph.inputs})
    torch.testing.assert_close(made[0], vocode(), rtol=0, atol=1e-4)
    assert ("noise" in {port.name for port in graph.inputs}) == (kind != "hifigan")


@pytest.fixture
def installed(monkeypatch):
    """As if the exporter's packages were there."""
    monkeypatch.setattr(export, "find_spec", lambda name: object())


def trained(folder, architecture, vocoder="griffin_lim"):
    config = toy.config(architecture, vocoder={"name": vocoder})
    toy.save_random(folder / "toy" / "training" / "plain", config)
    toy.make_vocoder(config, folder / "toy" / "vocoder" / vocoder)
    return VoiceFolders(folder / "toy" / "training" / "plain", folder / "toy/vocoder" / vocoder)


@pytest.mark.parametrize(
    ("architecture", "complaint"),
    [
        ("tacotron2", "Tacotron 2 cannot be .*fastspeech2, fastspeech2s, fastspeech$"),
        ("fastspeech2", "Griffin-Lim cannot be .*hifigan_ljspeech, parallel_wavegan$"),
    ],
)
def test_what_cannot_be_exported_is_said_before_anything_is_written(
    architecture, complaint, tmp_path, installed
):
    folders = trained(tmp_path, architecture)
    with pytest.raises(FS2Error, match=complaint):
        export_voice(folders, tmp_path / "voice", onnx=True)
    assert not (tmp_path / "voice").exists()


def test_missing_packages_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    with pytest.raises(FS2Error, match=r"onnx, onnxscript .* pip install 'fs2\[onnx\]'"):
        export_voice(trained(tmp_path, "fastspeech2"), tmp_path / "voice", onnx=True)


def test_whoever_can_be_exported_says_so():
    assert [name for name, entry in SYSTEMS.items() if entry.exports] == [
        "fastspeech2", "fastspeech2s", "fastspeech",
    ]  # fmt: skip
    assert [name for name, entry in VOCODERS.items() if not entry.exports] == ["griffin_lim"]
