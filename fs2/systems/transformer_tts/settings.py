"""What can be set of Transformer TTS: its network and its training."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fs2.nn.transformer_settings import SMALL, TransformerModel, check_kernel
from fs2.systems.autoregressive.settings import AutoregressiveModel, AutoregressiveTraining


class TransformerTTSModel(TransformerModel, AutoregressiveModel):
    """The network of Transformer TTS (Li et al. 2019), with FastSpeech 2's encoder."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = {
        "paper": {},
        "small": {
            **SMALL,
            "decoder_kernels": [3, 1],
            "prenet_hidden": 256,
            "postnet_layers": 3,
            "postnet_channels": 128,
            "reduction_factor": 3,
        },
    }

    architecture: Literal["transformer_tts"] = "transformer_tts"
    """This network."""

    @model_validator(mode="after")
    def _postnet_fits(self) -> Self:
        check_kernel(self.postnet_kernel)
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
