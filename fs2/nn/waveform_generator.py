"""A generator of waveforms: FastSpeech 2s' waveform decoder, and Parallel WaveGAN's generator.

A frame's conditioning is upsampled and steers dilated, gated residual blocks, non-causal as in
Yamamoto et al. (2020), section 2 (paper section 2.4, figure 1d). Tensors are (batch, channels, 1,
time) in here: a 1-D convolution written as a 2-D one of height 1 may keep the channels last in
memory, which is the fast layout at inference; see `prepare_for_inference`.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import weight_norm

from fs2.kernels.smoothed_repeat import repeat_smoothed
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.residual_blocks import ResidualBlocks, convolution
from fs2.nn.source import harmonics, noise
from fs2.nn.source_filter import WINDOW_STEPS, filter_channels, filtered
from fs2.nn.waveform_settings import WaveformGeneratorConfig

FIRST_LOUDNESS = 0.05
"""Factor on the first weights of the last convolution: speech is far from the unit power that
convolutions begin with, and training should not begin with getting quiet."""
SMOOTHING_CONTEXT = 2
"""Frames to either side that the first convolution of an interpolated upsampling sees: 2, as in
Hayashi's open implementation of Parallel WaveGAN (`aux_context_window`)."""


class WaveformGenerator(nn.Module):
    """Conditioning of frames to samples.

    Args:
        settings: Widths and depths.
        channels: Channels of the conditioning: those of the variance adaptor, or mel bands.
        sample_rate: Hz; for the harmonics of F0.
    """

    def __init__(self, settings: WaveformGeneratorConfig, channels: int, sample_rate: int) -> None:
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
        self.filters = settings.source == "harmonics"
        inputs = step if settings.source == "noise" else conditioning
        self.first = convolution(inputs, settings.residual_channels)
        self.blocks = ResidualBlocks(settings, conditioning)
        self.hidden = convolution(settings.skip_channels, settings.skip_channels)
        outputs = filter_channels(step) if self.filters else step
        self.last = convolution(settings.skip_channels, outputs)
        with torch.no_grad():
            self.last.weight.mul_(FIRST_LOUDNESS)
        self.apply(_normalise_weights)

    @property
    def hop_length(self) -> int:
        """Samples that a frame becomes."""
        return math.prod(self.settings.upsampling_factors) * self.settings.samples_per_step

    @property
    def context(self) -> int:
        """Frames to either side that a frame's samples depend on: half the receptive field."""
        steps = self.blocks.receptive_field
        if self.filters:
            steps += WINDOW_STEPS // 2  # half a window of the filters' transform
        return math.ceil(
            self.upsampling.context + steps * self.settings.samples_per_step / self.hop_length
        )

    def make_source(
        self,
        batch: int,
        frames: int,
        f0: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor | None:
        """What becomes speech, besides the conditioning; None if that is all.

        Args:
            batch: Number of clips.
            frames: Their length.
            f0: (batch, frames), Hz, 0 where unvoiced, if the source is harmonics; None: unvoiced
                everywhere, a whisper.
            generator: For the noise; default: the device's own.

        Returns:
            (batch, sources, frames * hop_length): noise, and harmonics, which begin with a random
            phase unless a generator is given.
        """
        if self.settings.source == "conditioning":
            return None
        device = self.last.bias.device  # type: ignore[union-attr]
        drawn = noise(batch, frames * self.hop_length, device, generator)
        phase = None
        if self.settings.source == "harmonics" and generator is None:
            phase = torch.rand(batch, device=device)
        return self.source_of(drawn, f0, phase)

    def source_of(
        self, noise: Tensor, f0: Tensor | None = None, phase: Tensor | None = None
    ) -> Tensor:
        """As `make_source`, of given noise (batch, frames * hop_length) and phase (batch,)."""
        sources = noise[:, None]  # (batch, 1, samples)
        if self.settings.source == "harmonics":
            if f0 is None:
                f0 = noise.new_zeros(len(noise), noise.shape[1] // self.hop_length)
            periodic = harmonics(f0, self.hop_length, self.sample_rate, phase)[:, None]
            sources = torch.cat((sources, periodic), dim=1)  # (batch, 2, samples)
        return sources

    def forward(
        self, conditioning: Tensor, source: Tensor | None = None, lengths: Tensor | None = None
    ) -> Tensor:
        """Samples of the conditioning.

        Args:
            conditioning: (batch, frames, channels).
            source: (batch, sources, frames * hop_length), as `make_source` makes it.
            lengths: (batch,), frames of each clip, if some are shorter; samples beyond are 0.

        Returns:
            (batch, frames * hop_length), not limited to [-1, 1].
        """
        batch, frames, _ = conditioning.shape
        x = conditioning.transpose(1, 2).unsqueeze(2)  # (batch, channels, 1, frames)
        frame_mask = None
        if lengths is not None:
            frame_mask = length_mask(lengths, frames)[:, None, None]  # (batch, 1, 1, frames)
        x = _masked(x, frame_mask)
        condition = self.upsampling(x, frame_mask)  # (batch, conditioning, 1, steps)
        step_mask = _stretch(frame_mask, condition.shape[3] // frames)  # (batch, 1, 1, steps)
        if source is None or self.filters:
            x = condition
        else:
            x = source.to(condition.dtype).unflatten(2, (-1, self.settings.samples_per_step))
            x = x.transpose(2, 3).flatten(1, 2).unsqueeze(2)  # (batch, samples_per_step, 1, steps)
        x = _masked(self.first(x), step_mask)  # (batch, residual, 1, steps)
        y = self.blocks(x, condition, step_mask)  # (batch, skip, 1, steps)
        with torch.autocast(x.device.type, enabled=False):  # bfloat16 would round the samples
            y = self.hidden(F.relu(y))  # (batch, skip, 1, steps)
            y = self.last(F.relu(y))  # (batch, samples_per_step or filter_channels, 1, steps)
            if self.filters:
                assert source is not None
                mask = None if step_mask is None else step_mask[:, :, 0]  # (batch, 1, steps)
                return filtered(source.to(y.dtype), y[:, :, 0], mask)  # (batch, samples)
            y = _masked(y, step_mask)
        return y.squeeze(2).transpose(1, 2).reshape(batch, -1)  # (batch, samples)

    def prepare_for_inference(self) -> "WaveformGenerator":
        """Make ready for inference: weight norm folded away, channels last, no gradients."""
        fold_weight_norm(self)
        for parameter in self.parameters():
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        return self.eval().requires_grad_(False)


class TransposedUpsampling(nn.Module):
    """The paper's transposed convolution with 64 filters, in factors: linear, as one layer is."""

    def __init__(self, settings: WaveformGeneratorConfig, channels: int) -> None:
        super().__init__()
        self.factors = settings.upsampling_factors
        self.channels = settings.conditioning_channels
        self.project = convolution(channels, self.channels)
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

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Conditioning of frames to conditioning of steps.

        Args:
            x: (batch, channels, 1, frames).
            mask: (batch, 1, 1, frames), False beyond the end of a clip.

        Returns:
            (batch, conditioning, 1, frames * factors).
        """
        x = _masked(self.project(x), mask)  # (batch, conditioning, 1, frames)
        for layer, factor in zip(self.layers, self.factors, strict=True):
            mask = _stretch(mask, factor)
            x = _masked(layer(x), mask)  # (batch, conditioning, 1, time * factor)
        return x


class InterpolatedUpsampling(nn.Module):
    """Repetition and smoothing filters that all channels share (Yamamoto et al. 2020, 3.2)."""

    def __init__(self, settings: WaveformGeneratorConfig, channels: int) -> None:
        super().__init__()
        self.factors = settings.upsampling_factors
        self.channels = channels
        self.first = convolution(channels, channels, 2 * SMOOTHING_CONTEXT + 1, bias=False)
        self.filters = nn.ParameterList(
            torch.full((2 * factor + 1,), 1 / (2 * factor + 1)) for factor in self.factors
        )

    @property
    def context(self) -> float:
        """Frames to either side that are seen."""
        products = [math.prod(self.factors[:layer]) for layer in range(1, len(self.factors) + 1)]
        smoothing = sum(factor / rate for factor, rate in zip(self.factors, products, strict=True))
        return SMOOTHING_CONTEXT + smoothing

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Conditioning of frames to conditioning of steps.

        Args:
            x: (batch, channels, 1, frames).
            mask: (batch, 1, 1, frames), False beyond the end of a clip.

        Returns:
            (batch, channels, 1, frames * factors).
        """
        x = _masked(self.first(x), mask)  # (batch, channels, 1, frames)
        for taps, factor in zip(self.filters, self.factors, strict=True):
            mask = _stretch(mask, factor)
            x = repeat_smoothed(x, taps, factor)  # (batch, channels, 1, time * factor)
            x = _masked(x, mask)
        return x


def fold_weight_norm(module: nn.Module) -> None:
    """Replace each normalised weight in `module` by its value."""
    for part in module.modules():
        if parametrize.is_parametrized(part, "weight"):
            parametrize.remove_parametrizations(part, "weight")


def _normalise_weights(module: nn.Module) -> None:
    """Weight norm, as all convolutions of Parallel WaveGAN have it."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        weight_norm(module, dim=0)


def _masked(x: Tensor, mask: Tensor | None) -> Tensor:
    return x if mask is None else x * mask


def _stretch(mask: Tensor | None, factor: int) -> Tensor | None:
    """(batch, 1, 1, time) -> (batch, 1, 1, time * factor)."""
    return None if mask is None else mask.repeat_interleave(factor, dim=3)
