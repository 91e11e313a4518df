"""FastSpeech 2s as it is exported: phonemes to adapted states, and these to a waveform."""

from torch import Tensor, nn

from fs2.config.schema import Config
from fs2.nn.waveform_generator import WaveformGenerator
from fs2.onnx.graph import Graph, Port, noise_input, waveform_output
from fs2.systems.fastspeech2.exported import speaking_graph
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.systems.fastspeech2s.settings import FastSpeech2sModel


class Decoding(nn.Module):
    """Adapted states, F0 and noise to samples; a source that needs neither is given neither."""

    def __init__(self, decoder: WaveformGenerator) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(
        self, states: Tensor, f0: Tensor | None = None, noise: Tensor | None = None
    ) -> tuple[Tensor]:
        """States (1, frames, hidden), f0 (1, frames) in Hz, noise (1, frames, hop_length).

        Returns the samples (1, frames * hop_length).
        """
        source = None if noise is None else self.decoder.source_of(noise.flatten(1), f0)
        return (self.decoder(states, source),)


def graphs(network: FastSpeech2s, config: Config) -> tuple[Graph, ...]:
    """As `System.graphs`."""
    assert isinstance(config.model, FastSpeech2sModel)
    decoder = network.waveform_decoder
    states = Port("states", (1, "frames", config.model.hidden), "of the variance adaptor")
    speaking = speaking_graph(network, config, states)
    source = decoder.settings.source
    inputs = [states]
    inputs += [port for port in speaking.outputs if port.name == "f0" and source == "harmonics"]
    inputs += [noise_input(decoder.hop_length)] if source != "conditioning" else []
    return speaking, Graph("decoder", Decoding(decoder), tuple(inputs), (waveform_output(),))
