"""What can be set of FastSpeech 2s, beside what it shares with FastSpeech 2."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from fs2.audio import AudioSettings
from fs2.nn.feed_forward_settings import SIZES
from fs2.nn.waveform_settings import WaveformGeneratorConfig
from fs2.systems.fastspeech2.settings import AcousticModel, AcousticTraining
from fs2.training.waveform_settings import WaveformTraining


class FastSpeech2sModel(AcousticModel):
    """The network of FastSpeech 2s (paper section 2.4 and appendix A)."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = {
        **SIZES,
        "small": {**SIZES["small"], "waveform_decoder": {"size": "small"}},
    }

    architecture: Literal["fastspeech2s"] = "fastspeech2s"
    """This network."""
    mel_decoder: bool = True
    """Whether a mel decoder helps in training; inference does without."""
    waveform_decoder: WaveformGeneratorConfig = WaveformGeneratorConfig()
    """The waveform decoder."""

    def check(self, key: str, audio: AudioSettings) -> None:
        """As `Section.check`: a frame must become `audio.hop_length` samples."""
        self.waveform_decoder.check(f"{key}.waveform_decoder", audio)


class FastSpeech2sTraining(WaveformTraining, AcousticTraining):
    """Training of FastSpeech 2s (paper section 2.4 and appendix B)."""

    steps: int = Field(600_000, ge=1)
    """Optimiser steps."""
    mel_weight: float = Field(0.1, ge=0)
    """Weight of the mel decoder's loss (the author's code; the paper's text names none)."""
    warm_start: bool = False
    """Begin with the weights of the trained system that the system's file names as `starts_from`,
    if it names one; false, and the paper: from nothing."""
