"""A generator of waveforms: FastSpeech 2s' waveform decoder, and Parallel WaveGAN's generator.

A frame's conditioning is upsampled and steers dilated, gated residual blocks, non-causal as in
Yamamoto et al. (2020), section 2 (paper section 2.4, figure 1d). Tensors are (batch, channels, 1,
time) inside: a 1-D convolution written as a 2-D one of height 1 may keep the channels last in
memory, which is the fast layout at inference; see `fast`.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import weight_norm

from fs2.config_waveform import WaveNet
from fs2.models.excitation import harmonics, noise
from fs2.models.feed_forward_transformer import length_mask

FIRST_LOUDNESS = 0.05
"""Factor on the first weights of what decides on the loudness."""
GREATEST_GAIN = 5.0
"""Natural logarithm of the largest factor of the gain."""
SMOOTHING_CONTEXT = 2
"""Frames to either side that the first convolution of an interpolated upsampling sees."""


class WaveformGenerator(nn.Module):
    """Conditioning of frames to samples.

    Args:
        settings: Widths and depths.
        channels: Channels of the conditioning: those of the variance adaptor, or mel bands.
        sample_rate: Hz; for the harmonics of F0.
    """

    def __init__(self, settings: WaveNet, channels: int, sample_rate: int) -> None:
        super().__init__()
        self.settings = settings
        self.sample_rate = sample_rate
        self.upsampling = (
            TransposedUpsampling(settings, channels)
            if settings.upsampling == "transposed"
            else InterpolatedUpsampling(settings, channels)
        )
        conditioning = self.upsampling.channels
        step = settings.samples_per_step
        inputs = {"conditioning": conditioning, "noise": step, "harmonics": 3 * step}
        self.first = _convolution(inputs[settings.source], settings.residual_channels)
        per_stack = settings.blocks // settings.stacks
        self.blocks = nn.ModuleList(
            ResidualBlock(settings, conditioning, 2 ** (block % per_stack))
            for block in range(settings.blocks)
        )
        self.hidden = _convolution(settings.skip_channels, settings.skip_channels)
        self.last = _convolution(settings.skip_channels, step)
        self.gain = _convolution(conditioning, 1) if settings.gain else None
        with torch.no_grad():  # speech is far from the unit power that convolutions begin with
            self.last.weight.mul_(FIRST_LOUDNESS)
            if self.gain is not None:
                self.gain.weight.mul_(FIRST_LOUDNESS)
        self.apply(_normalise_weights)

    @property
    def hop_length(self) -> int:
        """Samples that a frame becomes."""
        return math.prod(self.settings.upsampling_factors) * self.settings.samples_per_step

    @property
    def context(self) -> int:
        """Frames to either side that a frame's samples depend on: half the receptive field."""
        steps = sum(block.reach for block in self.blocks)  # type: ignore[misc]
        return math.ceil(
            self.upsampling.context + steps * self.settings.samples_per_step / self.hop_length
        )

    def excite(
        self,
        batch: int,
        frames: int,
        f0: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor | None:
        """What goes through the blocks, besides the conditioning; None if that is all.

        Args:
            batch: Number of clips.
            frames: Their length.
            f0: (batch, frames), Hz, 0 where unvoiced, if the source is harmonics.
            generator: For the noise; default: the device's own.

        Returns:
            (batch, sources, frames * hop_length): noise, and harmonics, which begin with a random
            phase unless a generator is given.
        """
        if self.settings.source == "conditioning":
            return None
        device = self.last.bias.device  # type: ignore[union-attr]
        hop = self.hop_length
        sources = noise(batch, frames * hop, device, generator)[:, None]
        if self.settings.source == "harmonics":
            assert f0 is not None
            phase = torch.rand(batch, device=device) if generator is None else None
            sources = torch.cat((sources, harmonics(f0, hop, self.sample_rate, phase)), dim=1)
        return sources

    def forward(
        self, conditioning: Tensor, source: Tensor | None = None, lengths: Tensor | None = None
    ) -> Tensor:
        """Samples of the conditioning.

        Args:
            conditioning: (batch, frames, channels).
            source: (batch, sources, frames * hop_length), as `excite` makes it.
            lengths: (batch,), frames of each clip, if some are shorter; samples beyond are 0.

        Returns:
            (batch, frames * hop_length), not limited to [-1, 1].
        """
        batch, frames, _ = conditioning.shape
        x = conditioning.transpose(1, 2).unsqueeze(2)
        inside = None if lengths is None else length_mask(lengths, frames)[:, None, None]
        if inside is not None:
            x = x * inside
        condition = self.upsampling(x, inside)
        inside = _stretch(inside, condition.shape[3] // frames)
        if source is None:
            x = self.first(condition)
        else:
            step = self.settings.samples_per_step
            folded = source.to(condition.dtype).unflatten(2, (-1, step))
            folded = folded.permute(0, 1, 3, 2).flatten(1, 2).unsqueeze(2)
            x = self.first(folded)
        x = x if inside is None else x * inside
        wide = torch.promote_types(x.dtype, torch.float32)
        skips = torch.zeros_like(x[:, :1], dtype=wide)
        for block in self.blocks:
            x, skip = block(x, condition)
            if inside is not None:
                x = x * inside
            skips = skips + skip.to(wide)
        with torch.autocast(x.device.type, enabled=False):  # bfloat16 would round the samples
            y = F.relu(skips * len(self.blocks) ** -0.5)
            y = self.last(F.relu(self.hidden(y)))
            if self.gain is not None:
                y = y * self.gain(condition.to(wide)).clamp(max=GREATEST_GAIN).exp()
            y = y if inside is None else y * inside
        return y.squeeze(2).transpose(1, 2).reshape(batch, -1)

    def fast(self) -> "WaveformGenerator":
        """Make ready for inference: weight norm folded away, channels last, no gradients."""
        fold_weight_norm(self)
        for parameter in self.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        return self.eval().requires_grad_(False)


class ResidualBlock(nn.Module):
    """A dilated convolution with a gate; half of its output goes on, half is skipped to the end."""

    def __init__(self, settings: WaveNet, conditioning: int, dilation: int) -> None:
        super().__init__()
        self.reach = settings.kernel // 2 * dilation
        """Steps to either side that an output depends on."""
        self.residual = settings.residual_channels
        gate = settings.gate_channels
        self.dilated = _convolution(self.residual, gate, settings.kernel, dilation)
        self.condition = _convolution(conditioning, gate, bias=False)
        self.outputs = _convolution(gate // 2, self.residual + settings.skip_channels)

    def forward(self, x: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """x (batch, residual, 1, time), condition (batch, conditioning, 1, time) -> x, skip."""
        values, gates = (self.dilated(x) + self.condition(condition)).chunk(2, dim=1)
        outputs = self.outputs(torch.tanh(values) * torch.sigmoid(gates))
        residual, skip = outputs.split((self.residual, outputs.shape[1] - self.residual), dim=1)
        return (x + residual) * math.sqrt(0.5), skip


class TransposedUpsampling(nn.Module):
    """The paper's transposed convolution with 64 filters, in factors: linear, as one layer is."""

    def __init__(self, settings: WaveNet, channels: int) -> None:
        super().__init__()
        self.factors = settings.upsampling_factors
        self.channels = settings.conditioning_channels
        self.project = _convolution(channels, self.channels)
        self.layers = nn.ModuleList(
            nn.ConvTranspose2d(
                self.channels,
                self.channels,
                (1, 2 * factor),
                (1, factor),
                (0, (factor + 1) // 2),
                (0, factor % 2),
            )
            for factor in self.factors
        )

    @property
    def context(self) -> float:
        """Frames to either side that are seen."""
        rates = [1, *self.factors[:-1]]
        return sum(1 / math.prod(rates[: layer + 1]) for layer in range(len(self.factors)))

    def forward(self, x: Tensor, inside: Tensor | None) -> Tensor:
        """(batch, channels, 1, frames) -> (batch, filters, 1, frames * factors)."""
        x = self.project(x)
        x = x if inside is None else x * inside
        for layer, factor in zip(self.layers, self.factors, strict=True):
            x = layer(x)
            inside = _stretch(inside, factor)
            x = x if inside is None else x * inside
        return x


class InterpolatedUpsampling(nn.Module):
    """Repetition and smoothing filters that all channels share (Yamamoto et al. 2020, 3.2)."""

    def __init__(self, settings: WaveNet, channels: int) -> None:
        super().__init__()
        self.factors = settings.upsampling_factors
        self.channels = channels
        self.first = _convolution(channels, channels, 2 * SMOOTHING_CONTEXT + 1, bias=False)
        self.filters = nn.ParameterList(
            torch.full((2 * factor + 1,), 1 / (2 * factor + 1)) for factor in self.factors
        )

    @property
    def context(self) -> float:
        """Frames to either side that are seen."""
        products = [math.prod(self.factors[:layer]) for layer in range(1, len(self.factors) + 1)]
        smoothing = sum(factor / rate for factor, rate in zip(self.factors, products, strict=True))
        return SMOOTHING_CONTEXT + smoothing

    def forward(self, x: Tensor, inside: Tensor | None) -> Tensor:
        """(batch, channels, 1, frames) -> (batch, channels, 1, frames * factors)."""
        x = self.first(x)
        x = x if inside is None else x * inside
        for taps, factor in zip(self.filters, self.factors, strict=True):
            x = repeat_smoothed(x, taps, factor)
            inside = _stretch(inside, factor)
            x = x if inside is None else x * inside
        return x


def repeat_smoothed(x: Tensor, taps: Tensor, factor: int) -> Tensor:
    """Repeat each column `factor` times, then filter: (..., time) -> (..., time * factor).

    With 2 * factor + 1 taps a result depends on its own column and the two beside it, by weights
    that are sums of taps: three products replace a convolution at the high rate.
    """
    phase = torch.arange(factor, device=x.device)[:, None]
    tap = torch.arange(len(taps), device=x.device)
    column = torch.div(phase + tap, factor, rounding_mode="floor")
    weights = torch.zeros(factor, 3, device=x.device, dtype=taps.dtype)
    weights = weights.scatter_add(1, column, taps.expand(factor, -1))
    return (F.pad(x, (1, 1)).unfold(-1, 3, 1) @ weights.t().to(x.dtype)).flatten(-2)


def fold_weight_norm(module: nn.Module) -> None:
    """Replace each normalised weight in `module` by its value."""
    for part in module.modules():
        if parametrize.is_parametrized(part, "weight"):
            parametrize.remove_parametrizations(part, "weight")


def _normalise_weights(module: nn.Module) -> None:
    """Weight norm, as all convolutions of Parallel WaveGAN have it."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        weight_norm(module, dim=0)


def _stretch(inside: Tensor | None, factor: int) -> Tensor | None:
    return None if inside is None else inside.repeat_interleave(factor, dim=3)


def _convolution(
    inputs: int, outputs: int, kernel: int = 1, dilation: int = 1, bias: bool = True
) -> nn.Conv2d:
    convolution = nn.Conv2d(
        inputs,
        outputs,
        (1, kernel),
        dilation=(1, dilation),
        padding=(0, kernel // 2 * dilation),
        bias=bias,
    )
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)
    return convolution
