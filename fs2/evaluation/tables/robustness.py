"""Robustness: sentences without recordings, and what the recogniser gets wrong by itself."""

from collections.abc import Sequence

import numpy as np

from fs2.evaluation.bootstrap import estimate_over_seeds
from fs2.evaluation.robustness_measures import (
    ENDLESS_SECONDS,
    MEASURES,
    Measure,
    Row,
)
from fs2.evaluation.skipping import repeated_words, skipped_words
from fs2.evaluation.tables.measured import DASH, NOT_ASKED, NOT_MEASURED, Measured
from fs2.evaluation.tables.table import Cell, Column, Estimate, Table
from fs2.evaluation.words import WORDS_PER_SECOND, compare_words
from fs2.files import read_json, read_table
from fs2.references import is_reference
from fs2.sentence_lists import list_name
from fs2.systems.declaration import robustness_settings

TEST_SPLIT = "test split"
OF_SYSTEMS = ("endless", "attention_skipped", "attention_repeated")
"""Measures that say nothing of a recording."""
LISTS = {
    "hard": "hard: 50 of repetitions, spelled letters, numbers, very long ones, single words, "
    "tongue twisters, much punctuation.",
    "ordinary": "ordinary: 300 plain ones of about eight words.",
}
"""What is said of the lists that come along."""


def _columns() -> tuple[Column, ...]:
    columns = [
        Column("system", "system"),
        Column("sentences", "sentences", label=True),
        Column("seeds", "seeds"),
    ]
    for measure in MEASURES:
        title = f"{measure.title}, {measure.unit}" if measure.unit else measure.title
        columns.append(Column(measure.name, title, measure.digits, interval=True))
    return tuple(columns)


COLUMNS = _columns()


def robustness_table(measured: Measured) -> Table:
    """The recordings on the test split, then every system on each list of sentences."""
    known = [*measured.rows(1), *measured.others(1)]
    names = [name for name in dict.fromkeys([*known, *measured.systems]) if not is_reference(name)]
    references = [name for name in measured.systems if is_reference(name)]
    lists = [list_name(chosen) for chosen in measured.config.evaluation.sentences]
    return Table(
        None,
        "Robustness",
        COLUMNS,
        [
            *(_reference(measured, name) for name in references),
            *(_row(measured, system, name) for name in lists for system in names),
        ],
        _protocol(measured, lists),
    )


def _protocol(measured: Measured, lists: Sequence[str]) -> tuple[str, ...]:
    evaluation = measured.config.evaluation
    maximum = evaluation.maximum_sentences
    return (
        "Sentences without recordings, one at a time from text to waveform.",
        *(LISTS[name] for name in lists if name in LISTS),
        *([f"At most {maximum} of a list were spoken."] if maximum else []),
        "Of what the recogniser heard: a word is skipped if nothing was heard in its place, or at "
        "least two words fewer than the text has there; words are repeated that the text has "
        "not, but that make a phrase heard again at once. More than "
        f"{WORDS_PER_SECOND:g} words a second are the recogniser's own loop: then each word of the "
        "text counts as wrong, and none as skipped or repeated. An endless sentence lasts longer "
        f"than {ENDLESS_SECONDS:g} s a phoneme, or its decoder was cut at its limit. Of "
        "each failure, the share of the sentences that have it.",
        "The recogniser errs by itself, most on spelled letters, numbers and single words. What it "
        "makes of the recordings of the test split, of which none fails, is in the rows of those; "
        "the lists have no recordings. A system that has durations gives every phoneme its time "
        "and can neither skip nor repeat: what is counted of it is the recogniser's share too. So "
        "compare systems, not a system with zero.",
        "An attention skips where it passes over several phonemes in a row, and repeats where it "
        "goes well behind what it had reached; it needs no recogniser.",
        f"In brackets the {100 * evaluation.confidence:g} % interval of "
        f"{evaluation.bootstrap_samples:,} bootstrap resamples of the sentences.",
        *measured.seed_words,
    )


def _row(measured: Measured, system: str, name: str) -> dict[str, Cell]:
    """A system on one list."""
    spoken = _spoken(measured, system, name)
    row: dict[str, Cell] = {
        "system": measured.title(system),
        "sentences": name,
        "seeds": measured.seeds(system),
    }
    for measure in MEASURES:
        row[measure.name] = (
            spoken if isinstance(spoken, str) else _estimate(measured, measure, spoken)
        )
    return row


def _spoken(measured: Measured, system: str, name: str) -> list[list[dict[str, str]]] | str:
    """The rows of a list, by seed; or the words that say why there are none."""
    missing = measured.missing(system)
    if missing:
        return missing
    folders = [measured.results / "evaluation" / run for run in measured.runs(system)]
    if not any((folder / "robustness.json").is_file() for folder in folders):
        return NOT_MEASURED
    spoken = [sentences_of(measured, run) for run in measured.runs(system)]
    found = [[row for row in rows if row["list"] == name] for rows in spoken if rows]
    return found or NOT_ASKED


def sentences_of(measured: Measured, run: str) -> list[dict[str, str]]:
    """The lines of robustness.csv of a run; none if it is not there, or of other settings."""
    folder = measured.results / "evaluation" / run
    if not (folder / "robustness.json").is_file():
        return []
    wanted = robustness_settings(measured.catalogue.config(run))
    if read_json(folder / "robustness.json").get("settings") != wanted:
        return []
    return read_table(folder / "robustness.csv", ("list", "id", "text", "seconds"))


def _estimate(measured: Measured, measure: Measure, by_seed: Sequence[Sequence[Row]]) -> Cell:
    """Mean over seeds, with its interval over seeds and sentences; words if nothing has it."""
    sums = np.array([[measure.sums(row) or (0.0, 0.0) for row in rows] for rows in by_seed])
    known = sums[..., 1].any(axis=0)  # (sentences,)
    if not known.any():
        return measure.absent
    evaluation = measured.config.evaluation
    value, low, high = estimate_over_seeds(
        sums[:, known], measure.value, evaluation.bootstrap_samples, evaluation.confidence
    )
    return Estimate(value, low, high, int(known.sum()))


def _reference(measured: Measured, name: str) -> dict[str, Cell]:
    """What the recogniser makes of the recordings, or their copies, of which none fails."""
    path = measured.results / "evaluation" / name / "per_clip.csv"
    rows = [_recorded(row) for row in (read_table(path, ("id",)) if path.is_file() else [])]
    cells: dict[str, Cell] = {
        "system": measured.title(name),
        "sentences": TEST_SPLIT,
        "seeds": DASH,
    }
    for measure in MEASURES:
        applies = measure.name not in OF_SYSTEMS
        found = _estimate(measured, measure, [rows]) if rows else NOT_MEASURED
        cells[measure.name] = found if applies else DASH
    return cells


def _recorded(row: Row) -> Row:
    """A line of per_clip.csv as one of robustness.csv. A recording has an end."""
    found = {"endless": 0, "distillmos": row.get("distillmos")}
    if not row.get("word_error_rate"):
        return found
    heard = compare_words(row["text"], row["transcript"])
    counts = {"skipped_words": skipped_words(heard), "repeated_words": repeated_words(heard)}
    return {**found, "words": heard.words, "word_errors": heard.errors, **counts}
