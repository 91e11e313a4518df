"""What can be set of every autoregressive system."""

from typing import Literal

from pydantic import Field

from fs2.config.model import ModelSettings
from fs2.training.settings import AdamTraining


class AutoregressiveModel(ModelSettings):
    """Mel frames, each of the ones before, with an attention on the phonemes."""

    reduction_factor: int = Field(1, ge=1, le=10)
    """Frames that the decoder makes at a step; with several the attention is learnt sooner."""
    prenet_hidden: int = Field(256, ge=4)
    """Width of the two layers that the last frame goes through."""
    prenet_dropout: float = Field(0.5, ge=0, le=0.9)
    """Dropout of these layers, which stays at inference."""
    postnet_layers: int = Field(5, ge=0)
    """Convolutions that refine the mel; 0: none."""
    postnet_channels: int = Field(512, ge=4)
    """Channels of these convolutions."""
    postnet_kernel: int = Field(5, ge=1)
    """Kernel size of these convolutions, odd."""
    postnet_dropout: float = Field(0.5, ge=0, le=0.9)
    """Dropout of these convolutions."""


class AutoregressiveTraining(AdamTraining):
    """Losses of mel, stop token and attention."""

    mel_loss: Literal["l1", "l2"] = "l1"
    """l1: mean absolute error of the mel, l2: mean squared error; before and after the post-net."""
    stop_weight: float = Field(5.0, ge=0)
    """Weight of the last step in the loss of the stop token; every other step has 1."""
    guided_attention_weight: float = Field(0.0, ge=0)
    """Weight of a loss on attention in the wrong place (after Tachibana et al. 2018); 0: none."""
    guided_attention: Literal["diagonal", "durations"] = "diagonal"
    """What that loss holds for right. diagonal: the same pace throughout; durations: where the
    aligner found the phonemes, which a small network learns at once, but then the durations of this
    system are no longer found by itself."""
    guided_attention_sigma: float = Field(0.3, gt=0)
    """diagonal: how far from it attention is free, as a share of the clip."""
    guided_attention_share: float = Field(1.0, ge=0, le=1)
    """Share of the steps, from the first on, in which that loss counts."""
    alignment_weight: float = Field(0.0, ge=0)
    """Weight of a loss on attention that does not go through all phonemes in order (the forward-sum
    of Badlani et al. 2022); 0: none."""
