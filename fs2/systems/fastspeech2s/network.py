"""FastSpeech 2s: phonemes to waveform in one parallel pass (paper section 2.4, figure 1a and d)."""

from collections.abc import Iterator
from typing import Self

from torch import Tensor, nn

from fs2.config.features import Features
from fs2.features.statistics import Statistics
from fs2.kernels.time_conv import transform_weights
from fs2.nn.chunks import CHUNK_FRAMES, generate_in_chunks, stream_in_chunks
from fs2.nn.mel_decoder import mel_decoder
from fs2.nn.phoneme_encoder import phoneme_encoder
from fs2.nn.waveform_generator import WaveformGenerator
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.variance_adaptor import VarianceAdaptor
from fs2.systems.fastspeech2.variances import Adapted, Variances
from fs2.systems.fastspeech2s.settings import FastSpeech2sModel
from fs2.systems.phoneme_controls import PhonemeControls


class FastSpeech2s(nn.Module):
    """Encoder, variance adaptor and waveform decoder; a mel decoder helps in training.

    The mel decoder keeps the text's features good (paper section 2.4). It is None where the
    configuration has none, and at inference. Without pitch there are no harmonics. Arguments as
    those of FastSpeech2, and the sample rate in Hz.
    """

    def __init__(
        self,
        model: FastSpeech2sModel,
        features: Features,
        symbols: int,
        n_mels: int,
        statistics: Statistics,
        sample_rate: int,
    ) -> None:
        super().__init__()
        self.encoder = phoneme_encoder(model, symbols)
        self.variance_adaptor = VarianceAdaptor(model, features, statistics)
        self.mel_decoder = mel_decoder(model, n_mels) if model.mel_decoder else None
        self.waveform_decoder = WaveformGenerator(model.waveform_decoder, model.hidden, sample_rate)

    def forward(
        self,
        phonemes: Tensor,
        lengths: Tensor,
        given: Variances | None = None,
        controls: Controls | PhonemeControls | None = None,
    ) -> tuple[Tensor | None, Adapted]:
        """Phonemes to what the variance adaptor makes, which `generate` turns into samples.

        Arguments as those of `FastSpeech2.forward`; the mel is None without a mel decoder.
        """
        states, mask = self.encoder(phonemes, lengths)  # (batch, phonemes, hidden)
        adapted = self.variance_adaptor(states, mask, given, controls)
        if self.mel_decoder is None:
            return None, adapted
        return self.mel_decoder(adapted.states, adapted.mask), adapted  # (batch, frames, n_mels)

    def generate_segments(
        self, states: Tensor, f0: Tensor | None, lengths: Tensor | None = None
    ) -> Tensor:
        """Training: segments of adapted states to samples.

        states (batch, frames, hidden), f0 (batch, frames) in Hz or None without pitch, lengths
        (batch,) in frames if some segments are shorter -> (batch, frames * hop_length).
        """
        source = self.waveform_decoder.make_source(states.shape[0], states.shape[1], f0)
        return self.waveform_decoder(states, source, lengths)

    def generate(
        self, states: Tensor, f0: Tensor | None, chunk_frames: int = CHUNK_FRAMES
    ) -> Tensor:
        """Samples (frames * hop_length,) of one clip's adapted states (frames, hidden).

        `f0` (frames,) in Hz, None without pitch. The samples come in pieces, so that memory stays
        bounded; the result is that of the whole.
        """
        return generate_in_chunks(self.waveform_decoder, states, f0, chunk_frames)

    def stream(self, states: Tensor, f0: Tensor | None) -> Iterator[Tensor]:
        """The samples of `generate` piece by piece, the first of them soon."""
        return stream_in_chunks(self.waveform_decoder, states, f0)

    def prepare_for_inference(self) -> Self:
        """Make ready for inference on the device where the model is now, and for that only."""
        self.mel_decoder = None
        self.waveform_decoder.prepare_for_inference()
        transform_weights(self)
        return self.eval().requires_grad_(False)
