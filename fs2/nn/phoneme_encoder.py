"""The encoder: phonemes to states (paper section 2.1)."""

import torch
from torch import Tensor, nn

from fs2.nn.feed_forward_transformer import FeedForwardTransformer, length_mask
from fs2.nn.transformer_settings import TransformerModel


class PhonemeEncoder(nn.Module):
    """Embedding of the phonemes and feed-forward Transformer blocks; symbol 0 is padding.

    Args:
        symbols: Size of the vocabulary.
        blocks, channels, heads, feed_forward, kernels, dropout: Of the blocks.
    """

    def __init__(
        self,
        symbols: int,
        blocks: int,
        channels: int,
        heads: int,
        feed_forward: int,
        kernels: tuple[int, int],
        dropout: float,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(symbols, channels, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=channels**-0.5)
        with torch.no_grad():
            self.embedding.weight[0].zero_()
        self.scale = channels**0.5
        self.blocks = FeedForwardTransformer(
            blocks, channels, heads, feed_forward, kernels, dropout
        )

    def forward(self, phonemes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """phonemes (batch, phonemes), lengths (batch,) -> states, mask (batch, phonemes)."""
        mask = length_mask(lengths, phonemes.shape[1])  # (batch, phonemes)
        x = self.embedding(phonemes) * self.scale  # (batch, phonemes, channels)
        return self.blocks(x, mask), mask


def phoneme_encoder(model: TransformerModel, symbols: int) -> PhonemeEncoder:
    """The encoder of a configuration."""
    return PhonemeEncoder(
        symbols,
        model.encoder_blocks,
        model.hidden,
        model.heads,
        model.feed_forward,
        model.encoder_kernels,
        model.dropout,
    )
