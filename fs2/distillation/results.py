"""The files of the stage distillation, clip by clip."""

from pathlib import Path
from typing import Any

import numpy as np

from fs2.alignment.durations import ClipDurations
from fs2.alignment.prepare import write_durations
from fs2.alignment.textgrid import SUFFIX, read_textgrid, write_textgrid
from fs2.config.distillation import Distillation
from fs2.distillation.lessons import COLUMNS, Lesson
from fs2.distillation.textgrids import taught_textgrid
from fs2.errors import FS2Error
from fs2.exclusion import Exclusion
from fs2.features.columns import ESSENTIAL
from fs2.features.store import FeatureStore
from fs2.features.writer import FeatureWriter
from fs2.files import read_table, write_table

STAGE = "distillation"


class Results:
    """Takes lessons and writes them into a folder.

    Args:
        folder: The folder, which is empty.
        store: The features of the recordings.
        alignment: Folder of the stage alignment.

    Attributes:
        rows: Those of clips.csv, of all lessons so far.
        excluded: Clips that are left out of features.h5.
        misaligned: Clips that are left out of durations.csv.
        features: The writer of features.h5.
    """

    def __init__(self, folder: Path, store: FeatureStore, alignment: Path) -> None:
        self._folder, self._store, self._alignment = folder, store, alignment
        self._durations: dict[str, ClipDurations] = {}
        self._starts = {
            row["id"]: row["start_sample"]
            for row in read_table(alignment / "durations.csv", ("id", "start_sample"))
        }
        self.rows: list[dict[str, Any]] = []
        self.excluded: list[Exclusion] = []
        self.misaligned: list[Exclusion] = []
        (folder / "textgrids").mkdir()
        self.features = FeatureWriter(folder / "features.h5", store.audio, 0, ESSENTIAL)

    def add(self, lesson: Lesson, settings: Distillation) -> None:
        """Write what can be learnt of a clip, and its TextGrid and row in clips.csv in any case.

        Raises FS2Error if the alignment has no such clip, or with other phones.
        """
        clip, split = self._store.ids[lesson.index], self._store.splits[lesson.index]
        self.rows.append({"id": clip, "split": split, **lesson.row(settings)})
        phonemes = [self._store.symbols[number] for number in self._phonemes(lesson.index)]
        durations = tuple(lesson.durations.tolist())
        usable = ClipDurations(self._start(clip), tuple(phonemes), durations)
        self._write_textgrid(clip, usable)
        misaligned = failure = lesson.aligned_failure(settings)
        if lesson.generated is not None:
            failure = lesson.generated_failure()
        if misaligned is not None and settings.exclude_failed:
            self.misaligned.append(Exclusion(clip, STAGE, misaligned))
        else:
            self._durations[clip] = usable
        if failure is not None and settings.exclude_failed:
            self.excluded.append(Exclusion(clip, STAGE, failure))
        else:
            self._append_features(lesson)

    def write_tables(self) -> None:
        """Write durations.csv and clips.csv."""
        write_durations(self._folder / "durations.csv", self._durations, {})
        write_table(self._folder / "clips.csv", COLUMNS, self.rows)

    def _start(self, clip: str) -> int:
        """The sample where the usable part of a clip begins."""
        try:
            return int(self._starts[clip])
        except (KeyError, ValueError) as error:
            raise FS2Error(
                f"{self._alignment / 'durations.csv'}: tells no start_sample of clip '{clip}', "
                f"which {self._store.path} has; run the stages alignment and features again"
            ) from error

    def _write_textgrid(self, clip: str, usable: ClipDurations) -> None:
        grid = read_textgrid(self._alignment / "textgrids" / f"{clip}{SUFFIX}")
        taught = taught_textgrid(grid, clip, usable, self._store.audio)
        write_textgrid(self._folder / "textgrids" / f"{clip}{SUFFIX}", taught)

    def _append_features(self, lesson: Lesson) -> None:
        """Of the training split what the teacher spoke, of the others the recording."""
        store, index = self._store, lesson.index
        if lesson.generated is None:
            rows = slice(*store.frame_offsets[index : index + 2].tolist())
            mel, durations = store.column("mel")[rows], lesson.durations
        else:
            mel = lesson.generated.mel
            durations = lesson.generated.attention.durations(len(mel))
        phonemes = self._phonemes(index)
        self.features.append(
            [(store.ids[index], store.splits[index], store.texts[index])],
            [len(mel)],
            [len(phonemes)],
            {"mel": mel, "phonemes": phonemes, "durations": durations},
        )

    def _phonemes(self, index: int) -> np.ndarray:
        rows = slice(*self._store.phoneme_offsets[index : index + 2].tolist())
        return self._store.column("phonemes")[rows]
