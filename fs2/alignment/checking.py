"""Reading, checking and measuring the TextGrids of many clips, by several processes."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import isnan
from pathlib import Path

import numpy as np
import soundfile
from tqdm import tqdm

from fs2.alignment.durations import ClipDurations, frame_durations
from fs2.alignment.merging import check_phones, merge
from fs2.alignment.phone_model import phone_fit, sound_frames
from fs2.alignment.praat import ClipError
from fs2.alignment.quality import long_phones
from fs2.alignment.textgrid import SUFFIX, UnknownWordError, read_textgrid, write_textgrid
from fs2.audio import AudioSettings
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error

_LENGTH_TOLERANCE = 0.1
"""Seconds by which a TextGrid may be longer or shorter than its clip."""
_CLIPS_PER_TASK = 64


@dataclass(frozen=True)
class AlignedClip:
    """One clip on its way from TextGrid to durations."""

    name: str
    textgrid: Path
    sound: Path
    tokens: Sequence[str]


@dataclass(frozen=True)
class CheckedClip:
    """What became of it: durations, or the reason why there are none."""

    name: str
    durations: ClipDurations | None = None
    phones: Sequence[tuple[str, float]] = ()
    """Each phone and its length in seconds."""
    phone_fit: float | None = None
    """How well the phones fit the sound (`fs2.alignment.phone_model.phone_fit`)."""
    reason: str = ""
    unknown_word: str = ""


def check_clips(
    clips: Sequence[AlignedClip],
    alignment: Alignment,
    audio: AudioSettings,
    textgrids: Path,
    workers: int,
) -> list[CheckedClip]:
    """Read, check and write the TextGrids of all clips, by several processes if it pays."""
    textgrids.mkdir(parents=True)
    tasks = [
        (clips[i : i + _CLIPS_PER_TASK], alignment, audio, textgrids)
        for i in range(0, len(clips), _CLIPS_PER_TASK)
    ]
    checked: list[CheckedClip] = []
    with (
        tqdm(total=len(clips), desc="durations", unit="clip", disable=None) as bar,
        ProcessPoolExecutor(max_workers=max(1, workers)) as pool,
    ):
        several = workers > 1 and len(tasks) > workers
        for some in pool.map(_check_some, tasks) if several else map(_check_some, tasks):
            checked += some
            bar.update(len(some))
    return checked


def _check_some(
    task: tuple[Sequence[AlignedClip], Alignment, AudioSettings, Path],
) -> list[CheckedClip]:
    clips, alignment, audio, textgrids = task
    return [_check(clip, alignment, audio, textgrids) for clip in clips]


def _check(
    clip: AlignedClip, alignment: Alignment, audio: AudioSettings, textgrids: Path
) -> CheckedClip:
    """The durations of one clip, and its TextGrid written to the folder `textgrids`."""
    try:
        grid = read_textgrid(clip.textgrid)
        check_phones(grid, clip.textgrid)
        samples = _samples(clip.sound, audio)
        if abs(grid.end - samples / audio.sample_rate) > _LENGTH_TOLERANCE:
            raise ClipError(
                f"the TextGrid is {grid.end:.2f} s long, "
                f"the clip {samples / audio.sample_rate:.2f} s"
            )
        write_textgrid(textgrids / f"{clip.name}{SUFFIX}", grid)
        phonemes = merge(
            grid, clip.tokens, alignment.minimum_pause_seconds, alignment.maximum_word_mismatch
        )
        durations = frame_durations(phonemes, samples, audio, alignment.edge_silence)
        fit = phone_fit(_frames(clip.sound), grid.phones)
    except ClipError as error:
        word = error.word if isinstance(error, UnknownWordError) else ""
        return CheckedClip(clip.name, reason=str(error), unknown_word=word)
    reason = ""
    phones = [(phone.label, phone.end - phone.start) for phone in grid.phones if phone.label]
    outliers = long_phones(phones, alignment.maximum_phone_seconds)
    if len(outliers) > alignment.maximum_outliers:
        longest = sorted(outliers, key=lambda outlier: -outlier[1])[:3]
        listed = ", ".join(f"{phone} {seconds:.2f} s" for phone, seconds in longest)
        reason = f"{len(outliers)} phones are too long ({listed})"
    elif durations.silence_share > alignment.maximum_silence_share:
        reason = f"silence share {durations.silence_share:.2f} is too large"
    return CheckedClip(clip.name, durations, phones, None if isnan(fit) else fit, reason)


def _samples(path: Path, audio: AudioSettings) -> int:
    try:
        header = soundfile.info(path)
    except (OSError, soundfile.SoundFileError) as error:
        raise ClipError(f"the sound file cannot be read ({error})") from error
    if header.samplerate != audio.sample_rate:
        raise FS2Error(
            f"{path}: {header.samplerate} Hz, but audio.sample_rate is {audio.sample_rate}; "
            "run the corpus stage again"
        )
    return header.frames


def _frames(path: Path) -> np.ndarray:
    """As `sound_frames`; ClipError if the samples cannot be read, whatever the header says."""
    try:
        return sound_frames(path)
    except FS2Error as error:
        raise ClipError(f"the sound file cannot be read ({error})") from error
