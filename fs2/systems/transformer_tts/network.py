"""Transformer TTS: phonemes to mel, frame by frame (Li et al. 2019)."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from fs2.kernels.dropout import Dropout
from fs2.kernels.time_conv import transform_weights
from fs2.nn.feed_forward_transformer import sinusoidal_positions
from fs2.nn.full_precision import FullPrecisionLinear
from fs2.nn.phoneme_encoder import phoneme_encoder
from fs2.systems.autoregressive.network import AutoregressiveNetwork, Decoded, Memory, Step
from fs2.systems.transformer_tts.decoder import BlockState, DecoderBlock
from fs2.systems.transformer_tts.settings import TransformerTTSModel


@dataclass
class DecoderState:
    """Between steps: how many there were, the phonemes' mask, and what each block keeps."""

    steps: int
    blocks: list[BlockState]


class TransformerTTS(AutoregressiveNetwork):
    """FastSpeech 2's encoder, and a Transformer decoder.

    Args:
        model: The section model of the configuration.
        symbols: Size of the vocabulary; symbol 0 is padding.
        n_mels: Bands of the mel spectrogram.
    """

    def __init__(self, model: TransformerTTSModel, symbols: int, n_mels: int) -> None:
        super().__init__(model, n_mels)
        hidden = model.hidden
        self.encoder = phoneme_encoder(model, symbols)
        self.project_in = nn.Linear(model.prenet_hidden, hidden)
        self.position_scale = nn.Parameter(torch.ones(()))  # Li et al. 2019, equation 3
        self.dropout = Dropout(model.dropout)
        self.blocks = nn.ModuleList(
            DecoderBlock(
                hidden, model.heads, model.feed_forward, model.decoder_kernels, model.dropout
            )
            for _ in range(model.decoder_blocks)
        )
        self.norm = nn.LayerNorm(hidden)
        self.to_frames = FullPrecisionLinear(hidden, model.reduction_factor * n_mels)
        self.to_stop = nn.Linear(hidden, 1)

    def encode(self, phonemes: Tensor, lengths: Tensor) -> Memory:
        """As `AutoregressiveNetwork.encode`."""
        return Memory(*self.encoder(phonemes, lengths))

    def decode(self, memory: Memory, inputs: Tensor, step_mask: Tensor) -> Decoded:
        """As `AutoregressiveNetwork.decode`."""
        steps = inputs.shape[1]
        x = self.dropout(self._enter(inputs, 0, steps))  # (batch, steps, hidden)
        attention = []
        for block in self.blocks:
            x, weights = block(x, memory.states, memory.mask)
            attention.append(weights)
        x = self.norm(x)  # (batch, steps, hidden)
        return Decoded(self.to_frames(x), self.to_stop(x)[..., 0], torch.cat(attention, dim=1))

    def begin(self, memory: Memory) -> DecoderState:
        """As `AutoregressiveNetwork.begin`."""
        blocks = [block.begin(memory.states) for block in self.blocks]  # type: ignore[operator]
        return DecoderState(0, blocks)

    def step(self, state: DecoderState, inputs: Tensor, allowed: Tensor) -> Step:
        """As `AutoregressiveNetwork.step`."""
        x = self._enter(inputs[:, None], state.steps, state.steps + 1)  # (batch, 1, hidden)
        state.steps += 1
        attention = []
        for block, own in zip(self.blocks, state.blocks, strict=True):
            x, weights = block.step(own, x, allowed)  # type: ignore[operator]
            attention.append(weights[:, :, 0])
        x = self.norm(x)[:, 0]  # (batch, hidden)
        return Step(self.to_frames(x), self.to_stop(x)[:, 0], torch.cat(attention, dim=1))

    def _enter(self, inputs: Tensor, first: int, end: int) -> Tensor:
        """What the pre-net made of steps first to end, with their positions."""
        x = self.project_in(inputs)
        positions = sinusoidal_positions(end, x.shape[2], x.device)[first:]
        return x + self.position_scale * positions

    def prepare_for_inference(self) -> Self:
        """As `AutoregressiveNetwork.prepare_for_inference`."""
        transform_weights(self)
        return super().prepare_for_inference()
