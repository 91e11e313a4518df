"""What can be set of Parallel WaveGAN: its generator and its training."""

from typing import Literal

from pydantic import Field

from fs2.audio import AudioSettings
from fs2.config.section import Section
from fs2.nn.waveform_settings import WaveformGeneratorConfig
from fs2.training.waveform_settings import WaveformTraining


class ParallelWaveGANGeneratorConfig(WaveformGeneratorConfig):
    """The generator of Parallel WaveGAN (Yamamoto et al. 2020)."""

    upsampling: Literal["transposed", "interpolated"] = "interpolated"
    """As in the waveform decoder of FastSpeech 2s."""
    source: Literal["conditioning", "noise", "harmonics"] = "noise"
    """As in the waveform decoder of FastSpeech 2s; F0 for the harmonics is found from the mel."""


class ParallelWaveGANTraining(WaveformTraining):
    """Training of Parallel WaveGAN (Yamamoto et al. 2020)."""

    steps: int = Field(400_000, ge=1)
    """Optimiser steps."""
    batch_size: int = Field(6, ge=1)
    """Segments in a batch, of one utterance each."""
    segment_size: int = Field(25_600, ge=1)
    """Length of the random segments, in samples; a multiple of the hop length. Shorter utterances
    are padded."""
    discriminator_start: int = Field(100_000, ge=0)
    """Step at which the discriminator joins."""
    learning_rate: float = Field(1e-4, gt=0)
    """Learning rate of the generator (RAdam)."""
    lr_halve_every: int = Field(200_000, ge=1)
    """Steps after which the generator's learning rate is halved, again and again."""


class ParallelWaveGANSettings(Section):
    """The vocoder that is trained on the corpus (Yamamoto et al. 2020)."""

    generator: ParallelWaveGANGeneratorConfig = ParallelWaveGANGeneratorConfig()
    """The generator."""
    training: ParallelWaveGANTraining = ParallelWaveGANTraining()
    """Its training; seed, device, precision and intervals are those of the section training."""

    def check(self, key: str, audio: AudioSettings) -> None:
        """As `Section.check`: frames and segments must fit `audio.hop_length`."""
        self.generator.check(f"{key}.generator", audio)
        self.training.check(f"{key}.training", audio)
