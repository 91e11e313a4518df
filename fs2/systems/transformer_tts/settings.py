"""What can be set of Transformer TTS: its network and its training."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fs2.systems.autoregressive.settings import AutoregressiveModel, AutoregressiveTraining


class TransformerTTSModel(AutoregressiveModel):
    """The network of Transformer TTS (Li et al. 2019), with FastSpeech 2's encoder."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = {
        "paper": {},
        "small": {
            "hidden": 128,
            "encoder_blocks": 3,
            "decoder_blocks": 3,
            "feed_forward": 256,
            "encoder_kernels": [3, 1],
            "decoder_kernels": [3, 1],
            "prenet_hidden": 256,
            "postnet_layers": 3,
            "postnet_channels": 128,
            "reduction_factor": 3,
        },
    }

    architecture: Literal["transformer_tts"] = "transformer_tts"
    """This network."""
    hidden: int = Field(256, ge=8)
    """Width of encoder and decoder."""
    encoder_blocks: int = Field(4, ge=1)
    """Feed-forward Transformer blocks of the encoder."""
    decoder_blocks: int = Field(4, ge=1)
    """Blocks of the decoder, each with attention to the frames before and to the phonemes."""
    heads: int = Field(2, ge=1)
    """Heads of every attention."""
    feed_forward: int = Field(1024, ge=8)
    """Channels between the two convolutions of a block."""
    encoder_kernels: tuple[int, int] = (9, 1)
    """Kernel sizes of the two convolutions of an encoder block."""
    decoder_kernels: tuple[int, int] = (9, 1)
    """Kernel sizes of the two causal convolutions of a decoder block."""
    dropout: float = Field(0.1, ge=0, le=0.9)
    """Dropout of the blocks."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.hidden % self.heads:
            raise ValueError("hidden must be a multiple of heads")
        for kernel in (*self.encoder_kernels, *self.decoder_kernels, self.postnet_kernel):
            if kernel < 1 or kernel % 2 == 0:
                raise ValueError("kernel sizes must be odd and positive")
        return self


class TransformerTTSTraining(AutoregressiveTraining):
    """Training of Transformer TTS, with the first author's schedule."""

    steps: int = Field(160_000, ge=1)
    """Optimiser steps."""
    batch_frames: int = Field(20_000, ge=100)
    """Mel frames in a batch, padding included."""
    learning_rate: float = Field(2.0, gt=0)
    """Factor on the schedule; with schedule: warmup_cosine, the peak rate itself."""
    warmup_steps: int = Field(8000, ge=1)
    """Steps until the learning rate peaks."""
