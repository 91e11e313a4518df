"""Which systems listeners hear, and what they made of them: MOS and CMOS of tables 1, 6 and 7."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from fs2.errors import FS2Error
from fs2.evaluation.tables.table import Cell, Column, Estimate
from fs2.files import sha256
from fs2.listening_test.answers import Answers, read_answers
from fs2.listening_test.design import Design
from fs2.listening_test.folder import KEY, answer_files, answers_folder
from fs2.listening_test.scores import Score, opinion, preference

if TYPE_CHECKING:
    from fs2.evaluation.tables.measured import Measured

MOS = Column("mos", "MOS", interval=True)
CMOS = Column("cmos", "CMOS", 3, interval=True, signed=True)
NOT_RATED, NOT_COMPARED = "not rated", "not compared"
CHANGED = "heard, but sounds otherwise now"
"""Why listeners' answers about a system are not shown."""
ABLATIONS = (6, 7)
"""The tables whose systems are compared in pairs with the full one."""


def rated_systems(measured: "Measured") -> list[str]:
    """The systems of table 1, of those that are shown, the recordings first."""
    names = [*measured.rows(1), *measured.others(1)]
    return [name for name in names if name in measured.systems]


def rated_pairs(measured: "Measured") -> list[tuple[str, str]]:
    """Pairs that the paper compared, and pairs of tables 6 and 7: a system and its full one."""
    quality = [(name, measured.baseline) for name in measured.rows(1)
               if isinstance(measured.published(name, "cmos"), float)]  # fmt: skip
    ablations = [
        (name, measured.full(name)) for table in ABLATIONS for name in measured.rows(table)
    ]
    return [
        (system, other)
        for system, other in dict.fromkeys([*ablations, *quality])
        if system != other and {system, other} <= set(measured.systems)
    ]


def beside(columns: Sequence[Column], ours: Mapping[str, Column]) -> list[Column]:
    """Columns with further ones: each stands before that which it is given for."""
    return [
        each
        for column in columns
        for each in ((ours[column.name], column) if column.name in ours else (column,))
    ]


def proxies(listeners: "Listeners | None") -> str:
    """How a sentence on the proxies begins."""
    return "Nobody listened: " if listeners is None else "Where nobody listened, "


def protocol(listeners: "Listeners | None", rated: bool) -> tuple[str, ...]:
    """The sentences on listeners, if there are any, of a table that has their CMOS, and MOS."""
    return () if listeners is None else listeners.protocol(rated)


def listeners_of(measured: "Measured") -> "Listeners | None":
    """What listeners made of some results; None if none has answered.

    Raises FS2Error if the answers' key is missing or of another corpus, or if a file is not as the
    page gave it.
    """
    config = measured.config
    folder = answers_folder(config)
    files = answer_files(folder)
    if not files:
        return None
    if not (folder / KEY).is_file():
        raise FS2Error(
            f"{folder}: has {len(files)} files of answers, but not the {KEY} of their test; put it "
            "there, or make the test again from the same sounds (-R listening_test)"
        )
    design = Design.read(folder / KEY)
    if design.corpus != config.corpus.name:
        raise FS2Error(f"{folder}: is of the corpus {design.corpus}, not of {config.corpus.name}")
    answers = read_answers(folder, design, config.listening_test.minimum_recordings_mos)
    return Listeners(measured, design, answers)


class Listeners:
    """MOS and CMOS as cells of the tables.

    Answers count as long as a system sounds as it was heard. Every cell that cannot be a number is
    the words that say why.
    """

    def __init__(self, measured: "Measured", design: Design, answers: Answers) -> None:
        self._measured = measured
        self._design = design
        self._answers = answers
        self._confidence = measured.config.evaluation.confidence
        self._is_as_heard = cache(self._compare_sounds)

    def mos(self, system: str) -> Cell:
        """Mean opinion score of a system, 1 to 5."""
        if missing := self._measured.missing(system):
            return missing
        found = opinion(self._answers.ratings, system, self._confidence)
        return _cell(found, NOT_RATED, self._is_as_heard(system))

    def cmos(self, system: str, full: str) -> Cell:
        """Mean comparison score of a system against another, -3 to 3, positive if it is better."""
        if missing := self._measured.missing(system):
            return missing
        if system == full:
            return "baseline"
        if missing := self._measured.missing(full):
            return f"{self._measured.title(full)} {missing}"
        found = preference(self._answers.comparisons, system, full, self._confidence)
        as_heard = self._is_as_heard(system) and self._is_as_heard(full)
        return _cell(found, NOT_COMPARED, as_heard)

    def protocol(self, rated: bool) -> tuple[str, ...]:
        """How systems were compared, and `rated`."""
        return (*([self._mos_words] if rated else []), self._cmos_words, self._words)

    @property
    def _mos_words(self) -> str:
        """How systems were rated."""
        each = Counter(self._answers.ratings["system"])
        return (
            f"MOS: {self._listeners} rated clips from 1 (bad) to 5 (excellent), "
            f"{_from_to(list(each.values()))} a system, each the same sentences of all systems."
        )

    @property
    def _cmos_words(self) -> str:
        """How systems were compared."""
        comparisons = self._answers.comparisons
        pairs = zip(comparisons["first"], comparisons["second"], strict=True)
        each = Counter(map(frozenset, pairs))
        if not each:
            return "CMOS: no pair was in the listening test."
        return (
            f"CMOS: {self._listeners} compared pairs of clips of the same sentence from "
            "\N{MINUS SIGN}3 (much worse) to 3 (much better), in either order, "
            f"{_from_to(list(each.values()))} a pair of systems."
        )

    @property
    def _words(self) -> str:
        """What holds for both: intervals, who is left out, and which test it was."""
        excluded = len(self._answers.excluded)
        minimum = self._measured.config.listening_test.minimum_recordings_mos
        left_out = (
            f"{_count(excluded, 'further listener')} left out for a mean rating of the hidden "
            f"recordings below {minimum:g}."
        )
        return (
            f"In brackets the {100 * self._confidence:g} % t interval for new listeners and new "
            "sentences (variance clustered by both); of one listener alone it is undefined. "
            f"{left_out if excluded else 'No listener was left out.'} Of several seeds the first "
            f"was heard. Listening test {self._design.fingerprint}."
        )

    @property
    def _listeners(self) -> str:
        return _count(self._answers.listeners, "listener")

    def _compare_sounds(self, system: str) -> bool:
        """Whether the sounds of a system are those that were heard."""
        folder = self._measured.results / "synthesis" / self._measured.first_run(system)
        clips = [self._design.clips[name] for name in self._design.heard]
        own = {clip.sentence: clip.sha256 for clip in clips if clip.system == system}
        paths = {sentence: folder / f"{sentence}.wav" for sentence in own}
        return all(
            path.is_file() and sha256(path) == own[sentence] for sentence, path in paths.items()
        )


def _cell(found: Score | None, absent: str, as_heard: bool) -> Cell:
    if found is None:
        return absent
    if not as_heard:
        return CHANGED
    return Estimate(found.value, found.low, found.high, found.sentences)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _from_to(numbers: Sequence[int]) -> str:
    """Between which numbers all lie."""
    if not numbers:
        return "0"
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"
