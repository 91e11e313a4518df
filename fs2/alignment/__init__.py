"""Alignment of phonemes and recordings: durations in frames (paper section 2.2)."""

from fs2.alignment.compare import compare_alignments, format_comparison
from fs2.alignment.prepare import prepare_alignment

__all__ = ["compare_alignments", "format_comparison", "prepare_alignment"]
