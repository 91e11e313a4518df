"""FastSpeech 2 as it is exported: phonemes and controls in, mel and variances out."""

import torch
from torch import Tensor, nn

from fs2.config.schema import Config
from fs2.onnx.graph import Graph, Port, mel_port, speech_inputs, speech_outputs
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2.settings import AcousticModel
from fs2.systems.fastspeech2.variances import Adapted
from fs2.systems.phoneme_controls import PhonemeControls


class Speaking(nn.Module):
    """One sentence, controlled phoneme by phoneme.

    Args:
        network: Gives a mel, or None, and what its variance adaptor made.
        pitch_std_scale: As of `fs2.systems.controls.Controls`.
    """

    def __init__(self, network: nn.Module, pitch_std_scale: float) -> None:
        super().__init__()
        self.network = network
        self.pitch_std_scale = pitch_std_scale

    def forward(
        self,
        phonemes: Tensor,
        durations: Tensor,
        pace: Tensor,
        pitch: Tensor | None = None,
        energy: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        """All (1, phonemes); returns the mel, or else states, and what `speech_outputs` lists."""
        controls = PhonemeControls(durations, pace, pitch, energy, self.pitch_std_scale)
        lengths = torch.full((1,), phonemes.shape[1])
        mel: Tensor | None
        adapted: Adapted
        mel, adapted = self.network(phonemes, lengths, controls=controls)
        made = (mel if mel is not None else adapted.states, adapted.durations)
        return (*made, *(column for column in (adapted.f0, adapted.energy) if column is not None))


def speaking_graph(network: nn.Module, config: Config, made: Port) -> Graph:
    """The graph of a network with a variance adaptor that makes `made`."""
    assert isinstance(config.model, AcousticModel)
    controlled = config.model.controlled
    return Graph(
        "model",
        Speaking(network, config.synthesis.pitch_std_scale),
        speech_inputs(controlled),
        (made, *speech_outputs(controlled)),
    )


def graphs(network: FastSpeech2, config: Config) -> tuple[Graph, ...]:
    """As `System.graphs`."""
    return (speaking_graph(network, config, mel_port(config.audio.n_mels)),)
