"""What an autoregressive network is asked: all frames at once in training, else step by step."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fs2.nn.feed_forward_transformer import length_mask
from fs2.systems.autoregressive.postnet import Postnet
from fs2.systems.autoregressive.prenet import KeptUnits, Prenet
from fs2.systems.autoregressive.settings import AutoregressiveModel

MEL_CENTRE, MEL_SCALE = -5.0, 2.5
"""The networks see (mel - centre) / scale: natural logs of speech lie about 5 below 0."""


@dataclass(frozen=True)
class Memory:
    """The encoded phonemes: states (batch, phonemes, hidden), mask (batch, phonemes)."""

    states: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Decoded:
    """What a decoder makes of all steps at once.

    Attributes:
        frames: (batch, steps, reduction_factor * n_mels), as the network sees a mel.
        stop_logits: (batch, steps).
        attention: (batch, heads, steps, phonemes), of every layer and head.
    """

    frames: Tensor
    stop_logits: Tensor
    attention: Tensor


@dataclass(frozen=True)
class TeacherForced:
    """The result of training's forward pass, in which each step sees the recorded frames before.

    Attributes:
        mel, refined: (batch, frames, n_mels), natural log, before and after the post-net; zero in
            padding.
        stop_logits: (batch, steps).
        attention: (batch, heads, steps, phonemes).
        step_lengths: (batch,), int64.
    """

    mel: Tensor
    refined: Tensor
    stop_logits: Tensor
    attention: Tensor
    step_lengths: Tensor


@dataclass(frozen=True)
class Step:
    """One step at inference.

    Attributes:
        frames: (batch, reduction_factor * n_mels), as the network sees a mel.
        stop_logits: (batch,).
        attention: (batch, heads, phonemes).
    """

    frames: Tensor
    stop_logits: Tensor
    attention: Tensor


class AutoregressiveNetwork(nn.Module, ABC):
    """Encoder, decoder and post-net; a subclass has the first two and ends with no parts of others.

    Args:
        model: The section model of the configuration.
        n_mels: Bands of the mel spectrogram.
    """

    def __init__(self, model: AutoregressiveModel, n_mels: int) -> None:
        super().__init__()
        self.n_mels = n_mels
        self.reduction_factor = model.reduction_factor
        self.prenet = Prenet(n_mels, model.prenet_hidden, model.prenet_dropout)
        self.postnet = Postnet(model, n_mels)

    @abstractmethod
    def encode(self, phonemes: Tensor, lengths: Tensor) -> Memory:
        """phonemes (batch, phonemes), lengths (batch,)."""

    @abstractmethod
    def decode(self, memory: Memory, inputs: Tensor, step_mask: Tensor) -> Decoded:
        """All steps, from what the pre-net made of the frame before each.

        inputs (batch, steps, prenet_hidden), step_mask (batch, steps).
        """

    @abstractmethod
    def begin(self, memory: Memory) -> Any:
        """The state of a decoder before its first step."""

    @abstractmethod
    def step(self, state: Any, inputs: Tensor, allowed: Tensor) -> Step:
        """One step; changes the state.

        inputs (batch, prenet_hidden), allowed (batch, phonemes): where attention may be.
        """

    def forward(
        self, phonemes: Tensor, lengths: Tensor, mel: Tensor, frame_lengths: Tensor
    ) -> TeacherForced:
        """Every frame from the recorded ones before.

        Args:
            phonemes: (batch, phonemes), int64.
            lengths: (batch,), phonemes of each clip.
            mel: (batch, frames, n_mels), natural log.
            frame_lengths: (batch,).
        """
        batch, frames, _ = mel.shape
        factor = self.reduction_factor
        steps = -(-frames // factor)
        step_lengths = -(-frame_lengths // factor)
        last = mel[:, factor - 1 : (steps - 1) * factor : factor]  # (batch, steps - 1, n_mels)
        before = F.pad((last - MEL_CENTRE) / MEL_SCALE, (0, 0, 1, 0))  # (batch, steps, n_mels)
        kept = None if self.training else KeptUnits(self.prenet, mel.device)(steps)
        memory = self.encode(phonemes, lengths)
        step_mask = length_mask(step_lengths, steps)
        decoded = self.decode(memory, self.prenet(before, kept), step_mask)
        made = decoded.frames.reshape(batch, steps * factor, self.n_mels)[:, :frames].float()
        mask = length_mask(frame_lengths, frames)
        return TeacherForced(
            made.mul(MEL_SCALE).add(MEL_CENTRE) * mask[..., None],
            self.refine(made, mask),
            decoded.stop_logits.float(),
            decoded.attention,
            step_lengths,
        )

    def refine(self, made: Tensor, mask: Tensor) -> Tensor:
        """The mel in natural log, (batch, frames, n_mels), of frames as the network sees them."""
        refined = (made + self.postnet(made, mask)).float()
        return (refined * MEL_SCALE + MEL_CENTRE) * mask[..., None]

    def prepare_for_inference(self) -> Self:
        """Make ready for inference on the device where the model is now, and for that only."""
        return self.eval().requires_grad_(False)


def zero_frame(network: AutoregressiveNetwork, memory: Memory) -> Tensor:
    """What stands before the first frame, (batch, n_mels)."""
    return torch.zeros(len(memory.mask), network.n_mels, device=memory.mask.device)
