"""Section synthesis: how the test split is spoken."""

from pydantic import Field

from fs2.config.section import Section


class Synthesis(Section):
    """Speaking the test split."""

    pace: float = Field(1.0, gt=0, le=5)
    """Speaking rate: 2 halves every duration."""
    pitch: float = Field(1.0, gt=0, le=4)
    """Factor on F0."""
    energy: float = Field(1.0, gt=0, le=4)
    """Factor on the energy."""
    pitch_std_scale: float = Field(1.0, gt=0)
    """pitch: cwt: factor on the predicted deviation of log F0 (the author's code: 0.8)."""
    maximum_clips: int | None = Field(None, ge=1)
    """Speak only that many clips of the test split, drawn with the corpus seed (paper: 100)."""
