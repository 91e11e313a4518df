"""The aligner `textgrids`: finished TextGrids, from a folder or an archive."""

from pathlib import Path

from fs2.alignment.aligner import Aligned, AlignerEntry, AlignmentJob
from fs2.audio import AudioSettings
from fs2.config.section import Section, UserPath
from fs2.errors import FS2Error
from fs2.files import sha256


class TextGridsSettings(Section):
    """Finished TextGrids."""

    path: UserPath | None = None
    """Folder or tar archive of TextGrids named <id>.TextGrid; required."""

    def check(self, key: str, audio: AudioSettings) -> None:
        """As `Section.check`: there must be a path."""
        if not self.path:
            raise ValueError(f"{key}.path: name the folder or archive of the TextGrids")


class TextGridsAligner(AlignerEntry):
    """Reads what another program, or another run, has aligned."""

    name = "textgrids"
    title = "given TextGrids"
    settings = TextGridsSettings

    def user_path(self, settings: TextGridsSettings) -> str | None:
        """As `Entry.user_path`."""
        return settings.path

    def align(self, job: AlignmentJob) -> Aligned:
        """As `AlignerEntry.align`."""
        return given_textgrids(job)


ALIGNER = TextGridsAligner()


def given_textgrids(job: AlignmentJob) -> Aligned:
    """Take the TextGrids of `alignment.textgrids.path`; those of no clip are ignored.

    Raises FS2Error if none of them has the name of a clip.
    """
    from fs2.alignment.textgrid import collect_textgrids

    source = Path(job.settings.path)
    found = collect_textgrids(source, job.folder / "unpacked")
    textgrids = {clip: path for clip, path in found.items() if clip in job.clips}
    if not textgrids:
        raise FS2Error(
            f"alignment.textgrids.path: none of the {len(found)} TextGrids in {source} has the "
            f"name of a clip: {next(iter(found))} is none, the clips are like "
            f"{next(iter(job.clips))}"
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
