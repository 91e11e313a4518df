"""Invented sounds of four systems, and listeners who answer a test of them."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from fs2.evaluation.tables import Measured, make_tables
from fs2.files import write_json, write_table
from fs2.listening_test.answers import COLUMNS
from fs2.listening_test.design import Design
from fs2.stages.job import Job
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan
from fs2.stages.run import do_stage
from fs2.systems.catalogue import Catalogue

SYSTEMS = ["recordings", "vocoded", "fastspeech2"]
PAIRS = [("recordings", "fastspeech2"), ("fastspeech2-no-pitch", "fastspeech2")]
ALL = [*SYSTEMS, "fastspeech2-no-pitch"]
QUALITY = dict(zip(ALL, (5, 4, 3, 2), strict=True))
"""How good a listener finds each."""
SENTENCES = [f"s{number}" for number in range(9)]


def speak(folder: Path, sentences=SENTENCES, samples: int = 400) -> Path:
    """A folder of different sounds, as long as `samples`."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(list(folder.name.encode()))
    for sentence in sentences:
        sound = random.normal(0, 3000, samples).astype(np.int16)
        soundfile.write(folder / f"{sentence}.wav", sound, 22050, subtype="PCM_16")
    return folder


def answer_rows(
    design: Design,
    listener: int,
    rate: Callable[[str], int],
    compare: Callable[[str, str], int],
) -> list[dict[str, object]]:
    """The answers of a listener as the page writes them.

    `rate` is asked for a system, `compare` for the first and the second system of a pair.
    """
    number = listener % len(design.sessions)
    session = design.sessions[number]
    system = {name: clip.system for name, clip in design.clips.items()}
    ratings = [("mos", place, clip, "", rate(system[clip]))
               for place, clip in enumerate(session.ratings, 1)]  # fmt: skip
    comparisons = [("cmos", place, a, b, compare(system[a], system[b]))
                   for place, (a, b) in enumerate(session.comparisons, 1)]  # fmt: skip
    own = {"test": design.fingerprint, "listener": f"{listener:010d}", "session": number + 1}
    return [
        own | dict(zip(COLUMNS[3:], (*row, 1, "4.2"), strict=True))
        for row in (*ratings, *comparisons)
    ]


def write_answers(path: Path, rows: list[dict[str, object]]) -> Path:
    """A listener's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def true_to(quality: Mapping[str, int]) -> dict[str, Callable[..., int]]:
    """A listener's `rate` and `compare` who hears nothing but these qualities."""
    return {"rate": lambda system: quality[system], "compare": lambda a, b: quality[b] - quality[a]}


class Results:
    """Results of the four systems, in a folder of their own.

    Their clips last `seconds`; `settings` are keys of the section listening_test.
    """

    def __init__(self, folder: Path, seconds: float = 0.02, **settings: Any) -> None:
        self.root = folder / "results" / "toy"
        self.answers = folder / "answers"
        for system in ALL:
            speak(self.root / "synthesis" / system, samples=int(seconds * 22050))
            value = {"value": 3.0, "low": 2.9, "high": 3.1, "clips": 9, "unit": "", "undefined": []}
            write_json(self.root / "evaluation" / system / "metrics.json", {"distillmos": value})
            rows = [{"id": sentence, "distillmos": 3} for sentence in SENTENCES]
            write_table(
                self.root / "evaluation" / system / "per_clip.csv", ("id", "distillmos"), rows
            )
        texts = [{"id": name, "text": f"</script><b>&{name}"} for name in SENTENCES]
        write_table(self.root / "corpus" / "metadata.csv", ("id", "text"), texts)
        own = {"ratings": 6, "comparisons": 4, "answers": str(self.answers), **settings}
        self.catalogue = Catalogue(
            {
                "corpus": {"name": "toy"},
                "systems": ["fastspeech2", "fastspeech2-no-pitch"],
                "evaluation": {"bootstrap_samples": 100},
                "listening_test": own,
            }
        )

    @property
    def page(self) -> Path:
        """Folder of the page."""
        return self.root / "listening_test" / "page"

    @property
    def measured(self) -> Measured:
        """What the tables are made of."""
        return Measured(self.catalogue, self.root, ALL)

    def make(self, catalogue: Catalogue | None = None) -> Design:
        """The page, made by its stage."""
        plan = Plan(catalogue or self.catalogue, Layout(self.root))
        do_stage(Job("listening_test", plan, shown=ALL, recorded=False))
        return Design.read(self.answers / "key.json")

    def cells(self, number: int) -> tuple[dict[str, dict[str, Any]], str]:
        """A table: name of the row -> its cells; and the note."""
        table = make_tables(self.measured)[number - 1]
        return {row["system"]: row for row in table.rows}, " ".join(table.protocol)
