"""The alignment stage: TextGrids by one of the aligners, then durations and the quality check."""

import logging
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fs2.alignment.aligner import Aligned, AlignmentJob
from fs2.alignment.checking import AlignedClip, CheckedClip, check_clips
from fs2.alignment.durations import ClipDurations
from fs2.alignment.quality import (
    count_reasons,
    duration_summary,
    likelihood_outliers,
    likelihood_summary,
    long_phones,
)
from fs2.audio import AudioSettings
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error
from fs2.files import atomic_path, read_table, write_json, write_table
from fs2.text.symbols import PUNCTUATION

COLUMNS = (
    "id",
    "start_sample",
    "frames",
    "phonemes",
    "durations",
    "log_likelihood",
    "silence_share",
)

logger = logging.getLogger(__name__)


def prepare_alignment(
    alignment: Alignment,
    audio: AudioSettings,
    corpus: Path,
    text: Path,
    output: Path,
    workers: int = 1,
    temporary: Path | None = None,
) -> dict[str, Any]:
    """Align the clips of `corpus` with their phonemes and write the folder `output`.

    `corpus` and `text` are the folders that those stages wrote; docs/architecture.md describes
    all files. Clips that cannot be used are excluded by name and reason. Returns the report, which
    is also `output/report.json`. `temporary` is where the aligner works (default: the system's).

    Raises FS2Error if an input is missing, a phone is not a symbol, the aligner is not there or
    fails, or more than the share `alignment.maximum_bad_share` of the clips is excluded.
    """
    alignment.entry.check_available()
    tokens, sounds, training, reasons = _read_inputs(Path(corpus), Path(text))
    if temporary is not None:
        Path(temporary).mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="alignment.", dir=temporary) as work,
        atomic_path(Path(output)) as folder,
    ):
        job = AlignmentJob(
            settings=alignment.settings,
            clips=sounds,
            words={clip: [t for t in tokens[clip] if t not in PUNCTUATION] for clip in sounds},
            training=training,
            lexicon=Path(text) / "lexicon.dict",
            folder=Path(work),
            workers=workers,
        )
        aligned: Aligned = alignment.entry.align(job)
        reasons |= {c: aligned.reasons.get(c, "no TextGrid") for c in sounds}
        clips = [
            AlignedClip(name, aligned.textgrids[name], sounds[name], tokens[name])
            for name in sounds
            if name in aligned.textgrids
        ]
        checked = check_clips(clips, alignment, audio, folder / "textgrids", workers)
        return _write_results(checked, aligned, alignment, audio, reasons, folder)


def _read_inputs(
    corpus: Path, text: Path
) -> tuple[dict[str, list[str]], dict[str, Path], frozenset[str], dict[str, str]]:
    """Tokens and sound file of each clip, the training ids, and the clips that lack something."""
    rows = read_table(corpus / "metadata.csv", ("id",))
    splits = {row["id"]: row["split"] for row in read_table(corpus / "splits.csv", ("id", "split"))}
    tokens = {
        row["id"]: row["words"].split()
        for row in read_table(text / "phonemes.csv", ("id", "words"))
    }
    sounds: dict[str, Path] = {}
    reasons: dict[str, str] = {}
    for clip in (row["id"] for row in rows):
        sound = corpus / "clips" / f"{clip}.wav"
        if clip not in tokens:
            reasons[clip] = f"no line in {text.name}/phonemes.csv"
        elif not sound.is_file():
            reasons[clip] = f"no sound file {corpus.name}/clips/{clip}.wav"
        else:
            sounds[clip] = sound
    if not sounds:
        raise FS2Error(f"{corpus}: no clip has both a sound file and a line in {text}/phonemes.csv")
    training = frozenset(clip for clip in sounds if splits.get(clip) == "train")
    return tokens, sounds, training, reasons


