"""From clips, phonemes and durations to the features file, by several processes."""

import logging
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from fs2 import __version__
from fs2.audio import AudioSettings, read_audio
from fs2.config.features import Features
from fs2.errors import FS2Error
from fs2.exclusion import Exclusion, as_rows, check_share, check_splits, read_exclusions
from fs2.features.columns import COLUMNS
from fs2.features.inputs import ClipInput, read_inputs, read_symbols
from fs2.features.mel import mel_and_energy
from fs2.features.mel_filters import mel_filter_bank
from fs2.features.pitch import pitch_contour, track_f0
from fs2.features.pitch_spectrogram import pitch_spectrogram
from fs2.features.statistics_sums import StatisticsSums
from fs2.features.writer import FeatureWriter
from fs2.files import atomic_path, read_table, sha256, write_json

CLIPS_PER_TASK = 16
TASKS_AHEAD = 4
"""Tasks in flight for each worker: bounds the memory, whatever the size of the corpus."""

PACKAGES = ("numpy", "scipy", "librosa", "PyWavelets", "pyworld-prebuilt", "pyworld", "h5py")

log = logging.getLogger(__name__)


@dataclass
class Extracted:
    """The features of some clips: rows of every column, clip after clip, and who was excluded."""

    clips: list[ClipInput]
    columns: dict[str, np.ndarray]
    excluded: list[Exclusion]


def extract_features(
    features: Features,
    audio: AudioSettings,
    corpus: Path,
    text: Path,
    alignment: Path,
    output: Path,
    workers: int = 1,
) -> dict[str, Any]:
    """Write `features.h5`, `statistics.json` and `report.json` to `output`, each whole or not.

    Args:
        features: Settings of F0 and the wavelet transform.
        audio: Sampling and frames.
        corpus: Folder of the stage corpus (docs/architecture.md).
        text: Folder of the stage text.
        alignment: Folder of the stage alignment.
        output: Folder, made if needed.
        workers: Processes that compute; the result does not depend on it, to rounding.

    Returns:
        `clips`, `frames`, `seconds` of speech, `times_real_time` (seconds of speech per second of
        work, start-up included), `statistics` of the training split, and `excluded`: a list of
        `{id, stage, reason}` of all clips that this stage, for want of a voiced frame, and those
        before it excluded.

    Raises FS2Error if a clip is missing, of another sample rate, or shorter than its durations, if
    the tables of the stages disagree, if more than the share `features.maximum_bad_share` of the
    clips is excluded here, or if no clip of a split is left.
    """
    begin = time.perf_counter()
    corpus, text, alignment, output = Path(corpus), Path(text), Path(alignment), Path(output)
    inputs = {
        "corpus/splits.csv": corpus / "splits.csv",
        "text/phonemes.csv": text / "phonemes.csv",
        "text/symbols.txt": text / "symbols.txt",
        "alignment/durations.csv": alignment / "durations.csv",
    }
    symbols = read_symbols(inputs["text/symbols.txt"])
    clips = read_inputs(corpus, text, alignment, symbols)
    statistics = StatisticsSums(audio.frame_seconds)
    earlier = read_exclusions(alignment / "report.json")
    own: list[Exclusion] = []
    lengths = [0, 0]
    with atomic_path(output / "features.h5") as temporary:
        writer = FeatureWriter(temporary, audio, features.wavelet_scales)
        try:
            for done in _extract(clips, features, audio, workers):
                kept = done.clips
                writer.append(
                    [(clip.id, clip.split, clip.text) for clip in kept],
                    [clip.frames for clip in kept],
                    [len(clip.phonemes) for clip in kept],
                    done.columns,
                )
                statistics.add(
                    [clip.split for clip in kept], [clip.frames for clip in kept], done.columns
                )
                own += done.excluded
                lengths[0] += len(kept)
                lengths[1] += sum(clip.frames for clip in kept)
            check_share(own, len(clips), features.maximum_bad_share)
            _check_splits(inputs["corpus/splits.csv"], clips, [*earlier, *own])
            excluded = as_rows([*earlier, *own])
            result = statistics.result()
            writer.finish(
                {
                    "audio": asdict(audio),
                    "features": features.model_dump(mode="json"),
                    "symbols": symbols,
                    "statistics": result,
                    "versions": _versions(),
                    "inputs": {name: sha256(path) for name, path in inputs.items()},
                    "excluded": excluded,
                }
            )
        finally:
            writer.close()
    write_json(output / "statistics.json", result)
    write_json(output / "report.json", {"clips": lengths[0], "excluded": excluded})
    seconds = lengths[1] * audio.frame_seconds
    speed = seconds / (time.perf_counter() - begin)
    log.info("%d clips, %.0f s of speech, %.0f x real time", lengths[0], seconds, speed)
    return {
        "clips": lengths[0],
        "frames": lengths[1],
        "seconds": seconds,
        "times_real_time": speed,
        "statistics": result,
        "excluded": excluded,
    }


