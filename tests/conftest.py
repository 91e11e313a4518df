"""Fixtures of several test folders."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_voice import FakeVoice
from hypothesis import settings

from fs2.registry import ALIGNERS, SYSTEMS, VOCODERS

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


@pytest.fixture(scope="session")
def prompts() -> Path:
    """Two short recordings that the checkout has, as the corpus source `asterisk` finds them."""
    return Path(__file__).with_name("data") / "asterisk"


@pytest.fixture
def restored_registries() -> Iterator[None]:
    """Forgets afterwards which plugins the test loaded, and what it added to the registries."""
    before = {registry.key: set(registry) for registry in (SYSTEMS, VOCODERS, ALIGNERS)}
    modules = set(sys.modules)
    yield
    for registry in (SYSTEMS, VOCODERS, ALIGNERS):
        for name in set(registry) - before[registry.key]:
            registry.remove(name)
    for name in set(sys.modules) - modules:
        if name.startswith("fs2_plugin_"):
            del sys.modules[name]


@pytest.fixture
def fake_voice(monkeypatch) -> type[FakeVoice]:
    """What the command line finds in the place of a trained voice."""

    def find(results, corpus, system, vocoder):
        return SimpleNamespace(training=(str(results), corpus, system), vocoder=vocoder)

    monkeypatch.setattr("fs2.synthesis.voice.Voice", FakeVoice)
    monkeypatch.setattr("fs2.synthesis.find.find_voice", find)
    return FakeVoice
