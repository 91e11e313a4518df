"""Section distillation: what a teacher must have done to be learnt from."""

from pydantic import Field

from fs2.config.section import Section


class Distillation(Section):
    """A teacher's durations and mels (Ren et al. 2019, sections 3.2 and 3.3)."""

    exclude_failed: bool = True
    """Whether clips on which the teacher fails are excluded: mels that do not end, skip phonemes or
    go back, and durations of recordings where its attention is not as the next two keys say."""
    minimum_coverage: float = Field(0.9, ge=0, le=1)
    """The teacher fails on a clip if on the recording a smaller share of the phonemes is heeded."""
    minimum_monotony: float = Field(0.9, ge=0, le=1)
    """The teacher fails on a clip if on the recording a smaller share of the steps goes forward."""
    maximum_bad_share: float = Field(0.2, ge=0, le=1)
    """The run stops if a larger share of the clips is excluded."""
