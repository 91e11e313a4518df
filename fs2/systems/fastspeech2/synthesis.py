"""FastSpeech 2 speaks: one sequence of phonemes at a time."""

from torch import Tensor

from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2.variances import Adapted, Variances
from fs2.systems.system import Spoken


def synthesise(
    network: FastSpeech2, phonemes: Tensor, controls: Controls, durations: Tensor | None = None
) -> Spoken:
    """The mel of symbol numbers (phonemes,); durations (phonemes,) are given or else predicted."""
    mel, adapted = network(*one(phonemes), given(durations), controls)
    return spoken(adapted, mel=mel[0])


def one(phonemes: Tensor) -> tuple[Tensor, Tensor]:
    """A batch of one: (phonemes,) -> phonemes (1, phonemes), lengths (1,)."""
    return phonemes[None], phonemes.new_tensor([len(phonemes)])


def given(durations: Tensor | None) -> Variances:
    """The variances of a batch of one of which durations (phonemes,) at most are known."""
    return Variances(durations=None if durations is None else durations[None])


def spoken(adapted: Adapted, mel: Tensor | None = None, waveform: Tensor | None = None) -> Spoken:
    """The first clip of a batch, with the variances that the adaptor used."""
    return Spoken(
        mel=mel,
        waveform=waveform,
        durations=adapted.durations[0],
        f0=None if adapted.f0 is None else adapted.f0[0],
        energy=None if adapted.energy is None else adapted.energy[0],
    )
