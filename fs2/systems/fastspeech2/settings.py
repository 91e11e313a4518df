"""What can be set of FastSpeech 2: its network and its training; FastSpeech 2s shares most."""

from typing import Literal, Self

from pydantic import Field, model_validator

from fs2.nn.feed_forward_settings import FeedForwardModel
from fs2.nn.transformer_settings import check_kernel
from fs2.training.mel_settings import MelTraining
from fs2.training.settings import AdamTraining


class AcousticModel(FeedForwardModel):
    """Text to states of the frames, and from these to a mel (paper section 2, appendix A)."""

    predictor_layers: int = Field(2, ge=1)
    """Convolutions of the pitch and energy predictors (the author's code has 5)."""
    predictor_kernel: int = Field(3, ge=1)
    """Kernel size of the pitch and energy predictors (the author's code has 5)."""
    pitch: Literal["cwt", "contour", "none"] = "cwt"
    """cwt: predict the pitch spectrogram; contour: the log F0 itself; none: no pitch input."""
    variance_level: Literal["frame", "phoneme"] = "frame"
    """Where pitch and energy are predicted and embedded; phoneme: means, as FastPitch does."""
    energy: bool = True
    """Whether energy is predicted and embedded."""
    pitch_bins: int = Field(256, ge=2)
    """Log-spaced bins of the F0 embedding."""
    energy_bins: int = Field(256, ge=2)
    """Uniform bins of the energy embedding."""
    predict_uv: bool = False
    """Predict voicing too, and embed unvoiced frames apart (the author's code does)."""

    @property
    def controlled(self) -> tuple[str, ...]:
        """The factors that speech follows: those on what is predicted."""
        pitch = () if self.pitch == "none" else ("pitch",)
        return ("pace", *pitch, *(("energy",) if self.energy else ()))

    @model_validator(mode="after")
    def _variances_fit(self) -> Self:
        if self.variance_level == "phoneme" and (self.pitch == "cwt" or self.predict_uv):
            raise ValueError(
                "variance_level: phoneme needs pitch: contour or none, and no predict_uv"
            )
        check_kernel(self.predictor_kernel)
        return self


class FastSpeech2Model(AcousticModel):
    """The network of FastSpeech 2 (paper section 2 and appendix A)."""

    architecture: Literal["fastspeech2"] = "fastspeech2"
    """This network."""


class AcousticTraining(AdamTraining):
    """Losses of the variances (paper sections 2.2 and 2.3)."""

    duration_weight: float = Field(1.0, ge=0)
    """Weight of the duration loss (MSE of log durations)."""
    pitch_weight: float = Field(1.0, ge=0)
    """Weight of the pitch losses (MSE of pitch spectrogram, mean and deviation)."""
    energy_weight: float = Field(1.0, ge=0)
    """Weight of the energy loss (MSE)."""


class FastSpeech2Training(MelTraining, AcousticTraining):
    """Training of FastSpeech 2 (paper section 3.1 and appendix B)."""

    steps: int = Field(160_000, ge=1)
    """Optimiser steps."""
