"""The parts of the configuration that FastSpeech 2s and Parallel WaveGAN share."""

from math import prod
from typing import Any, Literal

from pydantic import Field, PositiveInt, model_validator

from fs2.config.section import Section, apply_size

PARALLEL_WAVEGAN = "parallel_wavegan"
"""Name of the vocoder that is trained on the corpus."""

WAVEFORM_GENERATOR_SIZES: dict[str, dict[str, Any]] = {
    "paper": {},
    "small": {
        "blocks": 10,
        "stacks": 2,
        "residual_channels": 128,
        "gate_channels": 256,
        "skip_channels": 128,
        "samples_per_step": 128,
        "source": "harmonics",
        "upsampling_factors": [2],
    },
}
"""What each value of the size of a waveform generator sets."""


class WaveformGeneratorConfig(Section):
    """A generator of waveforms (paper section 2.4 and appendix A; Yamamoto et al. 2020)."""

    size: Literal["paper", "small"] = "paper"
    """paper: the paper's widths; small: for training on two CPU cores. Sets the keys below."""
    blocks: int = Field(30, ge=1)
    """Dilated residual blocks."""
    stacks: int = Field(3, ge=1)
    """Stacks of blocks; in each the dilation begins at 1 and doubles from block to block."""
    residual_channels: int = Field(64, ge=1)
    """Channels between the blocks."""
    gate_channels: int = Field(128, ge=2)
    """Channels of a block's dilated convolution, half of them the gate."""
    skip_channels: int = Field(64, ge=1)
    """Channels that the blocks add up to the output."""
    kernel: int = Field(3, ge=1)
    """Kernel size of the dilated convolutions."""
    upsampling: Literal["transposed", "interpolated"] = "transposed"
    """From frames to samples by transposed convolutions (as the paper's waveform decoder), or by
    repetition and a smoothing filter (as Parallel WaveGAN)."""
    upsampling_factors: tuple[int, ...] = (4, 4, 4, 4)
    """Factor of each upsampling layer; their product, times samples_per_step, is the hop length."""
    conditioning_channels: int = Field(64, ge=1)
    """transposed: channels of the upsampling layers, the paper's filter size."""
    source: Literal["conditioning", "noise", "harmonics"] = "conditioning"
    """What goes through the blocks: the conditioning itself; or Gaussian noise (the author's code
    and Parallel WaveGAN). harmonics: the conditioning, but what comes out are filters for noise and
    for the harmonics of F0, which are soon trained."""
    samples_per_step: int = Field(1, ge=1)
    """Samples that the blocks compute at a time; 1 in the paper, more makes it cheaper."""

    @model_validator(mode="before")
    @classmethod
    def _apply_size(cls, values: Any) -> Any:
        return apply_size(WAVEFORM_GENERATOR_SIZES, "paper", values)

    @model_validator(mode="after")
    def _consistent(self) -> "WaveformGeneratorConfig":
        if self.blocks % self.stacks:
            raise ValueError("blocks must be a multiple of stacks")
        if any(factor < 2 for factor in self.upsampling_factors):
            raise ValueError("upsampling_factors must be 2 or more")
        if self.gate_channels % 2 or self.kernel % 2 == 0:
            raise ValueError("gate_channels must be even, kernel odd")
        return self

    def check_hop(self, key: str, hop_length: int) -> None:
        """ValueError that names `key` unless a frame becomes `hop_length` samples."""
        made = prod(self.upsampling_factors) * self.samples_per_step
        if made != hop_length:
            raise ValueError(
                f"{key}: upsampling_factors x samples_per_step is {made}, "
                f"but audio.hop_length is {hop_length}"
            )


class ParallelWaveGANGeneratorConfig(WaveformGeneratorConfig):
    """The generator of Parallel WaveGAN (Yamamoto et al. 2020)."""

    upsampling: Literal["transposed", "interpolated"] = "interpolated"
    """As in the waveform decoder of FastSpeech 2s."""
    source: Literal["conditioning", "noise", "harmonics"] = "noise"
    """As in the waveform decoder of FastSpeech 2s; F0 for the harmonics is found from the mel."""


