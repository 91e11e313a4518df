"""Section evaluation: metrics, tables and the report."""

from typing import Any

from pydantic import Field, field_validator

from fs2.config.section import Section, UserPath
from fs2.plugins import listed_paths
from fs2.sentence_lists import check_lists


class Evaluation(Section):
    """Metrics, tables and the report (paper section 3.2 and 3.3)."""

    mos: bool = True
    """Whether MOS proxies (distillmos, DNSMOS P.808) are computed."""
    word_error_rate: bool = True
    """Whether speech recognition measures the word error rate."""
    whisper_model: UserPath | None = None
    """Folder of a faster-whisper model; default: the tiny.en model of the environment."""
    sentences: tuple[UserPath, ...] = ("hard",)
    """Lists of sentences without recordings that every system speaks too: `hard`, `ordinary` (files
    in config/sentences/), or text files of lines id|text; [] for none."""
    maximum_sentences: int | None = Field(None, ge=1)
    """Speak only that many sentences of each list, spread evenly over it."""
    bootstrap_samples: int = Field(1000, ge=100)
    """Resamples for confidence intervals."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Level of the confidence intervals."""
    reference_textgrids: UserPath | None = None
    """Folder or tar archive of TextGrids that count as true (table 5; the paper: set by hand)."""
    other_textgrids: UserPath | None = None
    """A second alignment that table 5 compares with the reference, beside the workflow's own."""
    report_clips: int = Field(8, ge=1)
    """Test clips with players and plots in the report."""
    report_players: int = Field(60, ge=0)
    """Further test clips with players alone."""

    @field_validator("sentences", mode="before")
    @classmethod
    def _one_list_or_several(cls, value: Any) -> Any:
        """Accept a list's name, and several with commas between them, as --config gives them."""
        return listed_paths(value) if isinstance(value, str) else value

    @field_validator("sentences")
    @classmethod
    def _lists_can_be_told_apart(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        check_lists(names)
        return names
