"""FastSpeech 2: phonemes to mel spectrogram in one parallel pass (paper section 2, figure 1a)."""

from typing import Self

from torch import Tensor, nn

from fs2.config.features import Features
from fs2.features.statistics import Statistics
from fs2.kernels.time_conv import transform_weights
from fs2.nn.mel_decoder import mel_decoder
from fs2.nn.phoneme_encoder import phoneme_encoder
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.settings import AcousticModel
from fs2.systems.fastspeech2.variance_adaptor import VarianceAdaptor
from fs2.systems.fastspeech2.variances import Adapted, Variances
from fs2.systems.phoneme_controls import PhonemeControls


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
        self.encoder = phoneme_encoder(model, symbols)
        self.variance_adaptor = VarianceAdaptor(model, features, statistics)
        self.mel_decoder = mel_decoder(model, n_mels)

    def forward(
        self,
        phonemes: Tensor,
        lengths: Tensor,
        given: Variances | None = None,
        controls: Controls | PhonemeControls | None = None,
    ) -> tuple[Tensor, Adapted]:
        """Phonemes to mel; the variances are given, as in training, or else predicted.

        Args:
            phonemes: (batch, phonemes), int64.
            lengths: (batch,), phonemes of each clip.
            given: Variances that stand in the place of predictions.
            controls: Factors on the predictions, of the whole sentence or phoneme by phoneme.

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
