"""The stage distillation: everything that is learnt of a trained teacher, in one folder."""

import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fs2.config.distillation import Distillation
from fs2.config.schema import Config
from fs2.distillation.lessons import Generated, Lesson
from fs2.distillation.report import distillation_report
from fs2.distillation.results import Results
from fs2.distillation.teacher import Teacher
from fs2.exclusion import SPLITS, Exclusion, as_rows, check_share, check_splits
from fs2.features.columns import ATTRIBUTES
from fs2.features.store import FeatureStore
from fs2.files import atomic_path, sha256, write_json
from fs2.progress import progress
from fs2.systems.saving import WEIGHTS
from fs2.systems.system import Spoken
from fs2.training.data import TrainingData

BATCH_FRAMES = 20_000
"""Recorded frames of the clips that are aligned, and spoken, at once."""

logger = logging.getLogger(__name__)


def distil(
    config: Config, features: Path, alignment: Path, training: Path, output: Path
) -> dict[str, Any]:
    """Write the folder `output`, whole or not at all; docs/architecture.md describes its files.

    Of every clip the durations of the teacher's attention on its recording; of each of the training
    split the mel that the teacher speaks, and its durations. Clips on which it failed are excluded
    by name and reason.

    Args:
        config: The configuration of the teacher.
        features: The features file.
        alignment: Folder of the stage alignment, whose TextGrids have the same words and phones.
        training: Folder of the trained teacher.
        output: The folder, by convention `distillation/<teacher>/`.

    Returns:
        The report, which is also `output/report.json`.

    Raises FS2Error if the trained system cannot teach, does not fit the features, fails on more
    than the share `distillation.maximum_bad_share` of the clips, or on all of a split.
    """
    begun = time.perf_counter()
    settings = config.distillation
    with FeatureStore(features) as store, atomic_path(output) as folder:
        teacher = Teacher.load(training, store, config)
        folder.mkdir()
        results = Results(folder, store, alignment)
        try:
            lessons = _lessons(teacher, store)
            for lesson in progress(lessons, len(store), f"distillation of {training.name}"):
                results.add(lesson, settings)
            own = sorted(results.excluded)
            _check_rest(store, own, settings)
            _check_rest(store, sorted(results.misaligned), settings)
            excluded = [*(Exclusion(**row) for row in store.attribute("excluded")), *own]
            inputs = {"features/features.h5": features, f"training/{WEIGHTS}": training / WEIGHTS}
            results.features.finish(
                {name: store.attribute(name) for name in ATTRIBUTES}
                | {"inputs": {name: sha256(path) for name, path in inputs.items()}}
                | {"excluded": as_rows(excluded)}
            )
        finally:
            results.features.close()
        results.write_tables()
        report = {
            "clips": len(store) - len(own),
            "clips_excluded": len(own),
            "clips_misaligned": len(results.misaligned),
            **distillation_report(results.rows),
            "seconds": round(time.perf_counter() - begun, 1),
            "excluded": as_rows(excluded),
        }
        write_json(folder / "report.json", report)
    logger.info("distillation: %(clips)d clips usable, %(clips_excluded)d excluded", report)
    return report


def _check_rest(store: FeatureStore, excluded: Sequence[Exclusion], settings: Distillation) -> None:
    """Raise FS2Error if too many clips are excluded, or all of a split."""
    check_share(excluded, len(store), settings.maximum_bad_share)
    gone = {exclusion.id for exclusion in excluded}
    kept = [clip for clip in store.ids if clip not in gone]
    check_splits(dict(zip(store.ids, store.splits, strict=True)), kept, excluded)


def _lessons(teacher: Teacher, store: FeatureStore) -> Iterator[Lesson]:
    """Every clip of the features, in batches of similar length."""
    index = {clip: place for place, clip in enumerate(store.ids)}
    for split in SPLITS:
        data = TrainingData(store.path, split, teacher.device, ("mel",))
        for batch in data.in_order(BATCH_FRAMES):
            aligned = teacher.align(batch)
            spoken = teacher.speak(batch) if split == "train" else [None] * len(batch.ids)
            for clip, frames, attention, speech in zip(
                batch.ids, batch.frame_lengths.tolist(), aligned, spoken, strict=True
            ):
                yield Lesson(index[clip], frames, attention, _generated(speech))


def _generated(spoken: Spoken | None) -> Generated | None:
    if spoken is None:
        return None
    assert spoken.mel is not None
    assert spoken.attention is not None
    return Generated(spoken.mel.float().cpu().numpy(), spoken.attention)
