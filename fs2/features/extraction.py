"""From clips, phonemes and durations to the features file, by several processes."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
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
from fs2.config import Features
from fs2.errors import FS2Error
from fs2.features.mel import mel_and_energy, mel_filter_bank
from fs2.features.pitch import interpolate, pitch_contour, track_f0
from fs2.features.pitch_spectrogram import pitch_spectrogram
from fs2.features.store import COLUMNS, FeatureWriter
from fs2.files import atomic_path, read_table, sha256, write_json

CLIPS_PER_TASK = 16
TASKS_AHEAD = 4
"""Tasks in flight for each worker: bounds the memory, whatever the size of the corpus."""

PACKAGES = ("numpy", "scipy", "librosa", "PyWavelets", "pyworld-prebuilt", "pyworld", "h5py")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """What a worker needs to know of one clip.

    Attributes:
        id, split, text: Name, split and normalised text.
        path: The recording.
        start_sample, frames: Its usable part.
        phonemes: (phonemes,), uint8, indices into the symbols.
        durations: (phonemes,), int32, frames.
    """

    id: str
    split: str
    text: str
    path: Path
    start_sample: int
    frames: int
    phonemes: np.ndarray
    durations: np.ndarray


@dataclass
class Extracted:
    """The features of some clips: rows of every column, clip after clip, and who was set aside."""

    sources: list[Source]
    columns: dict[str, np.ndarray]
    set_aside: list[dict[str, str]]


def extract_features(
    features: Features,
    audio: AudioSettings,
    corpus: Path,
    text: Path,
    alignment: Path,
    output: Path,
    workers: int = 1,
) -> dict[str, Any]:
    """Write `features.h5` and `statistics.json` to the folder `output`, each whole or not at all.

    Args:
        features: Settings of F0 and the wavelet transform.
        audio: Sampling and frames.
        corpus: Folder of the stage corpus (docs/architecture.md).
        text: Folder of the stage text.
        alignment: Folder of the stage alignment.
        output: Folder, made if needed.
        workers: Processes that compute; the result does not depend on it.

    Returns:
        `clips`, `frames`, `seconds` of speech, `real_time_factor` (seconds of speech per second of
        work, start-up included), `statistics` of the training split, and `set_aside`: a list of
        `{id, reason}` of clips without a voiced frame.

    Raises FS2Error if a clip is missing, of another sample rate, or shorter than its durations, if
    the tables of the stages disagree, or if no clip of the training split is left.
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
    sources = read_sources(corpus, text, alignment, symbols)
    statistics = _Statistics(audio)
    set_aside: list[dict[str, str]] = []
    lengths = [0, 0]
    with atomic_path(output / "features.h5") as temporary:
        writer = FeatureWriter(temporary, audio, features.wavelet_scales)
        try:
            for done in _extract(sources, features, audio, workers):
                kept = done.sources
                writer.append(
                    [(clip.id, clip.split, clip.text) for clip in kept],
                    [clip.frames for clip in kept],
                    [len(clip.phonemes) for clip in kept],
                    done.columns,
                )
                statistics.add(done)
                set_aside += done.set_aside
                lengths[0] += len(kept)
                lengths[1] += sum(clip.frames for clip in kept)
            result = statistics.result()
            writer.finish(
                {
                    "audio": asdict(audio),
                    "features": features.model_dump(mode="json"),
                    "symbols": symbols,
                    "statistics": result,
                    "versions": _versions(),
                    "inputs": {name: sha256(path) for name, path in inputs.items()},
                    "set_aside": set_aside,
                }
            )
        finally:
            writer.close()
    write_json(output / "statistics.json", result)
    seconds = lengths[1] * audio.frame_seconds
    speed = seconds / (time.perf_counter() - begin)
    log.info("%d clips, %.0f s of speech, %.0f x real time", lengths[0], seconds, speed)
    return {
        "clips": lengths[0],
        "frames": lengths[1],
        "seconds": seconds,
        "real_time_factor": speed,
        "statistics": result,
        "set_aside": set_aside,
    }


