"""Which clips are for training, validation and test (paper section 3.1)."""

import hashlib
from collections.abc import Callable, Iterable

from fs2.errors import FS2Error

SPLITS = ("train", "validation", "test")


def random_split(
    clip_ids: Iterable[str], validation_share: float, test_share: float, seed: int
) -> dict[str, str]:
    """Put each clip into a split: id -> train, validation or test.

    Clips are ranked by a hash of seed and id, so the order in which they come does not matter, and
    a clip more or less moves hardly any other. Each split gets at least one clip. Raises FS2Error
    for fewer than three clips.
    """
    ranked = sorted(clip_ids, key=lambda clip: hashlib.sha256(f"{seed} {clip}".encode()).digest())
    if len(ranked) < len(SPLITS):
        raise FS2Error(f"{len(ranked)} usable clips: too few for training, validation and test")
    validation = min(max(1, round(len(ranked) * validation_share)), len(ranked) - 2)
    test = min(max(1, round(len(ranked) * test_share)), len(ranked) - validation - 1)
    names = ["test"] * test + ["validation"] * validation
    names += ["train"] * (len(ranked) - len(names))
    return dict(zip(ranked, names, strict=True))


def own_split(clip_ids: Iterable[str], split: Callable[[str], str | None]) -> dict[str, str] | None:
    """The split of the source itself, id -> split; None unless it leaves no split empty."""
    splits = {clip: name for clip in clip_ids if (name := split(clip)) is not None}
    return splits if set(splits.values()) == set(SPLITS) else None
