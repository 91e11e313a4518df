"""The sizes of a waveform generator: of FastSpeech 2s' decoder and of Parallel WaveGAN."""

from math import prod
from typing import Any, Literal

from pydantic import Field, model_validator

from fs2.audio import AudioSettings
from fs2.config.section import Section, apply_size

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

    def check(self, key: str, audio: AudioSettings) -> None:
        """ValueError that names `key` unless a frame becomes `hop_length` samples."""
        made = prod(self.upsampling_factors) * self.samples_per_step
        if made != audio.hop_length:
            raise ValueError(
                f"{key}: upsampling_factors x samples_per_step is {made}, "
                f"but audio.hop_length is {audio.hop_length}"
            )
