import pytest
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

from fs2.vocoder.hifigan.network import Generator, Shape, fold_weight_norm, vocode

FRAMES = 90
TOY = Shape(n_mels=6, channels=16, upsampling=(4, 2), kernels=(3, 5), dilations=(1, 2))


@pytest.fixture
def toy_generator() -> Generator:
    torch.manual_seed(0)
    return Generator(TOY).prepare_for_inference()


def mel(frames: int = FRAMES, bands: int = 6) -> torch.Tensor:
    return torch.randn(frames, bands, generator=torch.Generator().manual_seed(1))


def test_length_is_frames_times_hop(toy_generator):
    shape = toy_generator.shape
    assert shape.hop_length == 8
    for frames in (1, 2, 17):
        samples = vocode(toy_generator, mel(frames))
        assert samples.shape == (frames * 8,)
        assert samples.abs().max() < 1


def test_pieces_equal_the_whole(toy_generator):
    whole = vocode(toy_generator, mel())
    for chunk in (1, 7, 30, 89):
        assert torch.allclose(vocode(toy_generator, mel(), chunk), whole, atol=1e-6)


def test_context_is_the_reach_of_a_frame(toy_generator):
    """A changed frame changes nothing beyond the context, and something near its edge."""
    changed = mel()
    middle, context, hop = FRAMES // 2, toy_generator.shape.context, toy_generator.shape.hop_length
    changed[middle] += 10
    difference = (vocode(toy_generator, mel()) - vocode(toy_generator, changed)).abs()
    touched = difference.view(FRAMES, hop).amax(1).nonzero().flatten()
    assert middle - context <= touched.min() <= middle - context + 2
    assert middle + context - 2 <= touched.max() <= middle + context


def test_context_of_v1():
    assert Shape().context == 14


def test_folded_weights_equal_weight_norm():
    torch.manual_seed(2)
    for plain in (nn.Conv1d(5, 7, 3), nn.ConvTranspose1d(5, 7, 4, stride=2)):
        normed = weight_norm(plain)
        normed.parametrizations.weight.original0.data *= 1.7
        saved = {
            "layer.weight_g": normed.parametrizations.weight.original0.detach(),
            "layer.weight_v": normed.parametrizations.weight.original1.detach(),
            "layer.bias": normed.bias.detach(),
        }
        folded = fold_weight_norm(saved)
        assert set(folded) == {"layer.weight", "layer.bias"}
        assert torch.allclose(folded["layer.weight"], normed.weight, atol=1e-6)


def test_two_dimensional_convolutions_equal_one_dimensional():
    """One stage computed with nn.functional's 1-D convolutions, as HiFi-GAN is defined."""
    torch.manual_seed(3)
    shape = Shape(n_mels=6, channels=8, upsampling=(4,), kernels=(3,), dilations=(2,))
    generator = Generator(shape)
    weights = {
        name: weight.squeeze(2) if weight.ndim == 4 else weight
        for name, weight in generator.state_dict().items()
    }
    f, w = torch.nn.functional, weights
    x = f.conv1d(mel(20).T[None], w["conv_pre.weight"], w["conv_pre.bias"], padding=3)
    x = f.leaky_relu(x, 0.1)
    x = f.conv_transpose1d(x, w["ups.0.weight"], w["ups.0.bias"], stride=4, padding=2)
    y = f.leaky_relu(x, 0.1)
    first, second = "resblocks.0.convs1.0", "resblocks.0.convs2.0"
    y = f.conv1d(y, w[f"{first}.weight"], w[f"{first}.bias"], padding=2, dilation=2)
    y = f.leaky_relu(y, 0.1)
    x = x + f.conv1d(y, w[f"{second}.weight"], w[f"{second}.bias"], padding=1)
    x = f.conv1d(f.leaky_relu(x), w["conv_post.weight"], w["conv_post.bias"], padding=3)
    again = Generator(shape)
    again.load_weights(weights)
    assert torch.allclose(
        vocode(again.prepare_for_inference(), mel(20)), torch.tanh(x).flatten(), atol=1e-6
    )


def test_bfloat16_is_close(toy_generator):
    exact = vocode(toy_generator, mel())
    rounded = vocode(toy_generator.prepare_for_inference(torch.bfloat16), mel())
    assert rounded.dtype == torch.float32
    error = (exact - rounded).square().mean() / exact.square().mean()
    assert 0 < error < 1e-3


def test_a_batch_equals_its_clips(toy_generator):
    pair = torch.stack([mel(), mel().flip(0)])
    with torch.inference_mode():
        both = toy_generator(pair.transpose(1, 2))
    for one, samples in zip(pair, both, strict=True):
        assert torch.allclose(vocode(toy_generator, one), samples, atol=1e-6)
