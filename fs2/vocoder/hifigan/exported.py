"""HiFi-GAN as it is exported: a mel in, samples out."""

from torch import Tensor, nn

from fs2.onnx.graph import Graph, mel_port, waveform_output
from fs2.vocoder.hifigan.network import Generator


class Vocoding(nn.Module):
    """The generator, with the mel as systems make it."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, mel: Tensor) -> tuple[Tensor]:
        """(1, frames, n_mels) -> (1, frames * hop_length)."""
        return (self.generator(mel.transpose(1, 2)),)


def graph(generator: Generator) -> Graph:
    """As `VocoderEntry.graph`."""
    module = Vocoding(generator.prepare_for_inference())
    return Graph("vocoder", module, (mel_port(generator.shape.n_mels),), (waveform_output(),))
