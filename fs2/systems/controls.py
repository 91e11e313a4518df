"""The controls of a voice: factors on what its network predicts."""

from dataclasses import dataclass

from fs2.config.synthesis import RANGES
from fs2.errors import FS2Error


@dataclass(frozen=True)
class Controls:
    """Factors, 1 for speech as it is predicted (paper section 1: control of the variances).

    Attributes:
        pace: Speaking rate: 2 halves every duration.
        pitch: On F0: 2 is an octave higher.
        energy: On the energy.
        pitch_std_scale: On the predicted standard deviation of log F0, where wavelets predict it;
            None: that of the configuration with which the system was trained.

    Raises FS2Error if one is beyond its range (`fs2.config.synthesis.RANGES`).
    """

    pace: float = 1.0
    pitch: float = 1.0
    energy: float = 1.0
    pitch_std_scale: float | None = None

    def __post_init__(self) -> None:
        for name, factor in vars(self).items():
            least, largest = RANGES[name]
            if factor is not None and not least <= factor <= largest:
                raise FS2Error(f"{name}: must be from {least:g} to {largest:g} (got {factor})")
