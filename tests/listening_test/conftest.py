"""A listening test of four systems."""

from pathlib import Path

import pytest
from listening import ALL, PAIRS, SYSTEMS, speak

from fs2.config.listening_test import ListeningTest
from fs2.listening_test.design import Design, make_design


@pytest.fixture
def sounds(tmp_path: Path) -> dict[str, Path]:
    """The folder of every system's sounds."""
    return {system: speak(tmp_path / "synthesis" / system) for system in ALL}


@pytest.fixture
def design(sounds) -> Design:
    """Two sentences to rate and two to compare for each of five listeners."""
    settings = ListeningTest(ratings=6, comparisons=4, listeners=5)
    return make_design("toy", settings, sounds, SYSTEMS, PAIRS)
