"""The two entry points of the stage: fetch the material, and make clips, tables and report."""

import functools
import itertools
import logging
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from fs2.audio import AudioSettings
from fs2.config import Corpus
from fs2.corpus.asterisk import Asterisk
from fs2.corpus.clips import Clip, prepare_clip
from fs2.corpus.folder import Folder
from fs2.corpus.kathleen import Kathleen
from fs2.corpus.ljspeech import LJSpeech
from fs2.corpus.source import Recording, Source, local_folder
from fs2.corpus.splits import SPLITS, own_split, random_split
from fs2.errors import FS2Error
from fs2.files import atomic_path, write_json, write_table
from fs2.progress import progress

SOURCES: dict[str, Source] = {
    source.name: source for source in (Asterisk(), LJSpeech(), Kathleen(), Folder())
}
SAFE_ID = re.compile(r"\w[\w.-]{0,199}")
WORD = re.compile(r"[\w'-]*\w[\w'-]*")
NAMED_IN_ERROR = 5

logger = logging.getLogger(__name__)


def fetch_corpus(corpus: Corpus, downloads: Path) -> Path:
    """Bring the raw material of a corpus into `downloads/<source>/`; the folder that holds it.

    A local folder (`corpus.path`) is returned as it is, a local archive is unpacked. What is
    there already is not fetched again, and a broken download goes on where it stopped. Raises
    FS2Error if the material cannot be reached, is damaged, or does not exist.
    """
    own = Path(downloads) / corpus.source
    if corpus.path:
        return local_folder(Path(corpus.path).expanduser(), own)
    return SOURCES[corpus.source].fetch(own)


def prepare_corpus(
    corpus: Corpus, audio: AudioSettings, source: Path, output: Path, workers: int = 1
) -> dict[str, Any]:
    """Make `clips/`, `metadata.csv`, `splits.csv` and `report.json` in the folder `output`.

    `source` is what `fetch_corpus` returned. Bad clips are set aside by name and reason in the
    report, which is returned too. Raises FS2Error if more than `corpus.maximum_bad_share` of the
    clips are bad, or fewer than three are good.
    """
    origin = SOURCES[corpus.source]
    recordings, left_out = _select(origin.recordings(Path(source)), corpus)
    usable, problems = _check_texts(recordings)
    output = Path(output)
    with atomic_path(output / "clips") as folder:
        folder.mkdir()
        clips = {
            clip.id: clip
            for clip in progress(
                _prepare_clips(usable, origin, corpus, audio, folder, workers),
                total=len(usable),
                label="preparing clips",
            )
        }
        problems += [(clip.id, clip.problem) for clip in clips.values() if clip.problem]
        good = [recording for recording in usable if not clips[recording.id].problem]
        _check_share(problems, len(recordings), corpus)
        ids = [recording.id for recording in good]
        own = own_split(ids, origin.split)
        splits = own or random_split(ids, corpus.validation_share, corpus.test_share, corpus.seed)
    write_table(
        output / "metadata.csv",
        ("id", "raw", "text", "seconds"),
        (
            {"id": r.id, "raw": r.raw, "text": r.text, "seconds": f"{clips[r.id].seconds:.4f}"}
            for r in good
        ),
    )
    write_table(
        output / "splits.csv", ("id", "split"), ({"id": i, "split": splits[i]} for i in ids)
    )
    report = {
        "name": corpus.name,
        "source": corpus.source,
        "licence": origin.licence,
        "attribution": origin.attribution,
        **_counts([clips[i] for i in ids], splits),
        "split_by": "source" if own else "seed",
        "loudness": _loudness([clips[i] for i in ids], corpus.loudness),
        "left_out": left_out,
        "set_aside": [{"id": i, "reason": reason} for i, reason in sorted(problems)],
    }
    write_json(output / "report.json", report)
    logger.info(
        "%s: %d clips, %.2f hours; %d set aside",
        corpus.name,
        len(ids),
        report["hours"],
        len(problems),
    )
    return report


