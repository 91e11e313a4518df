"""The aligner `textgrids`: finished TextGrids, from a folder or an archive."""

from pathlib import Path

from fs2.alignment.aligner import Aligned, AlignmentJob
from fs2.alignment.textgrid import collect_textgrids
from fs2.errors import FS2Error
from fs2.files import sha256


def given_textgrids(job: AlignmentJob) -> Aligned:
    """Take the TextGrids of `alignment.path`; those of no clip are excluded.

    Raises FS2Error if none of them has the name of a clip.
    """
    source = Path(job.settings.path or "")
    found = collect_textgrids(source, job.folder / "unpacked")
    textgrids = {clip: path for clip, path in found.items() if clip in job.clips}
    if not textgrids:
        raise FS2Error(
            f"alignment.path: none of the {len(found)} TextGrids in {source} has the name of a "
            f"clip: {next(iter(found))} is none, the clips are like {next(iter(job.clips))}"
        )
    reason = f"no TextGrid in {source.name}"
    return Aligned(
        textgrids,
        reasons={clip: reason for clip in job.clips if clip not in textgrids},
        details={
            "source": str(source),
            "source_sha256": sha256(source) if source.is_file() else None,
            "textgrids_without_clip": len(found) - len(textgrids),
        },
    )
