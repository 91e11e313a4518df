"""The mel decoder: states of the frames to a mel spectrogram (paper section 2.1)."""

from torch import Tensor, nn

from fs2.nn.feed_forward_settings import FeedForwardModel
from fs2.nn.feed_forward_transformer import FeedForwardTransformer
from fs2.nn.full_precision import FullPrecisionLinear


class MelDecoder(nn.Module):
    """Feed-forward Transformer blocks and a linear layer, without PostNet (paper section 2.1).

    Args:
        n_mels: Bands of the mel spectrogram.
        blocks, channels, heads, feed_forward, kernels, dropout: Of the blocks.
    """

    def __init__(
        self,
        n_mels: int,
        blocks: int,
        channels: int,
        heads: int,
        feed_forward: int,
        kernels: tuple[int, int],
        dropout: float,
    ) -> None:
        super().__init__()
        self.blocks = FeedForwardTransformer(
            blocks, channels, heads, feed_forward, kernels, dropout
        )
        self.output = FullPrecisionLinear(channels, n_mels)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states (batch, frames, channels), mask (batch, frames) -> (batch, frames, n_mels)."""
        x = self.blocks(states, mask)  # (batch, frames, channels)
        return self.output(x) * mask[..., None]  # (batch, frames, n_mels)


def mel_decoder(model: FeedForwardModel, n_mels: int) -> MelDecoder:
    """The mel decoder of a configuration."""
    return MelDecoder(
        n_mels,
        model.decoder_blocks,
        model.hidden,
        model.heads,
        model.feed_forward,
        model.decoder_kernels,
        model.dropout,
    )
