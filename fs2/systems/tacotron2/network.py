"""Tacotron 2: phonemes to mel, frame by frame (Shen et al. 2018, section 2.2)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fs2.kernels.dropout import Dropout
from fs2.nn.full_precision import FullPrecisionLinear
from fs2.systems.autoregressive.network import AutoregressiveNetwork, Decoded, Memory, Step
from fs2.systems.tacotron2.attention import AttentionState, LocationSensitiveAttention
from fs2.systems.tacotron2.encoder import Encoder
from fs2.systems.tacotron2.settings import Tacotron2Model

LSTMState = tuple[Tensor, Tensor]
"""Hidden and cell state, (batch, hidden) each."""


@dataclass
class DecoderState:
    """Between steps: what the attention knows, and the state of each LSTM."""

    attention: AttentionState
    attention_lstm: LSTMState
    decoder_lstm: LSTMState


class Tacotron2(AutoregressiveNetwork):
    """Convolutions and LSTM; an LSTM whose attention leads it through the text; a second LSTM.

    What the second LSTM says does not come back to the first. So in training it runs after the
    loop over the steps, over all of them in one call.

    Args:
        model: The section model of the configuration.
        symbols: Size of the vocabulary; symbol 0 is padding.
        n_mels: Bands of the mel spectrogram.
    """

    def __init__(self, model: Tacotron2Model, symbols: int, n_mels: int) -> None:
        super().__init__(model, n_mels)
        channels, hidden = model.hidden, model.decoder_hidden
        self.encoder = Encoder(model, symbols)
        self.attention_lstm = nn.LSTMCell(model.prenet_hidden + channels, hidden)
        self.attention = LocationSensitiveAttention(
            hidden,
            channels,
            model.attention_hidden,
            model.location_filters,
            model.location_kernel,
        )
        self.decoder_lstm = nn.LSTM(hidden + channels, hidden, batch_first=True)
        self.dropout = Dropout(model.decoder_dropout)
        self.to_frames = FullPrecisionLinear(hidden + channels, model.reduction_factor * n_mels)
        self.to_stop = nn.Linear(hidden + channels, 1)

    def encode(self, phonemes: Tensor, lengths: Tensor) -> Memory:
        """As `AutoregressiveNetwork.encode`."""
        return Memory(*self.encoder(phonemes, lengths))

    def begin(self, memory: Memory) -> DecoderState:
        """As `AutoregressiveNetwork.begin`."""
        zeros = memory.states.new_zeros(len(memory.mask), self.decoder_lstm.hidden_size)
        return DecoderState(self.attention.begin(memory.states), (zeros, zeros), (zeros, zeros))

    def decode(self, memory: Memory, inputs: Tensor, step_mask: Tensor) -> Decoded:
        """As `AutoregressiveNetwork.decode`."""
        state = self.begin(memory)
        queries, contexts, attention = [], [], []
        for x in inputs.unbind(1):
            query, weights = self._attend(state, x, memory.mask)
            queries.append(query)
            contexts.append(state.attention.context)
            attention.append(weights)
        context = torch.stack(contexts, dim=1)  # (batch, steps, channels)
        x = torch.cat((torch.stack(queries, dim=1), context), dim=2)
        x, _ = self.decoder_lstm(x)  # (batch, steps, hidden)
        x = torch.cat((self.dropout(x), context), dim=2)  # (batch, steps, hidden + channels)
        weights = torch.stack(attention, dim=1)  # (batch, steps, phonemes)
        return Decoded(self.to_frames(x), self.to_stop(x)[..., 0], weights[:, None])

    def step(self, state: DecoderState, inputs: Tensor, allowed: Tensor) -> Step:
        """As `AutoregressiveNetwork.step`."""
        query, weights = self._attend(state, inputs, allowed)
        context = state.attention.context
        x = torch.cat((query, context), dim=1)  # (batch, hidden + channels)
        state.decoder_lstm = torch.lstm_cell(
            x, state.decoder_lstm, *self.decoder_lstm.all_weights[0]
        )
        x = torch.cat((state.decoder_lstm[0], context), dim=1)  # (batch, hidden + channels)
        return Step(self.to_frames(x), self.to_stop(x)[:, 0], weights[:, None])

    def _attend(self, state: DecoderState, x: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """A step of the first LSTM and of the attention: query and weights; changes the state.

        x (batch, prenet_hidden), allowed (batch, phonemes) -> (batch, hidden), (batch, phonemes).
        """
        x = torch.cat((x, state.attention.context), dim=1)  # (batch, prenet_hidden + channels)
        state.attention_lstm = self.attention_lstm(x, state.attention_lstm)
        query = self.dropout(state.attention_lstm[0])  # (batch, hidden)
        return query, self.attention(state.attention, query, allowed)
