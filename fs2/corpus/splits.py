"""Which clips are for training, validation and test (paper section 3.1)."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from fs2.errors import FS2Error
from fs2.exclusion import SPLITS


def random_split(
    texts: Mapping[str, str], validation_share: float, test_share: float, seed: int
) -> dict[str, str]:
    """Put each clip of `texts` (id -> text) into a split: id -> train, validation or test.

    Clips with the same words stay together, so that no test sentence was trained on. Sentences are
    ranked by a hash of seed and id: the order in which they come does not matter, and a clip more
    or less moves hardly any other. Each split gets at least one clip. Raises FS2Error for fewer
    than three different sentences.
    """
    sentences: dict[str, list[str]] = defaultdict(list)
    for clip in sorted(texts):
        sentences["".join(filter(str.isalnum, texts[clip].casefold()))].append(clip)
    if len(sentences) < len(SPLITS):
        raise FS2Error(
            f"{len(sentences)} different sentences in {len(texts)} usable clips: too few for "
            f"training, validation and test{_example(texts)}"
        )
    ranked = sorted(sentences.values(), key=lambda clips: _rank(seed, clips[0]))
    splits: dict[str, str] = {}
    for name, share, others in (("test", test_share, 2), ("validation", validation_share, 1)):
        wanted = max(1, round(len(texts) * share))
        chosen = 0
        while chosen < wanted and len(ranked) > others:
            clips = ranked.pop(0)
            splits.update(dict.fromkeys(clips, name))
            chosen += len(clips)
    splits.update((clip, "train") for clips in ranked for clip in clips)
    return splits


def _example(texts: Mapping[str, str]) -> str:
    """The text of the first clip, which tells whether something else was read as the text."""
    if not texts:
        return ""
    clip = min(texts)
    return f". The text of {clip} was read as {texts[clip][:60]!r}; is that its text?"


def _rank(seed: int, clip_id: str) -> bytes:
    return hashlib.sha256(f"{seed} {clip_id}".encode()).digest()


def own_split(clip_ids: Iterable[str], split: Callable[[str], str | None]) -> dict[str, str] | None:
    """The split of the source itself, id -> split; None unless it leaves no split empty."""
    splits = {clip: name for clip in clip_ids if (name := split(clip)) is not None}
    return splits if set(splits.values()) == set(SPLITS) else None
