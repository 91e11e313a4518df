"""What can be set of FastSpeech 2: its network and its training; FastSpeech 2s shares most."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fs2.config.model import ModelSettings
from fs2.training.settings import AdamTraining

SIZES: dict[str, dict[str, Any]] = {
    "paper": {},
    "small": {
        "hidden": 128,
        "encoder_blocks": 3,
        "decoder_blocks": 3,
        "feed_forward": 256,
        "encoder_kernels": [3, 1],
        "dropout": 0.2,
        "predictor_hidden": 128,
        "predictor_grad": 0.1,
    },
}
"""What each value of model.size sets; a key given beside it wins; `paper` is the default."""


class AcousticModel(ModelSettings):
    """Text to states of the frames, and from these to a mel (paper section 2, appendix A)."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = SIZES

    hidden: int = Field(256, ge=8)
    """Width of encoder, variance adaptor and decoder."""
    encoder_blocks: int = Field(4, ge=1)
    """Feed-forward Transformer blocks of the encoder."""
    decoder_blocks: int = Field(4, ge=1)
    """Feed-forward Transformer blocks of the mel decoder."""
    heads: int = Field(2, ge=1)
    """Attention heads of each block."""
    feed_forward: int = Field(1024, ge=8)
    """Channels between the two convolutions of a block."""
    encoder_kernels: tuple[int, int] = (9, 1)
    """Kernel sizes of the two convolutions of an encoder block."""
    decoder_kernels: tuple[int, int] = (9, 1)
    """Kernel sizes of the two convolutions of a decoder block."""
    dropout: float = Field(0.1, ge=0, le=0.9)
    """Dropout of the blocks."""
    predictor_layers: int = Field(2, ge=1)
    """Convolutions of the pitch and energy predictors (the author's code has 5)."""
    predictor_kernel: int = Field(3, ge=1)
    """Kernel size of the pitch and energy predictors (the author's code has 5)."""
    duration_layers: int = Field(2, ge=1)
    """Convolutions of the duration predictor."""
    duration_kernel: int = Field(3, ge=1)
    """Kernel size of the duration predictor."""
    predictor_hidden: int = Field(256, ge=8)
    """Channels of the variance predictors."""
    predictor_dropout: float = Field(0.5, ge=0, le=0.9)
    """Dropout of the variance predictors."""
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
    predictor_grad: float = Field(1.0, ge=0, le=1)
    """Share of the predictors' gradient that reaches the encoder (the author's code: 0)."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.hidden % self.heads:
            raise ValueError("hidden must be a multiple of heads")
        if self.variance_level == "phoneme" and (self.pitch == "cwt" or self.predict_uv):
            raise ValueError(
                "variance_level: phoneme needs pitch: contour or none, and no predict_uv"
            )
        kernels = (*self.encoder_kernels, *self.decoder_kernels)
        for kernel in (*kernels, self.predictor_kernel, self.duration_kernel):
            if kernel < 1 or kernel % 2 == 0:
                raise ValueError("kernel sizes must be odd and positive")
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


class FastSpeech2Training(AcousticTraining):
    """Training of FastSpeech 2 (paper section 3.1 and appendix B)."""

    steps: int = Field(160_000, ge=1)
    """Optimiser steps."""
    mel_weight: float = Field(1.0, ge=0)
    """Weight of the mel loss (MAE)."""
    adversarial_weight: float = Field(0.0, ge=0)
    """Weight of a discriminator's losses on the mel; 0: none, as in the paper."""
    adversarial_start: float = Field(0.4, ge=0, lt=1)
    """Share of the steps after which the discriminator joins."""
    adversarial_learning_rate: float = Field(2e-4, gt=0)
    """Learning rate of the discriminator."""
