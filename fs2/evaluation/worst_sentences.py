"""What the report shows of sentences without recordings: the table, and the worst to be heard."""

from pathlib import Path
from typing import Any

from fs2.audio import read_audio
from fs2.evaluation.comparison import table_text
from fs2.evaluation.downloads import Download, data_address, mp3
from fs2.evaluation.robustness_measures import FAILURES, Row, number
from fs2.evaluation.tables import Measured, robustness_table
from fs2.evaluation.tables.robustness import sentences_of
from fs2.references import is_reference

WORST = 4
"""Sentences of a system that can be heard."""
WORDS = {
    "word_errors": "word errors: {}",
    "skipped_words": "words skipped: {}",
    "repeated_words": "words repeated: {}",
    "endless": "without an end",
    "attention_skips": "skips of the attention: {}",
    "attention_repeats": "repeats of the attention: {}",
}
"""Column of robustness.csv -> what is said of a count that is not 0."""


def robustness(measured: Measured) -> dict[str, Any]:
    """The table as text; by system that spoke sentences its worst ones; files to take along.

    Of a system with several seeds, the first is heard.
    """
    runs = {measured.title(system): run for system in measured.systems
            for run in measured.runs(system)[:1] if not is_reference(system)}  # fmt: skip
    rows = {title: sentences_of(measured, run) for title, run in runs.items()}
    folders = {
        title: measured.results / "evaluation" / runs[title] for title in rows if rows[title]
    }
    return {
        "table": table_text(robustness_table(measured)),
        "worst": [
            {"title": title, "sentences": [_shown(row, folder) for row in worst(rows[title])]}
            for title, folder in folders.items()
        ],
        "downloads": [_download(title, folder) for title, folder in folders.items()],
    }


def worst(rows: list[dict[str, str]], count: int = WORST) -> list[dict[str, str]]:
    """The sentences with most kinds of failure, and among equals those with most word errors.

    A sentence without any failure or word error is not among them.
    """

    def badness(row: Row) -> tuple[int, float, float]:
        kinds = sum(bool(number(row, column)) for column in FAILURES)
        errors, words = number(row, "word_errors") or 0.0, number(row, "words") or 1.0
        return kinds, errors / words, number(row, "attention_repeats") or 0.0

    bad = [row for row in rows if any(badness(row))]
    return sorted(bad, key=badness, reverse=True)[:count]


def _shown(row: dict[str, str], folder: Path) -> dict[str, Any]:
    samples, sample_rate = read_audio(folder / "robustness" / row["list"] / f"{row['id']}.flac")
    counts = {column: int(number(row, column) or 0) for column in WORDS}
    return {
        "name": f"{row['list']}, {row['id']}",
        "text": row["text"],
        "seconds": float(row["seconds"]),
        "failures": [WORDS[column].format(count) for column, count in counts.items() if count],
        "sound": mp3(samples, sample_rate),
        "transcript": row["transcript"] if row.get("words") else None,
    }


def _download(title: str, folder: Path) -> Download:
    address = data_address("text/csv", (folder / "robustness.csv").read_bytes())
    return Download(title, f"{folder.name}-robustness.csv", address)
