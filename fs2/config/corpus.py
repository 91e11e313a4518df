"""Section corpus: where the recordings come from."""

from typing import Any, Literal

from pydantic import Field, model_validator

from fs2.archives import DEFAULT_LIMITS
from fs2.config.section import Section, Seed, UserPath


class Corpus(Section):
    """Where the recordings come from, how they are checked and split (paper section 3.1)."""

    source: Literal["asterisk", "ljspeech", "kathleen", "folder"] = "asterisk"
    """Which source to read."""
    name: str = Field("asterisk", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=100)
    """Name of the results folder: everything of this corpus lies under results/<name>/. Where it is
    left out it is that of the source; a folder must be given one."""
    path: UserPath | None = None
    """Local archive or folder to use instead of a download; required by source: folder."""
    maximum_unpacked_gb: float = Field(DEFAULT_LIMITS.gigabytes, gt=0)
    """An archive at path that unpacks to more gigabytes (10^9 bytes) is refused."""
    maximum_files: int = Field(DEFAULT_LIMITS.files, ge=1)
    """An archive at path that holds more files and folders is refused."""
    rms_dbfs: float = Field(-23.0, ge=-60, le=-6)
    """Loudness to which every clip is brought: RMS of its speech, in dB below full scale."""
    minimum_words: int = Field(1, ge=1)
    """Clips with fewer words are excluded (the demo uses 3)."""
    minimum_seconds: float = Field(0.4, gt=0)
    """Shorter clips are excluded."""
    maximum_seconds: float = Field(20.0, gt=0)
    """Longer clips are excluded."""
    maximum_characters_per_second: float = Field(30.0, gt=0)
    """Clips whose text is denser than this are excluded: the text cannot be what is said."""
    minimum_characters_per_second: float = Field(3.0, ge=0)
    """Clips whose text is sparser than this are excluded."""
    maximum_clipped_share: float = Field(0.005, ge=0, le=1)
    """Clips with a larger share of samples at full scale are excluded."""
    maximum_bad_share: float = Field(0.05, ge=0, le=1)
    """The run stops if a larger share of the clips is excluded."""
    maximum_clips: int | None = Field(None, ge=3)
    """Use only the first clips in order of id; for quick trials."""
    validation_share: float = Field(0.03, gt=0, lt=0.5)
    """Share of the clips for validation (ljspeech keeps the paper's split instead)."""
    test_share: float = Field(0.06, gt=0, lt=0.5)
    """Share of the clips for the test (ljspeech keeps the paper's split instead)."""
    seed: Seed = 0
    """Seed of the random split."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, values: Any) -> Any:
        """Name the corpus by its source."""
        if not isinstance(values, dict) or "name" in values or "source" not in values:
            return values
        if values["source"] == "folder":
            raise ValueError("source: folder needs name: how results/<name>/ is to be called")
        return {**values, "name": values["source"]}

    @model_validator(mode="after")
    def _consistent(self) -> "Corpus":
        if self.source == "folder" and not self.path:
            raise ValueError("source: folder needs path: the folder that holds metadata.csv")
        if self.minimum_seconds >= self.maximum_seconds:
            raise ValueError("minimum_seconds must be below maximum_seconds")
        return self
