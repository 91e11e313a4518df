"""The controls of a voice: factors on what its network predicts, and how it decodes."""

from dataclasses import dataclass, fields
from typing import Self

from fs2.config.synthesis import RANGES, Synthesis
from fs2.errors import FS2Error

DECODING = ("monotonic_attention", "maximum_frames_per_phoneme")
"""Controls of how an autoregressive system decodes: they also decide what it teaches."""


@dataclass(frozen=True)
class Controls:
    """Factors, 1 for speech as it is predicted (paper section 1: control of the variances).

    Attributes:
        pace: Speaking rate: 2 halves every duration.
        pitch: On F0: 2 is an octave higher.
        energy: On the energy.
        pitch_std_scale: On the predicted standard deviation of log F0, where wavelets predict it.
        monotonic_attention: Whether an autoregressive system's attention may only move forward.
        maximum_frames_per_phoneme: Where an autoregressive system is cut that does not end.

    Of the last three, None is what the configuration says with which the system was trained
    (`completed`).

    Raises FS2Error if one is beyond its range (`fs2.config.synthesis.RANGES`).
    """

    pace: float = 1.0
    pitch: float = 1.0
    energy: float = 1.0
    pitch_std_scale: float | None = None
    monotonic_attention: bool | None = None
    maximum_frames_per_phoneme: float | None = None

    @classmethod
    def of(cls, synthesis: Synthesis) -> Self:
        """Those of a configuration."""
        return cls(**{field.name: getattr(synthesis, field.name) for field in fields(cls)})

    def completed(self, synthesis: Synthesis) -> Self:
        """The same, with what a configuration says in place of every None."""
        own = {name: value for name, value in vars(self).items() if value is not None}
        return type(self)(**{**vars(type(self).of(synthesis)), **own})

    def __post_init__(self) -> None:
        for name, (least, largest) in RANGES.items():
            factor = getattr(self, name)
            if factor is not None and not least <= factor <= largest:
                raise FS2Error(f"{name}: must be from {least:g} to {largest:g} (got {factor})")