def _write_results(
    checked: Sequence[CheckedClip],
    aligned: Aligned,
    alignment: Alignment,
    audio: AudioSettings,
    reasons: Mapping[str, str],
    folder: Path,
) -> dict[str, Any]:
    """Write durations.csv and report.json into `folder`; returns the report."""
    usable = {item.name: item.durations for item in checked if item.durations and not item.reason}
    reasons = {name: reason for name, reason in reasons.items() if name not in usable}
    reasons |= {item.name: item.reason for item in checked if item.reason}
    likelihoods = {
        name: aligned.likelihoods[name] for name in usable if name in aligned.likelihoods
    }
    reasons |= likelihood_outliers(likelihoods, alignment)
    usable = {name: value for name, value in usable.items() if name not in reasons}
    _refuse_bad_share(len(usable), reasons, alignment.maximum_bad_share)

    write_table(
        folder / "durations.csv",
        COLUMNS,
        (
            {
                "id": name,
                "start_sample": clip.start_sample,
                "frames": clip.frames,
                "phonemes": " ".join(clip.phonemes),
                "durations": " ".join(map(str, clip.durations)),
                "log_likelihood": f"{likelihoods[name]:.4f}" if name in likelihoods else "",
                "silence_share": f"{clip.silence_share:.4f}",
            }
            for name, clip in usable.items()
        ),
    )
    report = _report(checked, usable, aligned, alignment, audio, reasons)
    write_json(folder / "report.json", report)
    logger.info("alignment: %d clips usable, %d excluded", len(usable), len(reasons))
    return report


def _refuse_bad_share(usable: int, reasons: Mapping[str, str], maximum: float) -> None:
    total = usable + len(reasons)
    if usable and len(reasons) <= maximum * total:
        return
    kinds = "; ".join(f"{count} x {kind}" for kind, count in count_reasons(reasons).items())
    examples = "\n".join(f"  {clip}: {reason}" for clip, reason in list(reasons.items())[:5])
    raise FS2Error(
        f"alignment: {len(reasons)} of {total} clips cannot be used ({kinds}), more than "
        f"alignment.maximum_bad_share = {maximum:g} allows; for example\n{examples}\n"
        "Correct the cause, or raise alignment.maximum_bad_share to go on without them"
    )


def _report(
    checked: Sequence[CheckedClip],
    usable: Mapping[str, ClipDurations],
    aligned: Aligned,
    alignment: Alignment,
    audio: AudioSettings,
    reasons: Mapping[str, str],
) -> dict[str, Any]:
    lengths: dict[str, list[float]] = defaultdict(list)
    outliers = []
    for item in checked:
        if item.name not in usable:
            continue
        for phone, seconds in item.phones:
            lengths[phone].append(seconds)
        outliers += [
            {"id": item.name, "phone": phone, "seconds": round(seconds, 3)}
            for phone, seconds in long_phones(item.phones, alignment.maximum_phone_seconds)
        ]
    known = {item.name for item in checked if item.durations}
    frames = sum(clip.frames for clip in usable.values())
    silence = sum(clip.silence_share * clip.frames for clip in usable.values())
    return {
        "aligner": alignment.aligner,
        "clips": len(usable),
        "clips_excluded": len(reasons),
        "clips_aligned": len(aligned.textgrids),
        "frames": frames,
        "hours": round(frames * audio.frame_seconds / 3600, 4),
        "silence_share": round(silence / frames, 4),
        "phone_durations": duration_summary(lengths),
        "likelihood": likelihood_summary(
            {clip: value for clip, value in aligned.likelihoods.items() if clip in known}
        ),
        "unknown_words": dict(Counter(item.unknown_word for item in checked if item.unknown_word)),
        "long_phones": sorted(outliers, key=lambda item: -item["seconds"]),
        "excluded_by_reason": count_reasons(reasons),
        "excluded": [{"id": clip, "reason": reason} for clip, reason in sorted(reasons.items())],
        "details": dict(aligned.details),
    }
