"""Controls phoneme by phoneme: one may be lengthened, the melody of a sentence drawn."""

from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from fs2.nn.length_regulator import regulate_length, whole_frames
from fs2.systems.controls import Controls


@dataclass(frozen=True)
class PhonemeControls:
    """As `Controls`, but with values that change within a sentence.

    Attributes:
        durations: (batch, phonemes), int64, frames; below 0: as predicted, at the pace.
        pace: (batch, phonemes), speaking rate: 2 halves a duration.
        pitch: (batch, phonemes), factor on F0; None for a system without pitch.
        energy: (batch, phonemes), factor on the energy; None for a system without energy.
        pitch_std_scale: On the predicted standard deviation of log F0, for the whole sentence.
    """

    durations: Tensor
    pace: Tensor
    pitch: Tensor | None = None
    energy: Tensor | None = None
    pitch_std_scale: float = 1.0

    def at_frames(self, durations: Tensor, frames: int) -> Self:
        """The same with pitch and energy of frames: durations (batch, phonemes), as spoken."""

        def regulated(factor: Tensor | None) -> Tensor | None:
            if factor is None:
                return None
            return regulate_length(factor[..., None], durations, frames)[..., 0]

        return replace(self, pitch=regulated(self.pitch), energy=regulated(self.energy))


def spoken_durations(
    log_durations: Tensor, mask: Tensor, controls: Controls | PhonemeControls
) -> Tensor:
    """Whole frames (batch, phonemes) of predictions, as `whole_frames`, with those that are set."""
    durations = whole_frames(log_durations, mask, controls.pace)
    if isinstance(controls, PhonemeControls):
        durations = torch.where(controls.durations < 0, durations, controls.durations)
    return durations
