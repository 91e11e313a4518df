"""The alignment stage: TextGrids by one of the aligners, then durations and the quality check."""

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from fs2.alignment.aligner import Aligned, AlignmentJob
from fs2.alignment.checking import AlignedClip, CheckedClip, check_clips
from fs2.alignment.durations import ClipDurations
from fs2.alignment.inputs import Inputs, read_inputs
from fs2.alignment.quality import likelihood_outliers
from fs2.alignment.report import alignment_report
from fs2.alignment.text_fit import mean_fit, misfits, text_fits
from fs2.alignment.text_shift import explain_other_texts
from fs2.audio import AudioSettings
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error
from fs2.exclusion import Exclusion, as_rows, check_share, check_splits, exclusions
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
    aligner is not there or fails, more than the share `alignment.maximum_bad_share` of the clips is
    excluded, or no clip of a split is left.
    """
    alignment.entry.check_available()
    inputs = read_inputs(Path(corpus), Path(text))
    fits = _text_fits(inputs, alignment, workers)
    reasons = dict(inputs.reasons) | misfits(fits, alignment.minimum_text_fit)
    sounds = {clip: sound for clip, sound in inputs.sounds.items() if clip not in reasons}
    _exclude(reasons, sounds, inputs, alignment)
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
        usable, reasons = _usable(checked, aligned, alignment, reasons)
        excluded = _exclude(reasons, usable, inputs, alignment)
        write_durations(folder / "durations.csv", usable, aligned.likelihoods)
        report = alignment_report(checked, usable, aligned, fits, alignment, audio, excluded)
        report["excluded"] = as_rows([*inputs.earlier, *excluded])
        write_json(folder / "report.json", report)
    logger.info("alignment: %d clips usable, %d excluded", len(usable), len(excluded))
    return report


def _text_fits(inputs: Inputs, alignment: Alignment, workers: int) -> dict[str, float]:
    """The measure by clip, unless it is not wanted; FS2Error if the texts are other clips'."""
    if not (alignment.minimum_text_fit or alignment.minimum_mean_text_fit):
        return {}
    fits = text_fits(inputs.sounds, inputs.sentences, workers)
    if (mean := mean_fit(fits)) < alignment.minimum_mean_text_fit:
        raise FS2Error(
            f"alignment: the texts are not what is said. A clip's own text fits its sound better "
            f"than {mean:.0%} of other clips' texts, mean of {len(fits)} clips; right texts reach "
            "nearly 100%, texts at random 50%, and alignment.minimum_mean_text_fit is "
            f"{alignment.minimum_mean_text_fit:g}. "
            f"{explain_other_texts(inputs.sounds, inputs.sentences)}. If you have listened and the "
            "texts are right, lower alignment.minimum_mean_text_fit"
        )
    return fits


def _usable(
    checked: Sequence[CheckedClip],
    aligned: Aligned,
    alignment: Alignment,
    reasons: Mapping[str, str],
) -> tuple[dict[str, ClipDurations], dict[str, str]]:
    """The durations of the clips that passed every check, and why the others did not.

    `reasons` are those of the clips without a TextGrid.
    """
    usable = {item.name: item.durations for item in checked if item.durations and not item.reason}
    reasons = {name: reason for name, reason in reasons.items() if name not in usable}
    reasons |= {item.name: item.reason for item in checked if item.reason}
    likelihoods = {
        name: aligned.likelihoods[name] for name in usable if name in aligned.likelihoods
    }
    reasons |= likelihood_outliers(likelihoods, alignment)
    return {name: value for name, value in usable.items() if name not in reasons}, reasons


def _exclude(
    reasons: Mapping[str, str], kept: Collection[str], inputs: Inputs, alignment: Alignment
) -> list[Exclusion]:
    """The excluded clips; FS2Error if they are too many or a split has none left."""
    excluded = exclusions("alignment", reasons)
    check_share(excluded, len(kept) + len(excluded), alignment.maximum_bad_share)
    check_splits(inputs.splits, kept, [*inputs.earlier, *excluded])
    return excluded


def write_durations(
    path: Path, usable: Mapping[str, ClipDurations], likelihoods: Mapping[str, float]
) -> None:
    """Write durations.csv (docs/architecture.md), a row a clip; not every clip has a likelihood."""
    rows = (
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
    )
    write_table(path, COLUMNS, rows)
