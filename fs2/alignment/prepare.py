"""The alignment stage: TextGrids by one of the aligners, then durations and the quality check."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fs2.alignment.aligner import Aligned, AlignmentJob
from fs2.alignment.checking import AlignedClip, CheckedClip, check_clips
from fs2.alignment.inputs import Inputs, read_inputs
from fs2.alignment.quality import count_reasons, likelihood_outliers
from fs2.alignment.report import alignment_report
from fs2.alignment.text_fit import misfits, refuse_other_texts, text_fits
from fs2.audio import AudioSettings
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error
from fs2.files import atomic_path, working_folder, write_json, write_table
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
) -> dict[str, Any]:
    """Align the clips of `corpus` with their phonemes and write the folder `output`.

    `corpus` and `text` are the folders that those stages wrote; docs/architecture.md describes
    all files. Clips that cannot be used are excluded by name and reason. Returns the report, which
    is also `output/report.json`. The aligner works in a hidden folder beside `output`.

    Raises FS2Error if an input is missing, the texts are other clips', a phone is not a symbol, the
    aligner is not there or fails, or more than the share `alignment.maximum_bad_share` of the
    clips is excluded.
    """
    alignment.entry.check_available()
    inputs = read_inputs(Path(corpus), Path(text))
    fits = _text_fits(inputs, alignment, workers)
    reasons = dict(inputs.reasons) | misfits(fits, alignment.minimum_text_fit)
    sounds = {clip: sound for clip, sound in inputs.sounds.items() if clip not in reasons}
    _refuse_bad_share(len(sounds), reasons, alignment.maximum_bad_share)
    with working_folder(Path(output)) as work, atomic_path(Path(output)) as folder:
        job = AlignmentJob(
            settings=alignment.settings,
            clips=sounds,
            words={c: [t for t in inputs.tokens[c] if t not in PUNCTUATION] for c in sounds},
            training=frozenset(clip for clip in sounds if inputs.splits.get(clip) == "train"),
            lexicon=Path(text) / "lexicon.dict",
            folder=work,
            workers=workers,
        )
        aligned: Aligned = alignment.entry.align(job)
        reasons |= {c: aligned.reasons.get(c, "no TextGrid") for c in sounds}
        clips = [
            AlignedClip(name, aligned.textgrids[name], sounds[name], inputs.tokens[name])
            for name in sounds
            if name in aligned.textgrids
        ]
        checked = check_clips(clips, alignment, audio, folder / "textgrids", workers)
        return _write_results(checked, aligned, fits, alignment, audio, reasons, folder)


def _text_fits(inputs: Inputs, alignment: Alignment, workers: int) -> dict[str, float]:
    """The measure by clip, unless it is not wanted; FS2Error if the texts are other clips'."""
    if not (alignment.minimum_text_fit or alignment.minimum_mean_text_fit):
        return {}
    fits = text_fits(inputs.sounds, inputs.sentences, workers)
    refuse_other_texts(fits, alignment.minimum_mean_text_fit)
    return fits


def _write_results(
    checked: Sequence[CheckedClip],
    aligned: Aligned,
    fits: Mapping[str, float],
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
    report = alignment_report(checked, usable, aligned, fits, alignment, audio, reasons)
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
