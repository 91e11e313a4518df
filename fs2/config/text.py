"""Section text: normalisation and phonemes."""

from fs2.config.section import Section, UserPath


class Text(Section):
    """Normalisation and grapheme to phoneme (paper section 3.1)."""

    heteronyms: bool = True
    """Choose between pronunciations of 'read', 'record', ... by part of speech."""
    pronunciations: UserPath | None = None
    """File of own pronunciations, one 'word  PH0 PH1 ...' a line; they win over the dictionary."""
