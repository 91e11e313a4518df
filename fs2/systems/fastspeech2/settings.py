"""The part of the configuration that describes the network."""

from typing import Any, Literal

from pydantic import Field, model_validator

from fs2.config.section import Section, apply_size
from fs2.nn.waveform_settings import WaveformGeneratorConfig

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
        "waveform_decoder": {"size": "small"},
    },
}
"""What each value of model.size sets; a key given beside it wins; `paper` is the default."""


class Model(Section):
    """The network (paper section 2 and appendix A)."""

    size: Literal["paper", "small"] = "paper"
    """paper: the paper's widths; small: for training on two CPU cores. Sets the keys below."""
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
    output: Literal["mel", "waveform"] = "mel"
    """mel: FastSpeech 2; waveform: FastSpeech 2s."""
    mel_decoder: bool = True
    """waveform: whether a mel decoder helps in training (it is dropped at inference)."""
    waveform_decoder: WaveformGeneratorConfig = WaveformGeneratorConfig()
    """waveform: the waveform decoder."""

    @model_validator(mode="before")
    @classmethod
    def _apply_size(cls, values: Any) -> Any:
        return apply_size(SIZES, "paper", values)

    @model_validator(mode="after")
    def _consistent(self) -> "Model":
        if self.output == "mel" and not self.mel_decoder:
            raise ValueError("mel_decoder: false needs output: waveform")
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
