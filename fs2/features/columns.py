"""What a features file holds, by name; docs/architecture.md describes each."""

import numpy as np

FORMAT = 3
"""Version of the file's layout; a reader refuses any other."""

STRINGS = ("id", "split", "text")
OFFSETS = ("frame_offsets", "phoneme_offsets")
CLIP_COLUMNS = {"pitch_mean": np.float32, "pitch_std": np.float32}
FRAME_COLUMNS = {
    "mel": np.float32,
    "f0": np.float32,
    "pitch_contour": np.float32,
    "pitch_spectrogram": np.float32,
    "energy": np.float32,
}
PHONEME_COLUMNS = {"phonemes": np.uint8, "durations": np.int32}
SAMPLE_COLUMNS = {"waveform": np.int16}
COLUMNS = CLIP_COLUMNS | FRAME_COLUMNS | PHONEME_COLUMNS | SAMPLE_COLUMNS
ESSENTIAL = ("mel", "phonemes", "durations")
"""Columns that every features file has; that of a teacher's mels has no others."""
ATTRIBUTES = ("audio", "features", "symbols", "statistics", "versions", "inputs", "excluded")
CHECKSUMS = "checksums"
"""The attribute with the CRC-32 of each data set, and so with the names of those there are."""
