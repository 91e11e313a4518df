"""Section text: normalisation and phonemes."""

from pydantic import Field

from fs2.config.section import Section, UserPath


class Text(Section):
    """Normalisation and grapheme to phoneme (paper section 3.1)."""

    heteronyms: bool = True
    """Choose between pronunciations of 'read', 'record', ... by part of speech."""
    pronunciations: UserPath | None = None
    """File of own pronunciations, one 'word  PH0 PH1 ...' a line; they win over the dictionary."""
    maximum_bad_share: float = Field(0.05, ge=0, le=1)
    """The run stops if a larger share of the clips has a text that cannot be spoken."""
