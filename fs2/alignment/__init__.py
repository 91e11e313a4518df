"""Stage alignment: phoneme durations (paper section 2.2). Aligners are lines in `fs2.registry`."""