def read_symbols(path: Path) -> list[str]:
    """The model's symbols in order of their ids, one a line; FS2Error if there are none."""
    try:
        symbols = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FS2Error(f"{path}: cannot be read ({error}); run the stage text") from error
    if not symbols or len(symbols) > 256 or len(set(symbols)) < len(symbols):
        raise FS2Error(f"{path}: must hold 1 to 256 different symbols, one a line")
    return symbols


def read_sources(corpus: Path, text: Path, alignment: Path, symbols: list[str]) -> list[Source]:
    """The clips of `alignment/durations.csv` with their phonemes, in its order.

    Raises FS2Error that names the clip if the tables disagree or durations do not sum to frames.
    """
    table = alignment / "durations.csv"
    splits = {row["id"]: row["split"] for row in read_table(corpus / "splits.csv", ("id", "split"))}
    texts = {row["id"]: row["text"] for row in read_table(text / "phonemes.csv", ("id", "text"))}
    index = {symbol: number for number, symbol in enumerate(symbols)}
    sources = []
    columns = ("id", "start_sample", "frames", "phonemes", "durations")
    for row in read_table(table, columns):
        clip = row["id"]
        for known, path in ((splits, corpus / "splits.csv"), (texts, text / "phonemes.csv")):
            if clip not in known:
                raise FS2Error(f"{path}: no clip '{clip}', which {table} has; run the stages again")
        try:
            phonemes = [index[symbol] for symbol in row["phonemes"].split()]
        except KeyError as error:
            raise FS2Error(
                f"{table}: clip '{clip}' has the symbol {error}, unknown to {text / 'symbols.txt'}"
            ) from error
        try:
            start, frames = int(row["start_sample"]), int(row["frames"])
            durations = [int(number) for number in row["durations"].split()]
        except ValueError as error:
            raise FS2Error(f"{table}: clip '{clip}' has something not a number: {error}") from error
        if len(phonemes) != len(durations) or sum(durations) != frames or frames < 1 or start < 0:
            raise FS2Error(
                f"{table}: clip '{clip}' has {len(phonemes)} phonemes and {len(durations)} "
                f"durations, which sum to {sum(durations)} of {frames} frames"
            )
        sources.append(
            Source(
                id=clip,
                split=splits[clip],
                text=texts[clip],
                path=corpus / "clips" / f"{clip}.wav",
                start_sample=start,
                frames=frames,
                phonemes=np.array(phonemes, np.uint8),
                durations=np.array(durations, np.int32),
            )
        )
    if not sources:
        raise FS2Error(f"{table}: holds no clip")
    return sources


def extract_clip(
    source: Source, features: Features, audio: AudioSettings
) -> dict[str, np.ndarray] | None:
    """Every column's rows of one clip; None if it has no voiced frame.

    Raises FS2Error if the recording cannot be read, has another sample rate, or is too short.
    """
    samples, rate = read_audio(source.path)
    if rate != audio.sample_rate:
        raise FS2Error(
            f"{source.path}: sample rate {rate}, but audio.sample_rate is {audio.sample_rate}; "
            "run the stage corpus again"
        )
    end = source.start_sample + source.frames * audio.hop_length
    if end > len(samples):
        raise FS2Error(
            f"{source.path}: has {len(samples)} samples, but its durations reach to {end}; "
            "run the stage alignment again"
        )
    samples = samples[source.start_sample : end]
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
        "pitch_deviation": np.array([contour.deviation]),
        "energy": energy,
        "phonemes": source.phonemes,
        "durations": source.durations,
        "waveform": np.clip(np.rint(samples * 32768), -32768, 32767),
    }


