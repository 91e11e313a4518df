"""The aligner `viter`: MFA's recipe in a package that comes by pip."""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from fs2.alignment.aligner import Aligned, AlignerEntry, AlignmentJob, trainable, write_corpus
from fs2.config.section import Section
from fs2.errors import FS2Error

if TYPE_CHECKING:
    from tqdm import tqdm

_STAGES = ("monophone", "triphone", "lda", "sat")

logger = logging.getLogger(__name__)


class ViterSettings(Section):
    """viter: MFA's recipe, by pip."""

    model: Literal["monophone", "triphone", "lda", "sat"] = "sat"
    """The last stage of its training; each contains those before it."""
    sat_rounds: int = Field(1, ge=1)
    """Rounds of speaker-adaptive training, if the model is sat."""


class ViterAligner(AlignerEntry):
    """Trained on the training split, in this process."""

    name = "viter"
    title = "viter"
    settings = ViterSettings

    def check_available(self) -> None:
        """As `Entry.check_available`."""
        if find_spec("viter") is None:
            raise FS2Error(
                "alignment.aligner: viter is chosen, but its package is not installed: "
                "pip install viter"
            )

    def align(self, job: AlignmentJob) -> Aligned:
        """As `AlignerEntry.align`."""
        return align_with_viter(job)


ALIGNER = ViterAligner()


def align_with_viter(job: AlignmentJob) -> Aligned:
    """Train viter on the training split and align every clip with that model.

    The same clips give the same alignment. The likelihoods are our own, since viter tells none.
    Raises FS2Error if viter fails.
    """
    import viter
    from tqdm import tqdm

    from fs2.alignment.likelihood import frame_likelihoods
    from fs2.alignment.textgrid import find_textgrids, read_textgrid, textgrids_hash

    training, clips = trainable(job)
    # One speaker: adaptation works on all clips, and viter divides its work by clip anyway.
    write_corpus(job, job.folder / "training", training, ".txt", len(clips))
    write_corpus(job, job.folder / "corpus", clips, ".txt", len(clips))
    model_path, output = job.folder / "model.viter", job.folder / "textgrids"
    # Its thread pool reads this once, when it starts; the result is the same with any number.
    os.environ["RAYON_NUM_THREADS"] = str(job.workers)
    last = _STAGES.index(job.settings.model)
    try:
        with tqdm(total=100, desc="training the aligner", unit="%", disable=None) as bar:
            model = viter.train(
                job.folder / "training",
                model_path,
                dict=job.lexicon,
                cpu=True,
                seed=0,
                no_tri=last < _STAGES.index("triphone"),
                no_lda=last < _STAGES.index("lda"),
                no_sat=last < _STAGES.index("sat"),
                sat_rounds=job.settings.sat_rounds,
                progress=_show_on(bar),
                quiet=True,
            )
        summary = model.align_corpus(job.folder / "corpus", output)
    except viter.ViterError as error:
        raise FS2Error(f"viter failed: {error}") from error
    logger.info("viter: %d of %d clips aligned", summary.aligned, summary.utterances)
    found = find_textgrids(output)
    textgrids = {clip: found[clip] for clip in clips if clip in found}
    return Aligned(
        textgrids,
        likelihoods=frame_likelihoods(
            job.clips,
            {clip: read_textgrid(path) for clip, path in textgrids.items()},
            job.training,
        ),
        reasons={
            clip: "viter could not align it" if job.words[clip] else "no words to align"
            for clip in job.clips
            if clip not in found
        },
        details={
            "version": viter.__version__,
            "training_clips": len(training),
            "model_sha256": model_fingerprint(model_path),
            "textgrids_sha256": textgrids_hash(textgrids),
        },
    )


def model_fingerprint(path: Path) -> str:
    """A SHA-256 that equal models share: that of the file's bytes in sorted order.

    viter writes the tables of one model in another order each time, as a hash map yields them.
    """
    return hashlib.sha256(bytes(sorted(path.read_bytes()))).hexdigest()


def _show_on(bar: "tqdm[Any]") -> Callable[[Mapping[str, Any]], None]:
    """A progress callback: percent on the bar, and a log line for each stage of the training."""
    stage = ""

    def show(info: Mapping[str, Any]) -> None:
        nonlocal stage
        bar.update(int(100 * info["fraction"]) - bar.n)
        if info["stage"] != stage:
            stage = info["stage"]
            bar.set_postfix_str(stage)
            logger.info("viter: %s, %.0f s", stage, info["elapsed"])

    return show
