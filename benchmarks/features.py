"""How fast features are extracted: `python benchmarks/features.py [folder of clips]`.

Prints a small table: times real time with all cores, from the interpreter's imports to the finished
file, and the share of each step of one clip. Without a folder of wav or flac clips at 22,050 Hz it
makes material like speech: voiced stretches of gliding pitch between pauses.
"""

import argparse
import os
import resource
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from fs2.audio import AudioSettings, read_audio, write_audio
from fs2.config.features import Features
from fs2.files import write_json

AUDIO = AudioSettings()
FEATURES = Features()
FRAMES_PER_PHONEME = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="?", type=Path, help="folder of wav or flac clips")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=1200, help="length of made-up speech")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stages = Path(folder)
        prepare(stages, arguments.clips, arguments.seconds)
        begin, cpu = time.perf_counter(), _cpu_seconds()
        from fs2.features.extraction import extract_features

        summary = extract_features(
            FEATURES, AUDIO, stages, stages, stages, stages / "features", arguments.workers
        )
        wall, cpu = time.perf_counter() - begin, _cpu_seconds() - cpu
        speech = summary["seconds"]
        steps = time_steps(sorted((stages / "clips").iterdir())[:100])
    total = sum(steps.values())
    print(f"| features of {summary['clips']} clips, {speech / 60:.1f} min | |\n|---|---|")
    print(f"| x real time, {arguments.workers} processes, all included | {speech / wall:.0f} |")
    print(f"| x real time per core, by processor time | {speech / cpu:.0f} |")
    for name, seconds in steps.items():
        print(f"| share of {name} | {seconds / total:.0%} |")


def prepare(stages: Path, clips: Path | None, seconds: float) -> None:
    """The tables and clips that the extraction reads, all in the folder `stages`."""
    if clips is None:
        (stages / "clips").mkdir()
        random = np.random.default_rng(0)
        while seconds > 0:
            samples = speech_like(random)
            name = f"clip{len(list((stages / 'clips').iterdir())):05d}"
            write_audio(stages / "clips" / f"{name}.wav", samples, AUDIO.sample_rate)
            seconds -= len(samples) / AUDIO.sample_rate
    elif any(clips.glob("*.flac")):
        (stages / "clips").mkdir()
        for path in sorted(clips.glob("*.flac")):
            samples, rate = read_audio(path)
            write_audio(stages / "clips" / f"{path.stem}.wav", samples, rate)
    else:
        (stages / "clips").symlink_to(clips.resolve())
    durations, texts, splits = (
        ["id,start_sample,frames,phonemes,durations"],
        ["id,text"],
        ["id,split"],
    )
    for index, path in enumerate(sorted((stages / "clips").glob("*.wav"))):
        frames = (path.stat().st_size - 44) // 2 // AUDIO.hop_length
        phonemes = frames // FRAMES_PER_PHONEME
        lengths = [FRAMES_PER_PHONEME] * (phonemes - 1)
        lengths.append(frames - sum(lengths))
        durations.append(
            f"{path.stem},0,{frames},{' '.join(['sil'] * phonemes)},{' '.join(map(str, lengths))}"
        )
        texts.append(f"{path.stem},text")
        split = {0: "validation", 1: "test"}.get(index, "train")
        splits.append(f"{path.stem},{split}")
    (stages / "durations.csv").write_text("\n".join(durations), encoding="utf-8")
    (stages / "phonemes.csv").write_text("\n".join(texts), encoding="utf-8")
    (stages / "splits.csv").write_text("\n".join(splits), encoding="utf-8")
    write_json(stages / "report.json", {"excluded": []})
    (stages / "symbols.txt").write_text("_\nsil\n", encoding="utf-8")


def speech_like(random: np.random.Generator) -> np.ndarray:
    """About 6 s: harmonics of a gliding F0 with formants, between stretches of faint noise."""
    length = int(random.uniform(4, 8) * AUDIO.sample_rate)
    seconds = np.arange(length) / AUDIO.sample_rate
    knots = np.arange(0, seconds[-1] + 0.5, 0.25)
    f0 = np.interp(seconds, knots, random.normal(190, 30, len(knots)).clip(100, 350))
    loud = np.interp(seconds, knots, random.uniform(-0.5, 1, len(knots))).clip(0)
    phase = 2 * np.pi * np.cumsum(f0) / AUDIO.sample_rate
    voice = sum(np.sin(n * phase) / n for n in range(1, 20))
    return 0.1 * loud * voice + 1e-3 * random.standard_normal(length)


def time_steps(paths: list[Path]) -> dict[str, float]:
    """Seconds of one core for each step over all `paths`."""
    from fs2.features.mel import mel_and_energy
    from fs2.features.pitch import pitch_contour, track_f0
    from fs2.features.pitch_spectrogram import pitch_spectrogram

    spent: dict[str, float] = defaultdict(float)
    begin = 0.0

    def lap(step: str) -> None:
        nonlocal begin
        now = time.process_time()
        spent[step] += now - begin
        begin = now

    for path in paths:
        begin = time.process_time()
        samples, _ = read_audio(path)
        lap("reading")
        mel_and_energy(samples, AUDIO)
        lap("mel and energy")
        f0 = track_f0(samples, AUDIO, FEATURES.f0_floor, FEATURES.f0_ceiling, FEATURES.f0_speed)
        lap("F0")
        pitch_spectrogram(pitch_contour(f0).values, AUDIO.frame_seconds)
        lap("pitch spectrogram")
    return spent


def _cpu_seconds() -> float:
    """Processor time of this process and its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