class WaveformTraining(Section):
    """Training of what makes waveforms: losses, discriminator, clips (paper section 2.4)."""

    steps: int = Field(600_000, ge=1)
    """Optimiser steps."""
    batch_size: int = Field(12, ge=1)
    """Most clips in a batch, of one utterance each (the paper: 6 on each of two GPUs)."""
    segment_size: int = Field(20_480, ge=1)
    """Length of the random clips; a multiple of the hop length. Shorter utterances are padded."""
    stft_weight: float = Field(1.0, ge=0)
    """Weight of the multi-resolution STFT loss."""
    stft_lengths: tuple[PositiveInt, ...] = (1024, 2048, 512)
    """Transform lengths of the STFT loss, one a resolution, in samples."""
    stft_hops: tuple[PositiveInt, ...] = (120, 240, 50)
    """Hops of the STFT loss."""
    stft_windows: tuple[PositiveInt, ...] = (600, 1200, 240)
    """Window lengths of the STFT loss."""
    stft_floor: float = Field(3e-4, gt=0)
    """Magnitudes of the STFT loss below this are raised to it. Higher: silent bands, such as those
    that a recording at a lower rate does not have, take less of the training."""
    adversarial_weight: float = Field(4.0, ge=0)
    """Weight of the discriminator's discriminator_loss_of; 0: none."""
    mel_adversarial_weight: float = Field(0.0, ge=0)
    """Weight of a second discriminator, which judges the mel of the clips; 0: none (paper)."""
    discriminator_start: int = Field(40_000, ge=0)
    """Step at which the discriminators join."""
    discriminator_learning_rate: float = Field(5e-5, gt=0)
    """Learning rate of the discriminators (RAdam)."""
    discriminator_lr_halve_every: int = Field(200_000, ge=1)
    """Steps after which the discriminator's learning rate is halved, again and again."""
    discriminator_layers: int = Field(10, ge=3)
    """Dilated convolutions of the discriminator."""
    discriminator_channels: int = Field(64, ge=1)
    """Channels of the discriminator."""
    validation_clips: int = Field(3, ge=0)
    """Validation clips whose audio is kept at each validation."""

    @model_validator(mode="after")
    def _resolutions(self) -> "WaveformTraining":
        if not len(self.stft_lengths) == len(self.stft_hops) == len(self.stft_windows) > 0:
            raise ValueError("stft_lengths, stft_hops and stft_windows must be equally long")
        for length, window in zip(self.stft_lengths, self.stft_windows, strict=True):
            if window > length:
                raise ValueError("stft_windows must not be above stft_lengths")
        if self.segment_size <= max(self.stft_lengths) // 2:
            raise ValueError("segment_size must be above half of every stft_lengths")
        return self

    def check_segment(self, key: str, hop_length: int) -> None:
        """ValueError that names `key` unless clips can be cut on frame boundaries."""
        if self.segment_size % hop_length:
            raise ValueError(
                f"{key}.segment_size: must be a multiple of audio.hop_length, {hop_length}"
            )


class FastSpeech2sTraining(WaveformTraining):
    """Training of FastSpeech 2s, beside the keys of `training` (paper section 2.4, appendix B)."""

    mel_weight: float = Field(0.1, ge=0)
    """Weight of the mel decoder's loss (the author's code; the paper's text names none)."""
    learning_rate: float | None = Field(None, gt=0)
    """In the place of training.learning_rate; null: the same."""
    batch_frames: int | None = Field(None, ge=1)
    """In the place of training.batch_frames, beside batch_size; null: the same."""
    start_from_mel_system: bool = False
    """Begin with the trained FastSpeech 2 of the same name (fastspeech2s-no-cwt with
    fastspeech2-no-cwt), if there is one; false, and the paper: from nothing."""


class ParallelWaveGANTraining(WaveformTraining):
    """Training of Parallel WaveGAN (Yamamoto et al. 2020)."""

    steps: int = Field(400_000, ge=1)
    """Optimiser steps."""
    batch_size: int = Field(6, ge=1)
    """Clips in a batch, of one utterance each."""
    segment_size: int = Field(25_600, ge=1)
    """Length of the random clips; a multiple of the hop length. Shorter utterances are padded."""
    discriminator_start: int = Field(100_000, ge=0)
    """Step at which the discriminator joins."""
    learning_rate: float = Field(1e-4, gt=0)
    """Learning rate of the generator (RAdam)."""
    lr_halve_every: int = Field(200_000, ge=1)
    """Steps after which the generator's learning rate is halved, again and again."""
