"""Section alignment: phoneme durations."""

from typing import ClassVar

from pydantic import Field

from fs2.config.section import ChosenSection
from fs2.registry import ALIGNERS, Registry


class Alignment(ChosenSection):
    """Phoneme durations (paper section 2.2)."""

    REGISTRY: ClassVar[Registry] = ALIGNERS
    CHOICE: ClassVar[str] = "aligner"

    aligner: str = "viter"
    """mfa is the paper's and comes by conda; viter comes by pip; textgrids reads finished ones."""
    minimum_text_fit: float = Field(0.9, ge=0, le=1)
    """Clips are excluded whose own text fits their sound better than a smaller share of other
    clips' texts; 0 excludes none."""
    minimum_mean_text_fit: float = Field(0.8, ge=0, le=1)
    """The run stops if the mean of that share is below this: the texts are other clips'."""
    edge_silence: float = Field(0.1, ge=0)
    """Seconds of silence kept before the first and after the last phone; the rest is cut."""
    minimum_pause_seconds: float = Field(0.05, ge=0)
    """A shorter pause without punctuation belongs to the phone before it."""
    maximum_word_mismatch: float = Field(0.25, ge=0, le=1)
    """Clips are excluded if a larger share of the words differs between TextGrid and text."""
    maximum_phone_seconds: float = Field(0.6, gt=0)
    """A phone longer than this is an outlier."""
    maximum_outliers: int = Field(2, ge=0)
    """Clips with more outliers are excluded."""
    maximum_silence_share: float = Field(0.6, gt=0, le=1)
    """Clips with a larger share of silence are excluded."""
    minimum_likelihood_deviation: float = Field(-4.0, lt=0)
    """Clips whose likelihood is this many robust deviations off the median are excluded."""
    maximum_bad_share: float = Field(0.1, ge=0, le=1)
    """The run stops if a larger share of the clips is excluded."""
