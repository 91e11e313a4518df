"""The noise without torch is torch's."""

import numpy as np
import pytest
import torch

from fs2.onnx.noise import normal_noise


@pytest.mark.parametrize("samples", [256, 256 * 43])
@pytest.mark.parametrize("seed", [0, 7])
def test_is_torchs(samples, seed):
    drawn = torch.randn(samples, generator=torch.Generator().manual_seed(seed))
    np.testing.assert_allclose(normal_noise(samples, seed), drawn, rtol=0, atol=2e-6)


def test_a_longer_one_begins_with_a_shorter_one():
    assert np.array_equal(normal_noise(1000)[:333], normal_noise(333))
    assert normal_noise(333).dtype == np.float32