class _Statistics:
    """Sums over the training split, clip after clip."""

    def __init__(self, audio: AudioSettings) -> None:
        self.frame_seconds = audio.frame_seconds
        self.f0_range = np.array([np.inf, -np.inf])
        self.energy_range = np.array([np.inf, -np.inf])
        self.energy_sums = np.zeros(2)
        self.pitch: list[tuple[float, float]] = []
        self.frames = 0

    def add(self, extracted: Extracted) -> None:
        """Take in the clips of the training split."""
        start = 0
        for number, clip in enumerate(extracted.sources):
            rows = slice(start, start + clip.frames)
            start = rows.stop
            if clip.split != "train":
                continue
            f0 = interpolate(extracted.columns["f0"][rows])
            energy = extracted.columns["energy"][rows].astype(np.float64)
            _widen(self.f0_range, f0)
            _widen(self.energy_range, energy)
            self.energy_sums += energy.sum(), np.square(energy).sum()
            mean, deviation = (
                extracted.columns[name][number] for name in ("pitch_mean", "pitch_deviation")
            )
            self.pitch.append((float(mean), float(deviation)))
            self.frames += clip.frames

    def result(self) -> dict[str, float]:
        """The statistics that docs/architecture.md lists; FS2Error if there was no clip."""
        if not self.pitch:
            raise FS2Error("features: no clip of the training split is left to take statistics of")
        energy_mean, energy_square = self.energy_sums / self.frames
        (mean_mean, deviation_mean) = np.mean(self.pitch, axis=0)
        (mean_deviation, deviation_deviation) = np.std(self.pitch, axis=0)
        return {
            "f0_minimum": float(self.f0_range[0]),
            "f0_maximum": float(self.f0_range[1]),
            "pitch_mean_mean": float(mean_mean),
            "pitch_mean_deviation": float(mean_deviation),
            "pitch_deviation_mean": float(deviation_mean),
            "pitch_deviation_deviation": float(deviation_deviation),
            "energy_mean": float(energy_mean),
            "energy_deviation": float(np.sqrt(max(energy_square - energy_mean**2, 0))),
            "energy_minimum": float(self.energy_range[0]),
            "energy_maximum": float(self.energy_range[1]),
            "clips": len(self.pitch),
            "frames": self.frames,
            "seconds": self.frames * self.frame_seconds,
        }


def _widen(limits: np.ndarray, values: np.ndarray) -> None:
    limits[:] = min(limits[0], values.min()), max(limits[1], values.max())


def _extract_task(sources: Sequence[Source], features: Features, audio: AudioSettings) -> Extracted:
    kept, clips, set_aside = [], [], []
    for source in sources:
        columns = extract_clip(source, features, audio)
        if columns is None:
            set_aside.append({"id": source.id, "reason": "no voiced frame"})
        else:
            kept.append(source)
            clips.append(columns)
    merged = {
        name: np.concatenate([clip[name] for clip in clips]).astype(kind, copy=False)
        for name, kind in COLUMNS.items()
        if clips
    }
    return Extracted(kept, merged, set_aside)


def _extract(
    sources: list[Source], features: Features, audio: AudioSettings, workers: int
) -> Iterator[Extracted]:
    """The features of all clips, in order; silent or logged progress where there is no terminal."""
    mel_filter_bank(audio)  # once, before the workers are forked
    tasks = [sources[i : i + CLIPS_PER_TASK] for i in range(0, len(sources), CLIPS_PER_TASK)]
    bar = tqdm(total=len(sources), desc="features", unit="clip", disable=None)
    done = 0
    with bar:
        for task, extracted in zip(
            tasks, _in_order(_extract_task, tasks, features, audio, workers), strict=True
        ):
            yield extracted
            done += len(task)
            bar.update(len(task))
            if bar.disable and done * 10 // len(sources) > (done - len(task)) * 10 // len(sources):
                log.info("%d of %d clips", done, len(sources))


def _in_order(
    function: Callable[..., Extracted],
    tasks: list[list[Source]],
    features: Features,
    audio: AudioSettings,
    workers: int,
) -> Iterator[Extracted]:
    """`function` of each task in turn, computed by `workers` processes a little ahead."""
    if workers <= 1:
        yield from (function(task, features, audio) for task in tasks)
        return
    pool = ProcessPoolExecutor(min(workers, len(tasks)), initializer=_one_thread)
    running: deque[Future[Extracted]] = deque()
    try:
        for task in tasks:
            running.append(pool.submit(function, task, features, audio))
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


def _one_thread() -> None:
    """Workers already keep all cores busy."""
    threadpool_limits(1)


def _versions() -> dict[str, str]:
    found = {"fs2": __version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
