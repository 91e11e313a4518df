"""Griffin-Lim: a waveform from a mel spectrogram without a trained network."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from fs2.audio import AudioSettings
from fs2.config.section import Section
from fs2.errors import FS2Error
from fs2.vocoder.entry import VocoderEntry, VocoderJob, write_folder

if TYPE_CHECKING:
    import torch

    from fs2.vocoder.griffin_lim.inversion import GriffinLim


class GriffinLimSettings(Section):
    """Griffin-Lim."""

    iterations: int = Field(60, ge=1)
    """Iterations."""


class GriffinLimEntry(VocoderEntry):
    """It takes any mel and needs no weights."""

    name = "griffin_lim"
    title = "Griffin-Lim"
    settings = GriffinLimSettings
    takes_any_mel = True

    def check_available(self) -> None:
        """As `Entry.check_available`: librosa must be there."""
        if find_spec("librosa") is None:
            raise FS2Error(
                "vocoder.name: griffin_lim needs the package librosa: pip install librosa"
            )

    def make(self, job: VocoderJob) -> dict[str, Any]:
        """As `VocoderEntry.make`: the folder says how many iterations."""
        write_folder(job, {}, {"settings": job.config.vocoder.settings.plain()})
        return {}

    def load(self, folder: Path, info: Mapping[str, Any], device: "torch.device") -> "GriffinLim":
        """As `VocoderEntry.load`; it computes on the CPU."""
        from fs2.vocoder.griffin_lim.inversion import GriffinLim

        settings = GriffinLimSettings(**info["settings"])
        return GriffinLim(AudioSettings(**info["audio"]), settings.iterations)


VOCODER = GriffinLimEntry()
