"""Fixtures of several test folders."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None)  # the machine may be busy
settings.load_profile("project")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recordings that some development machines have beside the checkout."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no recordings beside the checkout (../shared/data)")
    return folder