def _select(
    recordings: Iterable[Recording], corpus: Corpus
) -> tuple[list[Recording], dict[str, int]]:
    """The recordings that the configuration asks for, in order of id; the others counted."""
    left_out: Counter[str] = Counter()
    chosen = []
    for recording in sorted(recordings, key=lambda recording: recording.id):
        words = len(WORD.findall(recording.text))
        if recording.left_out:
            left_out[recording.left_out] += 1
        elif 0 < words < corpus.minimum_words:
            left_out[f"fewer than {corpus.minimum_words} words"] += 1
        elif corpus.maximum_clips is not None and len(chosen) >= corpus.maximum_clips:
            left_out[f"beyond the first {corpus.maximum_clips} clips"] += 1
        else:
            chosen.append(recording)
    return chosen, dict(left_out)


def _check_texts(
    recordings: list[Recording],
) -> tuple[list[Recording], list[tuple[str, str]]]:
    """Recordings with a usable id and text, and (id, reason) of the others.

    Of lines with one id and one text the first is kept; if the texts differ, none can be trusted.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for recording in recordings:
        texts[recording.id].add(recording.text)
    usable, problems, seen = [], [], set()
    for recording in recordings:
        if not SAFE_ID.fullmatch(recording.id):
            problem = "its id is no safe file name: letters, digits, '.', '_' and '-' only"
        elif len(texts[recording.id]) > 1:
            problem = "duplicate id with different texts"
        elif recording.id in seen:
            problem = "duplicate id"
        elif not WORD.search(recording.text):
            problem = "no text"
        else:
            problem = ""
        seen.add(recording.id)
        if problem:
            problems.append((recording.id, problem))
        else:
            usable.append(recording)
    return usable, problems


def _prepare_clips(
    recordings: list[Recording],
    origin: Source,
    corpus: Corpus,
    audio: AudioSettings,
    folder: Path,
    workers: int,
) -> Iterator[Clip]:
    make = functools.partial(
        prepare_clip, read=origin.read, corpus=corpus, sample_rate=audio.sample_rate
    )
    tasks = [(recording, folder / f"{recording.id}.wav") for recording in recordings]
    if workers <= 1:
        yield from (make(recording, target=target) for recording, target in tasks)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_call, itertools.repeat(make), tasks, chunksize=16)


def _call(make: Any, task: tuple[Recording, Path]) -> Clip:
    recording, target = task
    return make(recording, target=target)


def _check_share(problems: list[tuple[str, str]], total: int, corpus: Corpus) -> None:
    if not total or len(problems) <= corpus.maximum_bad_share * total:
        return
    first = "".join(f"\n  {i}: {reason}" for i, reason in sorted(problems)[:NAMED_IN_ERROR])
    more = len(problems) - NAMED_IN_ERROR
    raise FS2Error(
        f"{len(problems)} of {total} clips are bad, more than corpus.maximum_bad_share "
        f"({corpus.maximum_bad_share:g}) allows:{first}"
        + (f"\n  and {more} more" if more > 0 else "")
    )


def _counts(clips: list[Clip], splits: dict[str, str]) -> dict[str, Any]:
    def summary(some: list[Clip]) -> dict[str, Any]:
        return {"clips": len(some), "hours": round(sum(clip.seconds for clip in some) / 3600, 4)}

    by_split = {
        split: summary([clip for clip in clips if splits[clip.id] == split]) for split in SPLITS
    }
    rates = Counter(str(clip.sample_rate) for clip in clips)
    return {**summary(clips), "splits": by_split, "source_sample_rates": dict(rates)}


def _loudness(clips: list[Clip], target: float) -> dict[str, Any]:
    return {
        "target": target,
        "median_before": round(statistics.median(clip.level for clip in clips), 2),
        "peak_limited": [clip.id for clip in clips if clip.peak_limited],
    }
