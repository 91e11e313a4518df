"""Clips that a stage leaves out: listed by name, stage and reason, and held against a limit.

Each stage's report has the list `excluded`, which takes over that of the stage before: the last
one has all clips that vanished on the way. What a stage itself excluded is counted against its
own limit, and none of the splits may be left empty.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fs2.errors import FS2Error
from fs2.files import read_json

SPLITS = ("train", "validation", "test")

_EXAMPLES = 5
"""Clips that an error names."""
_MOST_KINDS = 20
"""Kinds of reasons that are counted apart."""
_QUOTED = re.compile(r"(?<!\w)'.*'(?!\w)", re.DOTALL)
_PARTICULAR = re.compile(r"[\d/]")


@dataclass(frozen=True, order=True)
class Exclusion:
    """A clip, the stage that left it out, and why."""

    id: str
    stage: str
    reason: str


def exclusions(stage: str, reasons: Mapping[str, str]) -> list[Exclusion]:
    """What a stage excluded, of id -> reason; in order of the ids."""
    return [Exclusion(clip, stage, reason) for clip, reason in sorted(reasons.items())]


def read_exclusions(report: Path) -> list[Exclusion]:
    """The list `excluded` of a stage's `report.json`, with what earlier stages excluded.

    Raises FS2Error if the report cannot be read or its list is another one.
    """
    try:
        return [Exclusion(**row) for row in read_json(report)["excluded"]]
    except (KeyError, TypeError) as error:
        raise FS2Error(
            f"{report}: has no list `excluded` of id, stage and reason; run the stage again"
        ) from error


def as_rows(excluded: Iterable[Exclusion]) -> list[dict[str, str]]:
    """As a report holds them: a list of `{id, stage, reason}`."""
    return [asdict(exclusion) for exclusion in excluded]


def count_kinds(reasons: Iterable[str]) -> dict[str, int]:
    """How many clips were excluded for which kind of reason; rare kinds are `other`.

    A kind is a reason without what is particular to its clip: what is quoted or in brackets,
    numbers and paths, and the part before or after a colon that has such.
    """
    kinds = Counter(_kind(reason) for reason in reasons).most_common()
    counts = dict(kinds[:_MOST_KINDS])
    if others := sum(count for _, count in kinds[_MOST_KINDS:]):
        counts["other"] = others
    return counts


def check_share(excluded: Sequence[Exclusion], total: int, maximum: float) -> None:
    """Raise FS2Error if more than the share `maximum` of `total` clips is excluded, or all are.

    `excluded` is what one stage excluded, whose key `maximum_bad_share` the limit is.
    """
    if len(excluded) <= maximum * total and len(excluded) < total:
        return
    if not excluded:
        raise FS2Error("there is no clip")
    stage = excluded[0].stage
    kinds = count_kinds(exclusion.reason for exclusion in excluded)
    raise FS2Error(
        f"{stage}: {len(excluded)} of {total} clips cannot be used "
        f"({'; '.join(f'{count} x {kind}' for kind, count in kinds.items())}), more than "
        f"{stage}.maximum_bad_share = {maximum:g} allows:\n{_examples(excluded)}\n"
        f"Correct the cause, or raise {stage}.maximum_bad_share to go on without them"
    )


def check_splits(
    splits: Mapping[str, str], kept: Collection[str], excluded: Sequence[Exclusion]
) -> None:
    """Raise FS2Error if no clip of some split is left, naming the clips that it lost and why.

    Args:
        splits: id -> split, of all clips of the corpus.
        kept: The ids that are left.
        excluded: What was excluded so far, by whichever stage.
    """
    left = {splits[clip] for clip in kept if clip in splits}
    for split in SPLITS:
        if split in left:
            continue
        lost = [exclusion for exclusion in excluded if splits.get(exclusion.id) == split]
        clips = f"all {len(lost)} of its clips are excluded:\n{_examples(lost)}"
        raise FS2Error(
            f"the split {split} is empty, {clips if lost else 'it never had a clip'}\n"
            "Correct these clips, or give the split more of them: corpus.validation_share and "
            "corpus.test_share"
        )


def _kind(reason: str) -> str:
    parts = [part.split() for part in _QUOTED.sub("", reason.split(" (")[0]).split(":")]
    general = [[word for word in part if not _PARTICULAR.search(word)] for part in parts]
    wholly = [part for part, words in zip(parts, general, strict=True) if part == words != []]
    return " ".join(wholly[-1] if wholly else general[-1]) or "other"


def _examples(excluded: Sequence[Exclusion]) -> str:
    named = [f"  {exclusion.id}: {exclusion.reason}" for exclusion in excluded[:_EXAMPLES]]
    if len(excluded) > _EXAMPLES:
        named.append(f"  and {len(excluded) - _EXAMPLES} more")
    return "\n".join(named)
