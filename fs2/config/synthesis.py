"""Section synthesis: how the test split is spoken."""

from typing import Any

from pydantic import Field

from fs2.config.section import Section

RANGES = {
    "pace": (0.1, 5.0),
    "pitch": (0.1, 4.0),
    "energy": (0.01, 4.0),
    "pitch_std_scale": (0.01, 10.0),
}
"""Control -> its least and its largest factor; what lies beyond is no speech."""


def _factor(name: str) -> Any:
    least, largest = RANGES[name]
    return Field(1.0, ge=least, le=largest)


class Synthesis(Section):
    """Speaking the test split."""

    pace: float = _factor("pace")
    """Speaking rate: 2 halves every duration."""
    pitch: float = _factor("pitch")
    """Factor on F0."""
    energy: float = _factor("energy")
    """Factor on the energy."""
    pitch_std_scale: float = _factor("pitch_std_scale")
    """pitch: cwt: factor on the predicted deviation of log F0 (the author's code: 0.8)."""
    monotonic_attention: bool = False
    """Autoregressive systems: whether the attention on the phonemes may only move forward."""
    maximum_frames_per_phoneme: float = Field(30.0, gt=0)
    """Autoregressive systems: a sentence that has not ended after so many frames a phoneme is cut
    there, and reported."""
    maximum_clips: int | None = Field(None, ge=1)
    """Speak only that many clips of the test split, drawn with the corpus seed (paper: 100)."""
    recorded_durations: bool = True
    """Also speak them with the recordings' durations, for the energy of table 4 as in the paper."""
