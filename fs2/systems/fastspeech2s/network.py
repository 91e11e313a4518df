"""FastSpeech 2s: phonemes to waveform in one parallel pass (paper section 2.4)."""

from collections.abc import Mapping

from torch import Tensor

from fs2.config.schema import Features
from fs2.errors import FS2Error
from fs2.nn.chunks import CHUNK_FRAMES, generate_in_chunks
from fs2.nn.waveform_generator import WaveformGenerator
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2.settings import Model


class FastSpeech2s(FastSpeech2):
    """FastSpeech 2 whose variance adaptor also feeds a waveform decoder.

    The mel decoder is a branch of the training alone: it keeps the text's features good. Arguments
    as those of FastSpeech2, and the sample rate in Hz. Without pitch there are no harmonics.
    """

    def __init__(
        self,
        model: Model,
        features: Features,
        symbols: int,
        n_mels: int,
        statistics: Mapping[str, float],
        sample_rate: int,
    ) -> None:
        super().__init__(model, features, symbols, n_mels, statistics)
        if not model.mel_decoder:
            self.drop_mel_decoder()
        self.waveform_decoder = WaveformGenerator(model.waveform_decoder, model.hidden, sample_rate)

    def generate(
        self, states: Tensor, f0: Tensor | None, chunk_frames: int = CHUNK_FRAMES
    ) -> Tensor:
        """Samples (frames * hop_length,) of one clip's adapted states (frames, hidden).

        `f0` (frames,) in Hz, None without pitch. The samples come in pieces, so that memory stays
        bounded; the result is that of the whole.
        """
        return generate_in_chunks(self.waveform_decoder, states, f0, chunk_frames)

    def decode_mel(self, x: Tensor, mask: Tensor) -> Tensor:
        """As FastSpeech2, in training; FS2Error where there is no mel decoder."""
        if not self.has_mel_decoder:
            raise FS2Error("FastSpeech 2s has no mel decoder here: use infer_states and generate")
        return super().decode_mel(x, mask)

    @property
    def has_mel_decoder(self) -> bool:
        """Whether the training branch is there."""
        return hasattr(self, "decoder")

    def drop_mel_decoder(self) -> None:
        """Remove the mel decoder, which inference does not need."""
        del self.decoder
        del self.mel_output

    def prepare_for_inference(self) -> "FastSpeech2s":
        """Make ready for inference: no mel decoder, and a fast waveform decoder."""
        if self.has_mel_decoder:
            self.drop_mel_decoder()
        self.waveform_decoder.prepare_for_inference()
        super().prepare_for_inference()
        return self
