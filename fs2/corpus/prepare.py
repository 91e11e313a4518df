"""The two entry points of the stage: fetch the material; make clips, tables and the report."""

import functools
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from fs2.archives import UnpackingLimits
from fs2.audio import AudioSettings
from fs2.config.corpus import Corpus
from fs2.corpus.clips import CorpusClip, prepare_clip
from fs2.corpus.report import count_clips, describe_loudness, sound_warnings, warning_line
from fs2.corpus.selection import check_texts, select
from fs2.corpus.source import CorpusRecording, CorpusSource, local_folder
from fs2.corpus.sources import SOURCES
from fs2.corpus.splits import own_split, random_split
from fs2.exclusion import Exclusion, as_rows, check_share
from fs2.files import atomic_path, write_json, write_table
from fs2.progress import progress

logger = logging.getLogger(__name__)


def fetch_corpus(corpus: Corpus, downloads: Path) -> Path:
    """Bring the raw material of a corpus into `downloads/<source>/`; the folder that holds it.

    A local folder (`corpus.path`) is returned as it is, a local archive is unpacked. What is
    there already is not fetched again, and a broken download goes on where it stopped. Raises
    FS2Error if the material cannot be reached, is damaged, or does not exist.
    """
    own = Path(downloads) / corpus.source
    if corpus.path:
        limits = UnpackingLimits(corpus.maximum_unpacked_gb, corpus.maximum_files, "corpus")
        return local_folder(Path(corpus.path).expanduser(), own, limits)
    return SOURCES[corpus.source].fetch(own)


def prepare_corpus(
    corpus: Corpus, audio: AudioSettings, source: Path, output: Path, workers: int = 1
) -> dict[str, Any]:
    """Make `clips/`, `metadata.csv`, `splits.csv` and `report.json` in the folder `output`.

    `source` is what `fetch_corpus` returned; `workers` is the number of processes. Bad clips are
    excluded by name and reason in the report, which is returned too. Raises FS2Error if more
    than `corpus.maximum_bad_share` of the clips are bad, or fewer than three are good.
    """
    origin = SOURCES[corpus.source]
    recordings = origin.recordings(Path(source))
    wanted, not_selected = select(recordings, corpus)
    usable, problems = check_texts(wanted)
    output = Path(output)
    with atomic_path(output / "clips") as folder:
        folder.mkdir()
        made = _prepare_clips(usable, origin, corpus, audio, folder, workers)
        clips = list(progress(made, total=len(usable), label="preparing clips"))
        problems += [(clip.id, clip.problem) for clip in clips if clip.problem]
        excluded = [Exclusion(clip, "corpus", reason) for clip, reason in sorted(problems)]
        check_share(excluded, len(wanted), corpus.maximum_bad_share)
        clips = [clip for clip in clips if not clip.problem]
        texts = {recording.id: recording for recording in usable}
        own = own_split([clip.id for clip in clips], origin.split)
        if own is None and any(origin.split(clip.id) for clip in clips):
            logger.warning(
                "%s: its own split leaves a split empty here; split by seed instead", corpus.source
            )
        splits = own or random_split(
            {clip.id: texts[clip.id].text for clip in clips},
            corpus.validation_share,
            corpus.test_share,
            corpus.seed,
        )
    warnings = sound_warnings(clips, audio.sample_rate)
    for warning in warnings:
        logger.warning("%s", warning_line(warning))
    write_table(
        output / "metadata.csv",
        ("id", "raw", "text", "seconds"),
        (
            {
                "id": clip.id,
                "raw": texts[clip.id].raw,
                "text": texts[clip.id].text,
                "seconds": f"{clip.seconds:.4f}",
            }
            for clip in clips
        ),
    )
    write_table(
        output / "splits.csv",
        ("id", "split"),
        ({"id": clip.id, "split": splits[clip.id]} for clip in clips),
    )
    report = {
        "name": corpus.name,
        "source": corpus.source,
        "licence": origin.licence,
        "attribution": origin.attribution,
        "found": len(recordings),
        **count_clips(clips, splits),
        "split_by": "source" if own else "seed",
        "rms_dbfs": describe_loudness(clips, corpus.rms_dbfs),
        "warnings": warnings,
        "not_selected": not_selected,
        "excluded": as_rows(excluded),
    }
    write_json(output / "report.json", report)
    logger.info(
        "%s: %d clips, %.2f hours, %d excluded",
        corpus.name,
        report["clips"],
        report["hours"],
        len(excluded),
    )
    return report


def _prepare_clips(
    recordings: Sequence[CorpusRecording],
    origin: CorpusSource,
    corpus: Corpus,
    audio: AudioSettings,
    folder: Path,
    workers: int,
) -> Iterator[CorpusClip]:
    """One clip for each recording, in the same order, made by `workers` processes."""
    make = functools.partial(
        prepare_clip, origin=origin, corpus=corpus, sample_rate=audio.sample_rate
    )
    targets = [folder / f"{recording.id}.wav" for recording in recordings]
    if workers <= 1:
        yield from map(make, recordings, targets)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(make, recordings, targets, chunksize=16)
