"""FastSpeech 2s speaks: one sequence of phonemes at a time."""

from collections.abc import Iterator

from torch import Tensor

from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.synthesis import given, one, spoken
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.systems.system import Spoken


def synthesise(
    network: FastSpeech2s, phonemes: Tensor, controls: Controls, durations: Tensor | None = None
) -> Spoken:
    """The waveform of symbol numbers (phonemes,); durations are given or else predicted."""
    _, adapted = network(*one(phonemes), given(durations), controls)
    f0 = None if adapted.f0 is None else adapted.f0[0]
    return spoken(adapted, waveform=network.generate(adapted.states[0], f0))


def stream(network: FastSpeech2s, phonemes: Tensor, controls: Controls) -> Iterator[Tensor]:
    """The waveform of symbol numbers (phonemes,), piece by piece."""
    _, adapted = network(*one(phonemes), controls=controls)
    yield from network.stream(adapted.states[0], None if adapted.f0 is None else adapted.f0[0])
