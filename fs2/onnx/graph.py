"""What a system or vocoder gives to be exported: a network with named inputs and outputs."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from torch import nn

Axis = int | str
"""The size of an axis, or the name of one that may have any size."""


@dataclass(frozen=True)
class Port:
    """An input or output.

    Attributes:
        name: Its name; an output is the input of later graphs that have one of this name.
        axes: Size of each axis, or a name: axes of one name have one size.
        about: What it holds, in words.
        type: Of its values.
    """

    name: str
    axes: tuple[Axis, ...]
    about: str
    type: Literal["float32", "int64"] = "float32"

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {**asdict(self), "axes": list(self.axes)}


@dataclass(frozen=True)
class Graph:
    """A network on the CPU, ready for inference, and how it is called: one sentence at a time.

    Attributes:
        name: Of its file.
        module: Takes the inputs by name, in float32; returns the outputs as a tuple, in order.
        inputs: What it takes.
        outputs: What it gives.
    """

    name: str
    module: "nn.Module"
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


def speech_inputs(controlled: tuple[str, ...]) -> tuple[Port, ...]:
    """What every system with durations takes; `controlled` as `System.controlled` tells."""
    axes: tuple[Axis, ...] = (1, "phonemes")
    factors = {
        "pace": "speaking rate of each phoneme: 2 halves its predicted duration",
        "pitch": "factor on the F0 of each phoneme",
        "energy": "factor on the energy of each phoneme",
    }
    return (
        Port("phonemes", axes, "numbers of the symbols", "int64"),
        Port("durations", axes, "frames of each phoneme; -1: as predicted", "int64"),
        *(Port(name, axes, about) for name, about in factors.items() if name in controlled),
    )


def speech_outputs(controlled: tuple[str, ...]) -> tuple[Port, ...]:
    """What such a system tells besides its mel or states."""
    axes: tuple[Axis, ...] = (1, "frames")
    columns = {
        "pitch": Port("f0", axes, "Hz, 0 where unvoiced if that is predicted"),
        "energy": Port("spoken_energy", axes, "L2 norm of the STFT frame"),
    }
    durations = Port("spoken_durations", (1, "phonemes"), "frames of each phoneme", "int64")
    return (durations, *(port for name, port in columns.items() if name in controlled))


def noise_input(hop_length: int) -> Port:
    """What a waveform generator with noise takes."""
    return Port("noise", (1, "frames", hop_length), "standard normal noise, sample by sample")


MEL = "natural log of the mel spectrogram"


def mel_port(n_mels: int) -> Port:
    """What a system makes for a vocoder."""
    return Port("mel", (1, "frames", n_mels), MEL)


def waveform_output() -> Port:
    """What is heard."""
    return Port("waveform", (1, "samples"), "samples, not limited to [-1, 1]")
