"""Text: normalisation, dictionary, phonemes (paper section 3.1)."""