def _check_splits(table: Path, clips: Sequence[ClipInput], excluded: Sequence[Exclusion]) -> None:
    """FS2Error if no clip of a split of the corpus is left."""
    splits = {row["id"]: row["split"] for row in read_table(table, ("id", "split"))}
    gone = {exclusion.id for exclusion in excluded}
    check_splits(splits, [clip.id for clip in clips if clip.id not in gone], excluded)


def extract_clip(
    clip: ClipInput, features: Features, audio: AudioSettings
) -> dict[str, np.ndarray] | None:
    """Every column's rows of one clip; None if it has no voiced frame.

    Raises FS2Error if the recording cannot be read, has another sample rate, or is too short.
    """
    samples, rate = read_audio(clip.path)
    if rate != audio.sample_rate:
        raise FS2Error(
            f"{clip.path}: sample rate {rate}, but audio.sample_rate is {audio.sample_rate}; "
            "run the stage corpus again"
        )
    end = clip.start_sample + clip.frames * audio.hop_length
    if end > len(samples):
        raise FS2Error(
            f"{clip.path}: has {len(samples)} samples, but its durations reach to {end}; "
            "run the stage alignment again"
        )
    samples = samples[clip.start_sample : end]
    f0 = track_f0(samples, audio, features.f0_floor, features.f0_ceiling, features.f0_speed)
    if not f0.any():
        return None
    mel, energy = mel_and_energy(samples, audio)
    contour = pitch_contour(f0)
    scales, tau0 = features.wavelet_scales, features.wavelet_tau0
    return {
        "mel": mel,
        "f0": f0,
        "pitch_contour": contour.values,
        "pitch_spectrogram": pitch_spectrogram(contour.values, audio.frame_seconds, scales, tau0),
        "pitch_mean": np.array([contour.mean]),
        "pitch_std": np.array([contour.std]),
        "energy": energy,
        "phonemes": clip.phonemes,
        "durations": clip.durations,
        "waveform": np.clip(np.rint(samples * 32768), -32768, 32767),
    }


def _extract_task(
    clips: Sequence[ClipInput], features: Features, audio: AudioSettings
) -> Extracted:
    kept, columns, excluded = [], [], []
    for clip in clips:
        extracted = extract_clip(clip, features, audio)
        if extracted is None:
            excluded.append(Exclusion(clip.id, "features", "no voiced frame"))
        else:
            kept.append(clip)
            columns.append(extracted)
    merged = {
        name: np.concatenate([rows[name] for rows in columns]).astype(kind, copy=False)
        for name, kind in COLUMNS.items()
        if columns
    }
    return Extracted(kept, merged, excluded)


def _extract(
    clips: list[ClipInput], features: Features, audio: AudioSettings, workers: int
) -> Iterator[Extracted]:
    """The features of all clips, in order; silent or logged progress where there is no terminal."""
    mel_filter_bank(audio)  # once, before the workers are forked
    tasks = [clips[i : i + CLIPS_PER_TASK] for i in range(0, len(clips), CLIPS_PER_TASK)]
    bar = tqdm(total=len(clips), desc="features", unit="clip", disable=None)
    done = 0
    with bar:
        results = _in_order(tasks, features, audio, workers)
        for task, extracted in zip(tasks, results, strict=True):
            yield extracted
            done += len(task)
            bar.update(len(task))
            if bar.disable and done * 10 // len(clips) > (done - len(task)) * 10 // len(clips):
                log.info("%d of %d clips", done, len(clips))


def _in_order(
    tasks: list[list[ClipInput]], features: Features, audio: AudioSettings, workers: int
) -> Iterator[Extracted]:
    """Each task's features in turn, computed by `workers` processes a little ahead."""
    if workers <= 1:
        with threadpool_limits(1):  # as in a worker: the number of threads changes the rounding
            yield from (_extract_task(task, features, audio) for task in tasks)
        return
    pool = ProcessPoolExecutor(min(workers, len(tasks)), initializer=_prepare_worker)
    running: deque[Future[Extracted]] = deque()
    try:
        for task in tasks:
            running.append(pool.submit(_extract_task, task, features, audio))
            if len(running) > TASKS_AHEAD * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    except BrokenProcessPool as error:
        raise FS2Error(
            "features: a worker was killed, most likely for want of memory; use fewer workers"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare_worker() -> None:
    """One thread, as workers keep all cores busy already; and no worker outlives its parent."""
    threadpool_limits(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _versions() -> dict[str, str]:
    found = {"fs2": __version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
