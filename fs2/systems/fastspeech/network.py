"""FastSpeech: phonemes to mel in one parallel pass (Ren et al. 2019, section 3)."""

from dataclasses import dataclass
from typing import Self

from torch import Tensor, nn

from fs2.kernels.time_conv import transform_weights
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.length_regulator import longest, regulate_length
from fs2.nn.mel_decoder import mel_decoder
from fs2.nn.phoneme_encoder import phoneme_encoder
from fs2.nn.variance_predictor import VariancePredictor, scale_gradient
from fs2.systems.controls import Controls
from fs2.systems.fastspeech.settings import FastSpeechModel
from fs2.systems.phoneme_controls import PhonemeControls, spoken_durations


@dataclass(frozen=True)
class Predicted:
    """What the network makes.

    Attributes:
        mel: (batch, frames, n_mels), natural log, zero in padding.
        frame_mask: (batch, frames), true inside a clip.
        phoneme_mask: (batch, phonemes), true inside a clip.
        durations: (batch, phonemes), int64, frames; given or predicted.
        log_durations: (batch, phonemes), log(frames + 1), as predicted.
    """

    mel: Tensor
    frame_mask: Tensor
    phoneme_mask: Tensor
    durations: Tensor
    log_durations: Tensor


class FastSpeech(nn.Module):
    """Encoder, duration predictor, length regulator and mel decoder.

    Args:
        model: The section model of the configuration.
        symbols: Size of the vocabulary; symbol 0 is padding.
        n_mels: Bands of the mel spectrogram.
    """

    def __init__(self, model: FastSpeechModel, symbols: int, n_mels: int) -> None:
        super().__init__()
        self.predictor_grad = model.predictor_grad
        self.encoder = phoneme_encoder(model, symbols)
        self.duration_predictor = VariancePredictor(
            model.hidden,
            model.predictor_hidden,
            1,
            model.duration_layers,
            model.duration_kernel,
            model.predictor_dropout,
        )
        self.mel_decoder = mel_decoder(model, n_mels)

    def forward(
        self,
        phonemes: Tensor,
        lengths: Tensor,
        durations: Tensor | None = None,
        frames: int | None = None,
        controls: Controls | PhonemeControls | None = None,
    ) -> Predicted:
        """Phonemes to mel; the durations are given, as in training, or else predicted.

        Args:
            phonemes: (batch, phonemes), int64.
            lengths: (batch,), phonemes of each clip.
            durations: (batch, phonemes), int64, frames, that stand in the place of predictions.
            frames: Length of the mel, padding included; None: that of the longest clip.
            controls: Whose pace the predicted durations follow.
        """
        states, phoneme_mask = self.encoder(phonemes, lengths)  # (batch, phonemes, hidden)
        given = scale_gradient(states, self.predictor_grad)
        log_durations = self.duration_predictor(given, phoneme_mask)[0].squeeze(2)
        if durations is None:
            durations = spoken_durations(log_durations, phoneme_mask, controls or Controls())
        frame_lengths = durations.sum(dim=1)
        frame_mask = length_mask(frame_lengths, frames or longest(frame_lengths))
        x = regulate_length(states, durations, frame_mask.shape[1])  # (batch, frames, hidden)
        mel = self.mel_decoder(x * frame_mask[..., None], frame_mask)  # (batch, frames, n_mels)
        return Predicted(mel, frame_mask, phoneme_mask, durations, log_durations)

    def prepare_for_inference(self) -> Self:
        """Make ready for inference on the device where the model is now, and for that only."""
        transform_weights(self)
        return self.eval().requires_grad_(False)
