"""Alignment of phonemes and recordings: durations in frames (paper section 2.2)."""

from fs2.alignment.prepare import prepare_alignment

__all__ = ["prepare_alignment"]
