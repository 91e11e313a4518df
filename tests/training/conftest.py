import pytest
import toy


@pytest.fixture(scope="session")
def features(tmp_path_factory):
    """A features file of invented clips; some are shorter than the segments of a waveform."""
    return toy.features(tmp_path_factory.mktemp("features") / "features.h5")
