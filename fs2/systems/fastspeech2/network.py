"""FastSpeech 2: phonemes to mel spectrogram in one parallel pass (paper section 2, figure 1a)."""

from typing import Self

import torch
from torch import Tensor, nn

from fs2.config.features import Features
from fs2.features.statistics import Statistics
from fs2.kernels.time_conv import transform_weights
from fs2.nn.feed_forward_transformer import FeedForwardTransformer, length_mask
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.settings import AcousticModel
from fs2.systems.fastspeech2.variance_adaptor import VarianceAdaptor
from fs2.systems.fastspeech2.variances import Adapted, Variances


class PhonemeEncoder(nn.Module):
    """Embedding of the phonemes and feed-forward Transformer blocks; symbol 0 is padding."""

    def __init__(self, model: AcousticModel, symbols: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(symbols, model.hidden, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=model.hidden**-0.5)
        with torch.no_grad():
            self.embedding.weight[0].zero_()
        self.scale = model.hidden**0.5
        self.blocks = FeedForwardTransformer(
            model.encoder_blocks,
            model.hidden,
            model.heads,
            model.feed_forward,
            model.encoder_kernels,
            model.dropout,
        )

    def forward(self, phonemes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """phonemes (batch, phonemes), lengths (batch,) -> states, mask (batch, phonemes)."""
        mask = length_mask(lengths, phonemes.shape[1])  # (batch, phonemes)
        x = self.embedding(phonemes) * self.scale  # (batch, phonemes, hidden)
        return self.blocks(x, mask), mask


class MelDecoder(nn.Module):
    """Feed-forward Transformer blocks and a linear layer, without PostNet (paper section 2.1)."""

    def __init__(self, model: AcousticModel, n_mels: int) -> None:
        super().__init__()
        self.blocks = FeedForwardTransformer(
            model.decoder_blocks,
            model.hidden,
            model.heads,
            model.feed_forward,
            model.decoder_kernels,
            model.dropout,
        )
        self.output = nn.Linear(model.hidden, n_mels)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states (batch, frames, hidden), mask (batch, frames) -> (batch, frames, n_mels)."""
        x = self.blocks(states, mask).float()  # (batch, frames, hidden)
        with torch.autocast(x.device.type, enabled=False):  # bfloat16 would round the mel audibly
            return self.output(x) * mask[..., None]  # (batch, frames, n_mels)


class FastSpeech2(nn.Module):
    """Encoder, variance adaptor and mel decoder.

    Args:
        model: The section model of the configuration.
        features: The section features of the configuration.
        symbols: Size of the vocabulary; symbol 0 is padding.
        n_mels: Bands of the mel spectrogram.
        statistics: Those of the training split.
    """

    def __init__(
        self,
        model: AcousticModel,
        features: Features,
        symbols: int,
        n_mels: int,
        statistics: Statistics,
    ) -> None:
        super().__init__()
        self.encoder = PhonemeEncoder(model, symbols)
        self.variance_adaptor = VarianceAdaptor(model, features, statistics)
        self.mel_decoder = MelDecoder(model, n_mels)

    def forward(
        self,
        phonemes: Tensor,
        lengths: Tensor,
        given: Variances | None = None,
        controls: Controls | None = None,
    ) -> tuple[Tensor, Adapted]:
        """Phonemes to mel; the variances are given, as in training, or else predicted.

        Args:
            phonemes: (batch, phonemes), int64.
            lengths: (batch,), phonemes of each clip.
            given: Variances that stand in the place of predictions.
            controls: Factors on the predictions.

        Returns:
            The mel (batch, frames, n_mels), natural log, zero in padding; and what the variance
            adaptor made.
        """
        states, mask = self.encoder(phonemes, lengths)  # (batch, phonemes, hidden)
        adapted = self.variance_adaptor(states, mask, given, controls)
        mel = self.mel_decoder(adapted.states, adapted.mask)  # (batch, frames, n_mels)
        return mel, adapted

    def prepare_for_inference(self) -> Self:
        """Make ready for inference on the device where the model is now, and for that only."""
        transform_weights(self)
        return self.eval().requires_grad_(False)
