"""HiFi-GAN V1: the generator that turns mel spectrograms into waveforms (Kong et al., 2020).

Inference only. The names of the parameters are those of the published checkpoints. Each 1-D
convolution is written as a 2-D one of height 1, because only those may keep the channels
last in memory, which on a CPU makes them 1.4 times as fast in float32 and 2.6 times in bfloat16.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from math import ceil, prod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.nn.chunks import chunks, growing

SLOPE = 0.1
"""Negative slope of the leaky ReLUs, but for the last, which has PyTorch's 0.01."""


@dataclass(frozen=True)
class Shape:
    """Sizes of a generator; the defaults are V1's."""

    n_mels: int = 80
    channels: int = 512
    upsampling: tuple[int, ...] = (8, 8, 2, 2)
    kernels: tuple[int, ...] = (3, 7, 11)
    dilations: tuple[int, ...] = (1, 3, 5)

    @property
    def hop_length(self) -> int:
        """Samples that a frame becomes."""
        return prod(self.upsampling)

    @property
    def context(self) -> int:
        """Frames to either side that a frame's samples depend on."""
        widest = max(self.kernels) // 2
        block = widest * sum(dilation + 1 for dilation in self.dilations)
        frames, rate = 3.0, 1
        for factor in self.upsampling:
            frames += 1 / rate
            rate *= factor
            frames += block / rate
        return ceil(frames + 3 / rate)


class ResidualBlock(nn.Module):
    """Pairs of a dilated and a plain convolution, each pair with a residual connection."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...]):
        super().__init__()
        self.convs1 = nn.ModuleList(
            _convolution(channels, channels, kernel, dilation) for dilation in dilations
        )
        self.convs2 = nn.ModuleList(_convolution(channels, channels, kernel) for _ in dilations)

    def forward(self, hidden: Tensor) -> Tensor:
        """Map (batch, channels, 1, time) to the same shape."""
        for dilated, plain in zip(self.convs1, self.convs2, strict=True):
            inner = dilated(F.leaky_relu(hidden, SLOPE))
            hidden = hidden + plain(F.leaky_relu(inner, SLOPE))
        return hidden


class Generator(nn.Module):
    """Upsamples the mel by transposed convolutions, each followed by parallel residual blocks."""

    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        self.conv_pre = _convolution(shape.n_mels, shape.channels, 7)
        self.ups = nn.ModuleList()
        self.resblocks = nn.ModuleList()
        channels = shape.channels
        for factor in shape.upsampling:
            channels //= 2
            self.ups.append(
                nn.ConvTranspose2d(
                    2 * channels,
                    channels,
                    kernel_size=(1, 2 * factor),
                    stride=(1, factor),
                    padding=(0, factor // 2),
                )
            )
            self.resblocks.extend(
                ResidualBlock(channels, kernel, shape.dilations) for kernel in shape.kernels
            )
        self.conv_post = _convolution(channels, 1, 7)

    def forward(self, mel: Tensor) -> Tensor:
        """Map log mels (batch, n_mels, frames) to samples in (-1, 1), (batch, frames * hop).

        Upsampling and residual blocks compute in the type of their weights; see
        `prepare_for_inference`.
        """
        hidden = mel.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        hidden = self.conv_pre(hidden).to(self.ups[0].weight.dtype)
        parallel = len(self.shape.kernels)
        for index, upsample in enumerate(self.ups):
            hidden = upsample(F.leaky_relu(hidden, SLOPE))
            blocks = self.resblocks[index * parallel : (index + 1) * parallel]
            hidden = sum(block(hidden) for block in blocks) / parallel
        hidden = F.leaky_relu(hidden).to(self.conv_post.weight.dtype)
        return torch.tanh(self.conv_post(hidden)).flatten(1)

    def prepare_for_inference(self, dtype: torch.dtype = torch.float32) -> "Generator":
        """Make ready for inference, with everything but the first and last layer in `dtype`.

        In bfloat16 the first layer matters most: mel values of ten and more, rounded, would cost
        14 dB. With it in float32 the waveform is 35 dB above its difference to float32's, and
        the mel of that waveform differs by 0.013, where copy synthesis itself is off by 0.23.
        """
        self.ups.to(dtype)
        self.resblocks.to(dtype)
        for parameter in self.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        return self.eval().requires_grad_(False)

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Load 1-D convolution weights (out, in, kernel) without weight norm.

        Raises KeyError or RuntimeError if names or shapes are not this generator's.
        """
        self.load_state_dict(
            {name: w.unsqueeze(2) if w.ndim == 3 else w for name, w in weights.items()}
        )


def fold_weight_norm(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Replace each pair `weight_g` (magnitude), `weight_v` (direction) by the `weight` they make.

    The norm is taken over all axes but the first, also for transposed convolutions. Weights
    without weight norm pass unchanged.
    """
    folded = {}
    for name, value in weights.items():
        if name.endswith(".weight_g"):
            direction = weights[name.removesuffix("_g") + "_v"]
            norm = torch.linalg.vector_norm(direction, dim=(1, 2), keepdim=True)
            folded[name.removesuffix("_g")] = value * direction / norm
        elif not name.endswith(".weight_v"):
            folded[name] = value
    return folded


@torch.inference_mode()
def stream(
    generator: Generator, mel: Tensor, sizes: Iterable[int] | None = None
) -> Iterator[Tensor]:
    """Samples of one log mel (frames, n_mels), piece by piece.

    Each piece sees `Shape.context` more frames to either side, so that they are those of the
    whole, while memory stays bounded. `sizes` in frames; default: `fs2.nn.chunks.growing`.
    """
    shape, hop = generator.shape, generator.shape.hop_length
    for chunk in chunks(len(mel), shape.context, growing() if sizes is None else sizes):
        samples = generator(mel[None, chunk.first : chunk.end].transpose(1, 2))[0]
        yield samples[chunk.skip * hop : (chunk.skip + chunk.kept) * hop]


def vocode(generator: Generator, mel: Tensor, chunk_frames: int = 1000) -> Tensor:
    """All samples (frames * hop_length,) of one log mel (frames, n_mels)."""
    return torch.cat(list(stream(generator, mel, repeat(chunk_frames))))


def _convolution(inputs: int, outputs: int, kernel: int, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(
        inputs,
        outputs,
        kernel_size=(1, kernel),
        dilation=(1, dilation),
        padding=(0, (kernel - 1) * dilation // 2),
    )
