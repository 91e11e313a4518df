"""What can be set of every network with a Transformer for the phonemes and one for the mel."""

from typing import Any, Self

from pydantic import Field, model_validator

from fs2.config.model import ModelSettings

SMALL: dict[str, Any] = {
    "hidden": 128,
    "encoder_blocks": 3,
    "decoder_blocks": 3,
    "feed_forward": 256,
    "encoder_kernels": [3, 1],
}
"""What `model.size: small` sets of them."""


class TransformerModel(ModelSettings):
    """Encoder and decoder of Transformer blocks (paper section 2.1, appendix A)."""

    hidden: int = Field(256, ge=8)
    """Width of encoder and decoder, and of what lies between them."""
    encoder_blocks: int = Field(4, ge=1)
    """Feed-forward Transformer blocks of the encoder."""
    decoder_blocks: int = Field(4, ge=1)
    """Blocks of the mel decoder; autoregressive, each attends to the frames before and to the
    phonemes."""
    heads: int = Field(2, ge=1)
    """Heads of every attention."""
    feed_forward: int = Field(1024, ge=8)
    """Channels between the two convolutions of a block."""
    encoder_kernels: tuple[int, int] = (9, 1)
    """Kernel sizes of the two convolutions of an encoder block."""
    decoder_kernels: tuple[int, int] = (9, 1)
    """Kernel sizes of the two convolutions of a decoder block; autoregressive, these are causal."""
    dropout: float = Field(0.1, ge=0, le=0.9)
    """Dropout of the blocks."""

    @model_validator(mode="after")
    def _transformers_fit(self) -> Self:
        if self.hidden % self.heads:
            raise ValueError("hidden must be a multiple of heads")
        for kernel in (*self.encoder_kernels, *self.decoder_kernels):
            check_kernel(kernel)
        return self


def check_kernel(size: int) -> None:
    """ValueError unless a convolution of this kernel size has a middle."""
    if size < 1 or size % 2 == 0:
        raise ValueError("kernel sizes must be odd and positive")
