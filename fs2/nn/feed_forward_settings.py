"""What can be set of the feed-forward Transformers that FastSpeech, FastSpeech 2 and 2s share."""

from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from fs2.nn.transformer_settings import SMALL, TransformerModel, check_kernel

SIZES: dict[str, dict[str, Any]] = {
    "paper": {},
    "small": {
        **SMALL,
        "dropout": 0.2,
        "predictor_hidden": 128,
        "predictor_grad": 0.1,
    },
}
"""What each value of model.size sets; a key given beside it wins; `paper` is the default."""


class FeedForwardModel(TransformerModel):
    """Encoder, duration predictor and decoder (paper sections 2.1 and 2.2, appendix A)."""

    SIZES: ClassVar[dict[str, dict[str, Any]]] = SIZES

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
    def _durations_fit(self) -> Self:
        check_kernel(self.duration_kernel)
        return self
