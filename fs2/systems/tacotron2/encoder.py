"""The encoder: phonemes to states (Shen et al. 2018, section 2.2)."""

import torch
from torch import Tensor, nn

from fs2.kernels.dropout import Dropout
from fs2.nn.feed_forward_transformer import length_mask
from fs2.systems.tacotron2.settings import Tacotron2Model


class BidirectionalLSTM(nn.Module):
    """An LSTM a direction, each of half the channels; padding comes after a sequence's last state.

    The second reads every sequence turned around within its own length, so that neither meets
    padding before the sequence ends.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.forwards = nn.LSTM(channels, channels // 2, batch_first=True)
        self.backwards = nn.LSTM(channels, channels // 2, batch_first=True)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """x (batch, time, channels), lengths (batch,) -> (batch, time, channels)."""
        time = torch.arange(x.shape[1], device=x.device)
        turned = (lengths[:, None] - 1 - time).where(time < lengths[:, None], time)  # (batch, time)
        ahead, _ = self.forwards(x)  # (batch, time, channels / 2)
        behind, _ = self.backwards(_gather(x, turned))  # (batch, time, channels / 2)
        return torch.cat((ahead, _gather(behind, turned)), dim=2)


def _gather(x: Tensor, index: Tensor) -> Tensor:
    """Rows of x (batch, time, channels) in the order of index (batch, time)."""
    return x.gather(1, index[..., None].expand(-1, -1, x.shape[2]))


class Encoder(nn.Module):
    """Embedding, convolutions with batch norm, and a bidirectional LSTM; symbol 0 is padding.

    Args:
        model: The section model of the configuration.
        symbols: Size of the vocabulary.
    """

    def __init__(self, model: Tacotron2Model, symbols: int) -> None:
        super().__init__()
        hidden, kernel = model.hidden, model.encoder_kernel
        self.embedding = nn.Embedding(symbols, hidden, padding_idx=0)
        self.convolutions = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(hidden, hidden, kernel, padding=kernel // 2, bias=False),
                nn.BatchNorm1d(hidden),
                nn.ReLU(),
                Dropout(model.encoder_dropout),
            )
            for _ in range(model.encoder_layers)
        )
        self.lstm = BidirectionalLSTM(hidden)

    def forward(self, phonemes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """phonemes (batch, phonemes), lengths (batch,) -> states, mask (batch, phonemes)."""
        mask = length_mask(lengths, phonemes.shape[1])  # (batch, phonemes)
        x = self.embedding(phonemes).transpose(1, 2)  # (batch, hidden, phonemes)
        for convolution in self.convolutions:
            x = convolution(x) * mask[:, None]  # (batch, hidden, phonemes)
        x = self.lstm(x.transpose(1, 2), lengths)  # (batch, phonemes, hidden)
        return x * mask[..., None], mask
