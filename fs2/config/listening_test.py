"""Section listening_test: the page on which people rate the systems, and what counts of it."""

from pydantic import Field

from fs2.config.section import Section, Seed, UserPath

OF_THE_ANSWERS = ("answers", "minimum_recordings_mos")
"""Keys that decide nothing about the page."""


class ListeningTest(Section):
    """A page for listeners, MOS and CMOS (paper sections 3.2, 3.3); it decides no other result."""

    sentences: int = Field(100, ge=1)
    """At most so many test sentences, drawn with the seed (paper: 100); each by every system."""
    ratings: int = Field(60, ge=1)
    """At most so many clips that one listener rates: as many sentences as fit, all systems of each,
    but at least one sentence."""
    comparisons: int = Field(40, ge=1)
    """At most so many pairs that one listener compares, in the same way."""
    listeners: int = Field(40, ge=1)
    """Listeners that sentences and orders are made for (paper: at least 20); further ones get an
    order again."""
    seed: Seed = 1234
    """Of the choice of sentences and of all orders."""
    show_texts: bool = False
    """Whether the listeners read what is said."""
    notice: str | None = None
    """A paragraph of your own on the first page: who asks, and where the answers are to be sent."""
    answers: UserPath | None = None
    """Folder of the test's key and of the listeners' answers; default: listening_test/<corpus>/,
    beside results/."""
    minimum_recordings_mos: float = Field(3.0, ge=1, le=5)
    """A listener whose mean rating of the hidden recordings is lower is left out."""
