"""Batches: clips of similar length under a budget of frames, gathered on the device."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fs2.errors import FS2Error
from fs2.features.columns import CLIP_COLUMNS, FRAME_COLUMNS, PHONEME_COLUMNS
from fs2.features.store import FeatureStore

FRAME_STEP, PHONEME_STEP = 32, 16
"""Batches are padded to multiples of these: kernels are prepared anew for every shape."""


@dataclass
class Batch:
    """Clips padded to the longest of them, with the columns of the features file by name.

    Attributes:
        ids: Names of the clips.
        phonemes: (batch, phonemes), int64, 0 in padding.
        phoneme_lengths, frame_lengths: (batch,), int64.
        columns: Frame columns (batch, frames) or (batch, frames, width), float32, whose padding
            holds arbitrary values; phoneme columns (batch, phonemes), int64, 0 in padding; clip
            columns (batch,).
    """

    ids: list[str]
    phonemes: Tensor
    phoneme_lengths: Tensor
    frame_lengths: Tensor
    columns: dict[str, Tensor]

    def __getitem__(self, column: str) -> Tensor:
        """A column by its name in the features file."""
        return self.columns[column]

    @property
    def frames(self) -> int:
        """Frames of all clips, padding not counted."""
        return int(self.frame_lengths.sum())


class TrainingData:
    """One split of a features file as whole columns on the device.

    A batch is then one gather per column, without a loop over clips and without a copy from the
    host: 24 hours of speech take about 3 GB, and 4 more with the `waveform`, which a compact
    features file does not have.

    Args:
        features: The features file.
        split: `train`, `validation` or `test`.
        device: Where the columns are kept.
        columns: Their names (`fs2.features.columns.COLUMNS`); the phonemes are always there.
        durations: Clip -> (phonemes,), frames, in the place of the file's durations; clips that
            have none are left out.
    """

    def __init__(
        self,
        features: Path,
        split: str,
        device: torch.device,
        columns: Sequence[str],
        durations: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        with FeatureStore(features) as store:
            clips = store.clips(split)
            if durations is not None:
                clips = [clip for clip in clips if store.ids[clip] in durations]
            if len(clips) == 0:
                raise FS2Error(
                    f"{features}: no clip in the split '{split}'; see corpus.validation_share and "
                    "corpus.test_share"
                )
            self.hop_length = hop = store.audio.hop_length
            frames = _ranges(store.frame_offsets, clips)
            phonemes = _ranges(store.phoneme_offsets, clips)
            rows = {
                **dict.fromkeys(FRAME_COLUMNS, frames),
                **dict.fromkeys(PHONEME_COLUMNS, phonemes),
                **{name: [slice(clip, clip + 1) for clip in clips] for name in CLIP_COLUMNS},
                "waveform": [slice(part.start * hop, part.stop * hop) for part in frames],
            }
            self.columns = {
                name: _read(store, name, rows[name], device)
                for name in dict.fromkeys(("phonemes", *columns))
            }
            self.ids = [store.ids[clip] for clip in clips]
        self.device = device
        self.frame_lengths = np.array([part.stop - part.start for part in frames])
        self.phoneme_lengths = np.array([part.stop - part.start for part in phonemes])
        self.frame_starts = np.cumsum(self.frame_lengths) - self.frame_lengths
        self.phoneme_starts = np.cumsum(self.phoneme_lengths) - self.phoneme_lengths
        if durations is not None:
            self._replace_durations(durations, features)

    def _replace_durations(self, durations: Mapping[str, np.ndarray], features: Path) -> None:
        lengths = zip(self.ids, self.phoneme_lengths, self.frame_lengths, strict=True)
        for clip, phonemes, frames in lengths:
            own = durations[clip]
            if len(own) != phonemes or own.sum() != frames:
                raise FS2Error(
                    f"clip '{clip}': has {len(own)} durations that sum to {own.sum()}, but "
                    f"{phonemes} phonemes and {frames} frames in {features}; run the stage that "
                    "made the durations again"
                )
        every = np.concatenate([durations[clip] for clip in self.ids])
        self.columns["durations"] = self._tensor(every)

    def batch(self, clips: np.ndarray) -> Batch:
        """The clips of the given indices within this split, padded; without the waveform."""
        phoneme_lengths = self._tensor(self.phoneme_lengths[clips])
        frame = self._rows(self.frame_starts, self.frame_lengths, clips, FRAME_STEP)
        phoneme = self._rows(self.phoneme_starts, self.phoneme_lengths, clips, PHONEME_STEP)
        mask = torch.arange(phoneme.shape[1], device=self.device) < phoneme_lengths[:, None]
        which = self._tensor(clips)
        columns: dict[str, Tensor] = {}
        for name, values in self.columns.items():
            if name in FRAME_COLUMNS:
                columns[name] = values[frame].float()
            elif name in PHONEME_COLUMNS:
                columns[name] = values[phoneme].long() * mask
            elif name in CLIP_COLUMNS:
                columns[name] = values[which]
        return Batch(
            ids=[self.ids[clip] for clip in clips],
            phonemes=columns.pop("phonemes"),
            phoneme_lengths=phoneme_lengths,
            frame_lengths=self._tensor(self.frame_lengths[clips]),
            columns=columns,
        )

    def random_starts(self, clips: np.ndarray, frames: int) -> Tensor:
        """First frames (batch,) of random segments of so many frames; 0 where a clip is shorter."""
        room = self._tensor((self.frame_lengths[clips] - frames).clip(0))
        return (torch.rand(len(clips), device=self.device) * (room + 1)).long().minimum(room)

    def samples(self, clips: np.ndarray, starts: Tensor, frames: int) -> Tensor:
        """Recorded segments (batch, frames * hop_length) in [-1, 1], 0 beyond a clip's end."""
        hop = self.hop_length
        index = starts[:, None] * hop + torch.arange(frames * hop, device=self.device)
        mask = index < self._tensor(self.frame_lengths[clips])[:, None] * hop
        rows = index + self._tensor(self.frame_starts[clips])[:, None] * hop
        waveform = self.columns["waveform"]
        return waveform[rows.clamp(max=len(waveform) - 1)].float() / 32768 * mask

    def mels(self, clips: np.ndarray, starts: Tensor, frames: int) -> Tensor:
        """Segments of mel (batch, frames, mel bands); values beyond a clip's end are arbitrary."""
        return self._segment("mel", clips, starts, frames)

    def log_f0(self, clips: np.ndarray, starts: Tensor, frames: int) -> Tensor:
        """Segments of interpolated log F0 (batch, frames); beyond a clip's end arbitrary."""
        which = self._tensor(clips)
        contour = self._segment("pitch_contour", clips, starts, frames)
        mean, std = self.columns["pitch_mean"], self.columns["pitch_std"]
        return contour * std[which, None] + mean[which, None]

    def _segment(self, name: str, clips: np.ndarray, starts: Tensor, frames: int) -> Tensor:
        column = self.columns[name]
        rows = self._tensor(self.frame_starts[clips])[:, None] + starts[:, None]
        rows = (rows + torch.arange(frames, device=self.device)).clamp(max=len(column) - 1)
        return column[rows].float()

    def epoch(
        self, budget: int, seed: int, epoch: int, most: int | None = None
    ) -> list[np.ndarray]:
        """The batches of one epoch, in training order, each an array of clip indices.

        Clips are shuffled, sorted by length within groups of about 20 batches, and cut so that
        no batch has more than `budget` frames, padding included, or `most` clips. The same seed
        and epoch give the same batches.
        """
        random = np.random.default_rng((seed, epoch))
        order = random.permutation(len(self.ids))
        usual = budget / self.frame_lengths.mean()
        group = max(1, round(20 * (usual if most is None else min(usual, most))))
        batches: list[np.ndarray] = []
        for start in range(0, len(order), group):
            part = order[start : start + group]
            part = part[np.argsort(self.frame_lengths[part], kind="stable")]
            batches += self._cut(part, budget, most)
        return [batches[index] for index in random.permutation(len(batches))]

    def in_order(self, budget: int) -> Iterator[Batch]:
        """Every clip once, in batches from short to long; for validation."""
        for clips in self._cut(np.argsort(self.frame_lengths, kind="stable"), budget):
            yield self.batch(clips)

    def _cut(self, clips: np.ndarray, budget: int, most: int | None = None) -> list[np.ndarray]:
        """Cut clips, in order of length, into batches of at most `budget` padded frames."""
        padded = _round_up(self.frame_lengths[clips], FRAME_STEP)
        batches, start = [], 0
        for end in range(1, len(clips) + 1):
            full = end - start == most
            if full or end == len(clips) or padded[end] * (end + 1 - start) > budget:
                batches.append(clips[start:end])
                start = end
        return batches

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device, non_blocking=True)

    def _rows(
        self, starts: np.ndarray, lengths: np.ndarray, clips: np.ndarray, multiple: int
    ) -> Tensor:
        """Rows of a column (batch, longest, rounded up); padding repeats a clip's last row."""
        own = lengths[clips]
        longest = int(_round_up(own, multiple).max())
        step = np.minimum(np.arange(longest), own[:, None] - 1)
        return self._tensor(starts[clips][:, None] + step)


def _round_up(values: np.ndarray, multiple: int) -> np.ndarray:
    return -(-values // multiple) * multiple


def _runs(rows: list[slice]) -> list[slice]:
    """The same rows in as few slices as possible: most clips of a split follow one another."""
    runs: list[slice] = []
    for part in rows:
        if runs and runs[-1].stop == part.start:
            part = slice(runs.pop().start, part.stop)
        runs.append(part)
    return runs


def _ranges(offsets: np.ndarray, clips: list[int]) -> list[slice]:
    return [slice(int(offsets[clip]), int(offsets[clip + 1])) for clip in clips]


def _read(store: FeatureStore, name: str, rows: list[slice], device: torch.device) -> Tensor:
    column = store.column(name)
    values = np.concatenate([column[part] for part in _runs(rows)])
    return torch.from_numpy(values).to(device)
