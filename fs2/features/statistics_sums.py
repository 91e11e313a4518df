"""Sums over the training split, of which its statistics are made."""

from collections.abc import Mapping, Sequence

import numpy as np

from fs2.errors import FS2Error
from fs2.features.pitch import interpolate


class StatisticsSums:
    """Sums over the training split, clip after clip."""

    def __init__(self, frame_seconds: float) -> None:
        self.frame_seconds = frame_seconds
        self.f0_range = np.array([np.inf, -np.inf])
        self.energy_range = np.array([np.inf, -np.inf])
        self.energy_sums = np.zeros(2)
        self.pitch: list[tuple[float, float]] = []
        self.frames = 0

    def add(
        self, splits: Sequence[str], frames: Sequence[int], columns: Mapping[str, np.ndarray]
    ) -> None:
        """Take in, of some clips, those of the training split.

        Args:
            splits: Split of each clip.
            frames: Frames of each clip.
            columns: Rows of `f0`, `energy`, `pitch_mean` and `pitch_std`, clip after clip.
        """
        ends = np.cumsum(frames)
        for number, split in enumerate(splits):
            if split != "train":
                continue
            rows = slice(ends[number] - frames[number], ends[number])
            energy = columns["energy"][rows].astype(np.float64)
            _widen(self.f0_range, interpolate(columns["f0"][rows]))
            _widen(self.energy_range, energy)
            self.energy_sums += energy.sum(), np.square(energy).sum()
            mean, std = columns["pitch_mean"][number], columns["pitch_std"][number]
            self.pitch.append((float(mean), float(std)))
            self.frames += frames[number]

    def result(self) -> dict[str, float]:
        """The statistics that docs/architecture.md lists; FS2Error if there was no clip."""
        if not self.pitch:
            raise FS2Error(
                "features: no clip of the training split is left to take statistics of; lower "
                "corpus.validation_share and test_share, or give more recordings"
            )
        energy_mean, energy_square = self.energy_sums / self.frames
        (mean_mean, std_mean) = np.mean(self.pitch, axis=0)
        (mean_std, std_std) = np.std(self.pitch, axis=0)
        return {
            "f0_minimum": float(self.f0_range[0]),
            "f0_maximum": float(self.f0_range[1]),
            "pitch_mean_mean": float(mean_mean),
            "pitch_mean_std": float(mean_std),
            "pitch_std_mean": float(std_mean),
            "pitch_std_std": float(std_std),
            "energy_mean": float(energy_mean),
            "energy_std": float(np.sqrt(max(energy_square - energy_mean**2, 0))),
            "energy_minimum": float(self.energy_range[0]),
            "energy_maximum": float(self.energy_range[1]),
            "clips": len(self.pitch),
            "frames": self.frames,
            "seconds": self.frames * self.frame_seconds,
        }


def _widen(limits: np.ndarray, values: np.ndarray) -> None:
    limits[:] = min(limits[0], values.min()), max(limits[1], values.max())
