"""What can be set of Tacotron 2: its network and its training."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fs2.systems.autoregressive.settings import AutoregressiveModel, AutoregressiveTraining
from fs2.training.settings import Beta


class Tacotron2Model(AutoregressiveModel):
    """The network of Tacotron 2 (Shen et al. 2018, section 2.2)."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = {
        "paper": {},
        "small": {
            "hidden": 192,
            "decoder_hidden": 256,
            "attention_hidden": 64,
            "location_filters": 16,
            "location_kernel": 15,
            "prenet_hidden": 32,
            "postnet_layers": 3,
            "postnet_channels": 128,
            "reduction_factor": 5,
        },
    }

    architecture: Literal["tacotron2"] = "tacotron2"
    """This network."""
    hidden: int = Field(512, ge=8)
    """Width of the encoder, even: embedding, convolutions, and both directions of its LSTM."""
    encoder_layers: int = Field(3, ge=0)
    """Convolutions of the encoder."""
    encoder_kernel: int = Field(5, ge=1)
    """Kernel size of these convolutions, odd."""
    encoder_dropout: float = Field(0.5, ge=0, le=0.9)
    """Dropout of these convolutions."""
    attention_hidden: int = Field(128, ge=4)
    """Width in which the attention compares decoder, phonemes and location."""
    location_filters: int = Field(32, ge=1)
    """Filters that see where the attention was."""
    location_kernel: int = Field(31, ge=1)
    """Phonemes that these filters see, odd."""
    decoder_hidden: int = Field(1024, ge=8)
    """Width of the two LSTMs of the decoder."""
    decoder_dropout: float = Field(0.1, ge=0, le=0.9)
    """Dropout of what these LSTMs put out."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.hidden % 2:
            raise ValueError("hidden must be even: half is for each direction of the LSTM")
        for key in ("encoder_kernel", "location_kernel", "postnet_kernel"):
            if getattr(self, key) % 2 == 0:
                raise ValueError(f"{key} must be odd")
        return self


class Tacotron2Training(AutoregressiveTraining):
    """Training of Tacotron 2 (Shen et al. 2018, section 3.1)."""

    steps: int = Field(160_000, ge=1)
    """Optimiser steps."""
    batch_frames: int = Field(36_000, ge=100)
    """Mel frames in a batch, padding included (64 sentences of LJSpeech are about as many)."""
    mel_loss: Literal["l1", "l2"] = "l2"
    """l1: mean absolute error of the mel, l2: mean squared error; before and after the post-net."""
    learning_rate: float = Field(1e-3, gt=0)
    """Peak of the learning rate; with schedule: transformer, a factor on it."""
    schedule: Literal["transformer", "warmup_cosine"] = "warmup_cosine"
    """transformer: Vaswani's; warmup_cosine: linear rise, then a cosine to zero."""
    warmup_steps: int = Field(1000, ge=1)
    """Steps until the learning rate peaks."""
    adam_betas: tuple[Beta, Beta] = (0.9, 0.999)
    """Adam's beta 1 and beta 2."""
    adam_epsilon: float = Field(1e-6, gt=0)
    """Adam's epsilon."""
    weight_decay: float = Field(1e-6, ge=0)
    """Decoupled weight decay."""
