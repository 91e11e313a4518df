"""Parallel WaveGAN as it is exported: a mel, and noise if it begins with some, in; samples out."""

from torch import Tensor, nn

from fs2.onnx.graph import Graph, mel_port, noise_input, waveform_output
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN


class Vocoding(nn.Module):
    """The generator, and the predictor of F0 if its source is harmonics."""

    def __init__(self, network: ParallelWaveGAN) -> None:
        super().__init__()
        self.network = network

    def forward(self, mel: Tensor, noise: Tensor | None = None) -> tuple[Tensor]:
        """Mel (1, frames, n_mels), noise (1, frames, hop_length) -> (1, frames * hop_length)."""
        f0, generator = self.network.predict_f0(mel), self.network.generator
        source = None if noise is None else generator.source_of(noise.flatten(1), f0)
        return (generator(self.network.standardise(mel), source),)


def graph(network: ParallelWaveGAN) -> Graph:
    """As `VocoderEntry.graph`."""
    generator = network.prepare_for_inference().generator
    inputs = [mel_port(len(network.mel_mean))]
    if generator.settings.source != "conditioning":
        inputs.append(noise_input(generator.hop_length))
    return Graph("vocoder", Vocoding(network), tuple(inputs), (waveform_output(),))
