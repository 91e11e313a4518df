"""Parallel WaveGAN's generator: mel to waveform (Yamamoto et al. 2020)."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from fs2.kernels.time_conv import transform_weights
from fs2.nn.chunks import CHUNK_FRAMES, generate_in_chunks, stream_in_chunks
from fs2.nn.variance_predictor import VariancePredictor
from fs2.nn.waveform_generator import WaveformGenerator
from fs2.vocoder.parallel_wavegan.settings import ParallelWaveGANGeneratorConfig

PITCH_LAYERS, PITCH_KERNEL = 4, 5
"""A predictor as deep as the author's for FastSpeech 2: F0 is plain to see in a mel."""


class ParallelWaveGAN(nn.Module):
    """The waveform generator, conditioned on the mel, each band of which is standardised.

    If the source is harmonics, which the original does not have, a predictor finds F0 in the mel.

    Attributes:
        mel_mean, mel_std: (mel bands,), of the training split; set before training.
        pitch_mean, pitch_std: Of log F0 in Hz; set before training.
    """

    mel_mean: Tensor
    mel_std: Tensor
    pitch_mean: Tensor
    pitch_std: Tensor

    def __init__(
        self, settings: ParallelWaveGANGeneratorConfig, n_mels: int, sample_rate: int
    ) -> None:
        super().__init__()
        self.register_buffer("mel_mean", torch.zeros(n_mels))
        self.register_buffer("mel_std", torch.ones(n_mels))
        self.register_buffer("pitch_mean", torch.tensor(5.0))
        self.register_buffer("pitch_std", torch.tensor(1.0))
        self.generator = WaveformGenerator(settings, n_mels, sample_rate)
        self.pitch_predictor: VariancePredictor | None = None
        if settings.source == "harmonics":
            self.pitch_predictor = VariancePredictor(
                n_mels, n_mels, 1, PITCH_LAYERS, PITCH_KERNEL, dropout=0.0
            )

    def forward(self, mel: Tensor, log_f0: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Training: mel (batch, frames, mel bands), log F0 (batch, frames), lengths (batch,).

        -> (batch, frames * hop_length).
        """
        source = self.generator.make_source(mel.shape[0], mel.shape[1], log_f0.exp())
        return self.generator(self.standardise(mel), source, lengths)

    def pitch_loss(self, mel: Tensor, log_f0: Tensor, mask: Tensor) -> Tensor:
        """Mean squared error of the standardised log F0 over the frames in the mask."""
        wanted = (log_f0 - self.pitch_mean) / self.pitch_std
        error = (self._predict_pitch(mel, mask) - wanted).square()
        return (error * mask).sum() / mask.sum()

    @torch.inference_mode()
    def generate(self, mel: Tensor, chunk_frames: int = CHUNK_FRAMES) -> Tensor:
        """Samples (frames * hop_length,) of one mel (frames, mel bands), in pieces."""
        conditioning, f0 = self._inputs(mel)
        return generate_in_chunks(self.generator, conditioning, f0, chunk_frames)

    @torch.inference_mode()
    def stream(self, mel: Tensor) -> Iterator[Tensor]:
        """The samples of `generate` piece by piece, the first of them soon."""
        conditioning, f0 = self._inputs(mel)
        yield from stream_in_chunks(self.generator, conditioning, f0)

    def predict_f0(self, mel: Tensor) -> Tensor | None:
        """F0 (batch, frames) in Hz of mels without padding; None if the source needs none."""
        if self.pitch_predictor is None:
            return None
        everywhere = torch.ones(mel.shape[:2], dtype=torch.bool, device=mel.device)
        return (self._predict_pitch(mel, everywhere) * self.pitch_std + self.pitch_mean).exp()

    def prepare_for_inference(self) -> "ParallelWaveGAN":
        """Make ready for inference on the device where the model is now, and for that only."""
        self.generator.prepare_for_inference()
        transform_weights(self)
        return self.eval().requires_grad_(False)

    def _inputs(self, mel: Tensor) -> tuple[Tensor, Tensor | None]:
        """The generator's conditioning (frames, mel bands) and F0 (frames,) of one mel."""
        f0 = self.predict_f0(mel[None])
        return self.standardise(mel), None if f0 is None else f0[0]

    def _predict_pitch(self, mel: Tensor, mask: Tensor) -> Tensor:
        assert self.pitch_predictor is not None
        inputs = self.standardise(mel) * mask[..., None]
        return self.pitch_predictor(inputs, mask)[0].squeeze(2).float()

    def standardise(self, mel: Tensor) -> Tensor:
        """Mel (..., mel bands), each band by its mean and deviation."""
        return (mel - self.mel_mean) / self.mel_std
