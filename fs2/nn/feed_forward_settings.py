"""What can be set of the feed-forward Transformers that FastSpeech, FastSpeech 2 and 2s share."""

from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from fs2.config.model import ModelSettings

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


class FeedForwardModel(ModelSettings):
    """Encoder, duration predictor and decoder (paper sections 2.1 and 2.2, appendix A)."""

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
    duration_layers: int = Field(2, ge=1)
    """Convolutions of the duration predictor."""
    duration_kernel: int = Field(3, ge=1)
    """Kernel size of the duration predictor."""
    predictor_hidden: int = Field(256, ge=8)
    """Channels of the predictors."""
    predictor_dropout: float = Field(0.5, ge=0, le=0.9)
    """Dropout of the predictors."""
    predictor_grad: float = Field(1.0, ge=0, le=1)
    """Share of the predictors' gradient that reaches the encoder (the author's code: 0)."""

    @model_validator(mode="after")
    def _transformers_fit(self) -> Self:
        if self.hidden % self.heads:
            raise ValueError("hidden must be a multiple of heads")
        for kernel in (*self.encoder_kernels, *self.decoder_kernels, self.duration_kernel):
            check_kernel(kernel)
        return self


def check_kernel(size: int) -> None:
    """ValueError unless a convolution of this kernel size has a middle."""
    if size < 1 or size % 2 == 0:
        raise ValueError("kernel sizes must be odd and positive")
