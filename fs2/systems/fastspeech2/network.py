"""FastSpeech 2: phonemes to mel spectrogram in one parallel pass (paper section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from fs2.config.schema import Features
from fs2.nn.feed_forward_transformer import (
    FeedForwardTransformer,
    length_mask,
    transform_weights,
)
from fs2.systems.fastspeech2.settings import Model
from fs2.systems.fastspeech2.variance_adaptor import (
    Adapted,
    VarianceAdaptor,
    VariancePrediction,
    Variances,
)


@dataclass
class Prediction:
    """What `infer` returns.

    Attributes:
        mel: (batch, frames, mel bands), natural log; zero beyond a clip's end.
        frame_lengths: (batch,), frames of each clip.
        durations: (batch, phonemes), frames.
        f0: (batch, frames), Hz, 0 where unvoiced if voicing is predicted; None without pitch.
        energy: (batch, frames), L2 norm of the STFT frame; None without energy.
    """

    mel: Tensor
    frame_lengths: Tensor
    durations: Tensor
    f0: Tensor | None
    energy: Tensor | None


class FastSpeech2(nn.Module):
    """Encoder, variance adaptor and mel decoder; a linear layer makes the mel, without PostNet.

    Args:
        model: The section model of the configuration.
        features: The section features of the configuration.
        symbols: Size of the vocabulary; symbol 0 is padding.
        n_mels: Bands of the mel spectrogram.
        statistics: Those of the training split, as in the features file.
    """

    def __init__(
        self,
        model: Model,
        features: Features,
        symbols: int,
        n_mels: int,
        statistics: Mapping[str, float],
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(symbols, model.hidden, padding_idx=0)
        nn.init.normal_(self.embedding.weight, std=model.hidden**-0.5)
        with torch.no_grad():
            self.embedding.weight[0].zero_()
        self.scale = model.hidden**0.5
        self.encoder = FeedForwardTransformer(
            model.encoder_blocks,
            model.hidden,
            model.heads,
            model.feed_forward,
            model.encoder_kernels,
            model.dropout,
        )
        self.variance_adaptor = VarianceAdaptor(model, features, statistics)
        self.decoder = FeedForwardTransformer(
            model.decoder_blocks,
            model.hidden,
            model.heads,
            model.feed_forward,
            model.decoder_kernels,
            model.dropout,
        )
        self.mel_output = nn.Linear(model.hidden, n_mels)

    def forward(
        self, phonemes: Tensor, phoneme_lengths: Tensor, frame_lengths: Tensor, variances: Variances
    ) -> tuple[Tensor, VariancePrediction]:
        """Training: teacher-forced by the ground-truth variances.

        phonemes (batch, phonemes) int64, lengths (batch,)
        -> mel (batch, frames, mel bands), zero in padding, and the predicted variances.
        """
        x, mask, prediction = self.adapt(phonemes, phoneme_lengths, frame_lengths, variances)
        return self.decode_mel(x, mask), prediction

    def adapt(
        self, phonemes: Tensor, phoneme_lengths: Tensor, frame_lengths: Tensor, variances: Variances
    ) -> tuple[Tensor, Tensor, VariancePrediction]:
        """Training up to the variance adaptor; arguments as those of `forward`.

        -> states (batch, frames, hidden), mask (batch, frames), and the predicted variances.
        """
        states, phoneme_mask = self._encode(phonemes, phoneme_lengths)
        frame_mask = length_mask(frame_lengths, variances.log_f0.shape[1])
        x, prediction = self.variance_adaptor(states, phoneme_mask, frame_mask, variances)
        return x, frame_mask, prediction

    def decode_mel(self, x: Tensor, mask: Tensor) -> Tensor:
        """Mel decoder: (batch, frames, hidden), (batch, frames) -> (batch, frames, mel bands)."""
        x = self.decoder(x, mask).float()
        with torch.autocast(x.device.type, enabled=False):  # bfloat16 would round the mel audibly
            return self.mel_output(x) * mask[..., None]

    @torch.inference_mode()
    def infer(
        self,
        phonemes: Tensor,
        phoneme_lengths: Tensor,
        pace: float = 1.0,
        pitch: float = 1.0,
        energy: float = 1.0,
        pitch_std_scale: float = 1.0,
    ) -> Prediction:
        """Synthesis: everything is predicted; the last four are factors, see section synthesis.

        phonemes (batch, phonemes) int64, phoneme_lengths (batch,). Expects `eval()` mode.
        """
        adapted = self.infer_states(phonemes, phoneme_lengths, pace, pitch, energy, pitch_std_scale)
        mask = length_mask(adapted.frame_lengths, adapted.states.shape[1])
        mel = self.decode_mel(adapted.states, mask)
        return Prediction(mel, adapted.frame_lengths, adapted.durations, adapted.f0, adapted.energy)

    @torch.inference_mode()
    def infer_states(
        self,
        phonemes: Tensor,
        phoneme_lengths: Tensor,
        pace: float = 1.0,
        pitch: float = 1.0,
        energy: float = 1.0,
        pitch_std_scale: float = 1.0,
    ) -> Adapted:
        """Synthesis up to the variance adaptor; arguments as those of `infer`."""
        states, phoneme_mask = self._encode(phonemes, phoneme_lengths)
        return self.variance_adaptor.infer(
            states, phoneme_mask, pace, pitch, energy, pitch_std_scale
        )

    def prepare_for_inference(self) -> "FastSpeech2":
        """Make ready for inference on the device where the model is now, and for that only."""
        transform_weights(self)
        return self.eval().requires_grad_(False)

    def _encode(self, phonemes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        mask = length_mask(lengths, phonemes.shape[1])
        return self.encoder(self.embedding(phonemes) * self.scale, mask), mask
