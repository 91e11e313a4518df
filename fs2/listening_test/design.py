"""What a listening test consists of: clips under names that tell nothing, an order a listener."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from fs2.config.listening_test import ListeningTest
from fs2.errors import FS2Error
from fs2.files import read_json, sha256, write_json

FORMAT = 1
"""Version of the key's file; a reader refuses any other."""

Pair = tuple[str, str]
"""Two names: of systems, or of clips in the order in which they are heard."""


@dataclass(frozen=True)
class Clip:
    """A sentence as a system speaks it, and the SHA-256 of the sound file."""

    system: str
    sentence: str
    sha256: str


@dataclass(frozen=True)
class Session:
    """What one listener hears, in this order: names of clips to rate, pairs of them to compare."""

    ratings: tuple[str, ...]
    comparisons: tuple[Pair, ...]


@dataclass(frozen=True)
class Design:
    """A listening test.

    Attributes:
        corpus: Name of the corpus.
        clips: Their names -> what they are.
        training: What every listener hears first; its answers do not count.
        sessions: One a listener.
    """

    corpus: str
    clips: Mapping[str, Clip]
    training: Session
    sessions: tuple[Session, ...]

    @cached_property
    def fingerprint(self) -> str:
        """Twelve digits that only this test has: other sounds or another order give others."""
        text = json.dumps(self._plain(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def heard(self) -> list[str]:
        """The names of the clips that somebody hears, in order."""
        found = {
            name
            for session in (self.training, *self.sessions)
            for names in (session.ratings, *session.comparisons)
            for name in names
        }
        return sorted(found)

    def write(self, path: Path) -> None:
        """Write the key."""
        write_json(path, {"format": FORMAT, "test": self.fingerprint, **self._plain()})

    @classmethod
    def read(cls, path: Path) -> "Design":
        """Read a key. Raises FS2Error if it is missing, of another version, or was changed."""
        values = read_json(path)
        try:
            if values["format"] != FORMAT:
                raise FS2Error(f"{path}: has format {values['format']}, not {FORMAT}")
            design = cls(
                values["corpus"],
                {name: Clip(**clip) for name, clip in values["clips"].items()},
                _session(values["training"]),
                tuple(map(_session, values["sessions"])),
            )
            unchanged = design.fingerprint == values["test"]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise FS2Error(f"{path}: is no key of a listening test ({error!r})") from error
        if not unchanged:
            raise FS2Error(f"{path}: was changed; make the test again (-R listening_test)")
        return design

    def _plain(self) -> dict[str, Any]:
        return {
            "corpus": self.corpus,
            "clips": {name: asdict(clip) for name, clip in self.clips.items()},
            "training": asdict(self.training),
            "sessions": [asdict(session) for session in self.sessions],
        }


def _session(values: Mapping[str, Any]) -> Session:
    pairs = tuple((first, second) for first, second in values["comparisons"])
    return Session(tuple(values["ratings"]), pairs)


def make_design(
    corpus: str,
    settings: ListeningTest,
    sounds: Mapping[str, Path],
    systems: Sequence[str],
    pairs: Sequence[Pair],
) -> Design:
    """Choose sentences and draw an order for each listener.

    All systems speak the same sentences. A listener hears some of them, in MOS by every system and
    in CMOS in every pair, each sentence about equally often over the listeners; which of a pair
    comes first changes from pair to pair.

    Args:
        corpus: Name of the corpus.
        settings: Section listening_test.
        sounds: Every system -> folder of its `<sentence>.wav`.
        systems: Those that are rated, the best first: the recordings.
        pairs: Those that are compared.

    Raises FS2Error if the systems have less than two sentences in common.
    """
    random = np.random.default_rng(settings.seed)
    practice, *sentences = _draw(sounds, settings.sentences + 1, random)
    clips = _clips(sounds, [practice, *sentences], settings.seed)
    names = {(clip.system, clip.sentence): name for name, clip in clips.items()}

    def hear(rated: Sequence[str], compared: Sequence[str]) -> Session:
        ratings = [names[system, sentence] for sentence in rated for system in systems]
        both = [[names[s, sentence] for s in pair] for sentence in compared for pair in pairs]
        swapped = random.permutation(len(both)) % 2
        both = [pair[::-1] if swap else pair for pair, swap in zip(both, swapped, strict=True)]
        return Session(
            tuple(ratings[place] for place in random.permutation(len(ratings))),
            tuple((both[place][0], both[place][1]) for place in random.permutation(len(both))),
        )

    rated = _shares(sentences, len(systems), settings.ratings)
    compared = _shares(sentences[::-1], len(pairs), settings.comparisons)
    sessions = tuple(hear(next(rated), next(compared)) for _ in range(settings.listeners))
    training = Session(
        tuple(names[system, practice] for system in (systems[-1], systems[0])),
        tuple((names[a, practice], names[b, practice]) for a, b in pairs[:1]),
    )
    return Design(corpus, clips, training, sessions)


def _draw(sounds: Mapping[str, Path], count: int, random: np.random.Generator) -> list[str]:
    """At most `count` sentences that all systems speak, in random order."""
    spoken = {
        system: {path.stem for path in folder.glob("*.wav")} for system, folder in sounds.items()
    }
    for system, found in spoken.items():
        if not found:
            raise FS2Error(f"{sounds[system]}: no clip of {system}; synthesise it first")
    common = sorted(set.intersection(*spoken.values()))
    if len(common) < 2:
        raise FS2Error(
            f"a listening test needs two sentences that all of {', '.join(sounds)} speak, one of "
            f"them for practice; there are {len(common)}: raise corpus.test_share"
        )
    return [common[place] for place in random.permutation(len(common))[:count]]


def _clips(sounds: Mapping[str, Path], sentences: Sequence[str], seed: int) -> dict[str, Clip]:
    """The clips in order of their names, which are digests."""
    found = {}
    for system, folder in sounds.items():
        for sentence in sentences:
            clip = Clip(system, sentence, sha256(folder / f"{sentence}.wav"))
            text = json.dumps([seed, system, sentence, clip.sha256])
            found[hashlib.sha256(text.encode()).hexdigest()[:16]] = clip
    return dict(sorted(found.items()))


def _shares(sentences: Sequence[str], items: int, at_most: int) -> Iterator[list[str]]:
    """For one listener after the other as many sentences as give `at_most` items, all in turn."""
    share = min(len(sentences), max(1, at_most // items)) if items else 0
    place = 0
    while True:
        yield [sentences[(place + step) % len(sentences)] for step in range(share)]
        place += share
