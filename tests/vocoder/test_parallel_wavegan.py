"""Parallel WaveGAN as a vocoder; how it is trained is tested with the systems' trainings."""

import json

import numpy as np
import pytest
import torch
import toy

from fs2.audio import AudioSettings
from fs2.errors import FS2Error
from fs2.nn.parameters import parameter_count
from fs2.vocoder.loading import load_vocoder
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN
from fs2.vocoder.parallel_wavegan.settings import ParallelWaveGANGeneratorConfig


def network(**keys):
    return ParallelWaveGAN(ParallelWaveGANGeneratorConfig(**keys), 80, 22050)


def config(**generator):
    own = {"generator": generator, "training": {"steps": 2, "discriminator_start": 1}}
    return toy.config(vocoder={"name": "parallel_wavegan", "parallel_wavegan": own})


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    return toy.features(tmp_path_factory.mktemp("features") / "features.h5")


def test_parameter_count_of_the_literature():
    """1.3 M (Yamamoto et al. 2020)."""
    assert parameter_count(network()) == pytest.approx(1.334e6, rel=1e-3)


@pytest.mark.parametrize("size", ["paper", "small"])
def test_hop_of_both_sizes(size):
    assert network(size=size).generator.hop_length == AudioSettings().hop_length


def test_generated_samples_are_finite_for_any_mel():
    model = network(size="small", blocks=2).eval()
    for frames in (1, 2, 30):
        samples = model.generate(torch.full((frames, 80), -11.5))
        assert samples.shape == (frames * 256,)
        assert np.isfinite(samples.numpy()).all()


@pytest.mark.parametrize("source", ["noise", "harmonics"])
def test_trained_it_is_loaded_and_speaks(tmp_path, features, source):
    settings = config(source=source)
    summary = toy.make_vocoder(settings, tmp_path, features)
    vocoder = load_vocoder(tmp_path, "cpu")
    assert vocoder.name == "parallel_wavegan"
    assert vocoder.audio == settings.audio.settings()
    mel = torch.randn(40, 80) - 5
    samples = vocoder(mel)
    assert samples.shape == (40 * 256,)
    assert np.array_equal(samples, vocoder(mel))
    description = json.loads((tmp_path / "vocoder.json").read_text())
    assert description["parameters"] == summary["parameters"]
    assert description["training"]["steps"] == 2


def test_another_size_is_refused(tmp_path, features):
    toy.make_vocoder(config(), tmp_path, features)
    description = tmp_path / "vocoder.json"
    text = description.read_text()
    description.write_text(text.replace('"residual_channels": 8', '"residual_channels": 12'))
    with pytest.raises(FS2Error, match=r"generator\.safetensors: not the weights of Parallel"):
        load_vocoder(tmp_path, "cpu")
    description.write_text(text.replace('"blocks": 2', '"blocks": 3, "stacks": 2, "x": 1'))
    with pytest.raises(FS2Error, match=r"vocoder\.json: not as this version writes it"):
        load_vocoder(tmp_path, "cpu")


def test_it_is_not_made_without_features(tmp_path):
    with pytest.raises(FS2Error, match="parallel_wavegan is trained, on a features file"):
        toy.make_vocoder(config(), tmp_path / "vocoder")
    assert not (tmp_path / "vocoder").exists()
