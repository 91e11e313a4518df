"""FastSpeech as it is exported: phonemes, durations and pace in, mel and durations out."""

import torch
from torch import Tensor, nn

from fs2.config.schema import Config
from fs2.onnx.graph import Graph, mel_port, speech_inputs, speech_outputs
from fs2.systems.fastspeech.network import FastSpeech
from fs2.systems.phoneme_controls import PhonemeControls


class Speaking(nn.Module):
    """One sentence, its durations controlled phoneme by phoneme."""

    def __init__(self, network: FastSpeech) -> None:
        super().__init__()
        self.network = network

    def forward(self, phonemes: Tensor, durations: Tensor, pace: Tensor) -> tuple[Tensor, Tensor]:
        """All (1, phonemes) -> mel (1, frames, n_mels), durations (1, phonemes)."""
        lengths = torch.full((1,), phonemes.shape[1])
        made = self.network(phonemes, lengths, controls=PhonemeControls(durations, pace))
        return made.mel, made.durations


def graphs(network: FastSpeech, config: Config) -> tuple[Graph, ...]:
    """As `System.graphs`."""
    controlled = ("pace",)
    outputs = (mel_port(config.audio.n_mels), *speech_outputs(controlled))
    return (Graph("model", Speaking(network), speech_inputs(controlled), outputs),)
