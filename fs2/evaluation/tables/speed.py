"""Table 2: time of training, and real-time factor from text to waveform."""

from collections.abc import Callable, Iterator, Mapping
from statistics import fmean
from typing import Any

from fs2 import paper
from fs2.evaluation.tables.measured import NOT_MEASURED, Measured
from fs2.evaluation.tables.table import DASH, Cell, Column, Estimate, Table
from fs2.machine import Load, is_overloaded, load_words
from fs2.references import is_reference

SLOW_ROW = "transformer_tts"
"""The paper's row that all others are compared with for speed."""

COLUMNS = (
    Column("system", "system"),
    Column("seeds", "seeds"),
    Column("training_hours", "training, h"),
    Column("training_load", "load while it was trained", 1),
    Column("paper_training_hours", "paper: training, h"),
    Column("real_time_factor", "real-time factor, median (quartiles)", 4, interval=True),
    Column("speed_load", "load while it was timed", 1),
    Column("paper_real_time_factor", "paper: real-time factor", 4),
    Column("times_real_time", "times faster than real time", 1),
    Column("speed_up", "speed-up over Transformer TTS", 1),
    Column("paper_speed_up", "paper: speed-up over Transformer TTS", 1),
)


def table2(measured: Measured) -> Table:
    """The table, with every other system that was trained at its end."""
    rows = measured.rows(2)
    others = [name for name in measured.systems if name not in rows and not is_reference(name)]
    names = [*rows, *others]
    return Table(
        2,
        "Speed",
        COLUMNS,
        [_row(measured, system) for system in names],
        (
            "Ours: wall time of training steps, without validation and synthesis, but with that of "
            "all that it needed: a teacher and the distillation of it, the system whose weights it "
            "began with; and of one test sentence at a time, from text to waveform (text analysis, "
            "model and vocoder), after a warm-up, by the length of the speech: median over "
            "sentences, and in brackets the lower and upper quartile. The speed-up is the median "
            "of Transformer TTS divided by a system's own.",
            "Of a system with several seeds, each number is the mean over them.",
            *measured.seeds_not_run,
            *_hardware(measured, names),
            "Load: how many programs and threads ran or waited for a core, those of the system "
            "among them; mean over the time and the seeds.",
            *overload_warnings(measured),
            f"The paper: {paper.HARDWARE}. Times of different machines do not compare.",
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    factor = _real_time_factor(measured, system)
    return {
        "system": measured.title(system),
        "seeds": measured.seeds(system),
        "training_hours": _training_hours(measured, system),
        "training_load": _average_load(measured, system, _training_loads),
        "paper_training_hours": measured.published(system, "training_hours"),
        "real_time_factor": factor,
        "speed_load": _average_load(measured, system, _speed_loads),
        "paper_real_time_factor": measured.published(system, "real_time_factor"),
        "times_real_time": 1 / factor.value if isinstance(factor, Estimate) else factor,
        "speed_up": _speed_up(measured, factor),
        "paper_speed_up": measured.published(system, "speed_up"),
    }


def _training_hours(measured: Measured, system: str) -> Cell:
    """Mean over seeds."""
    if is_reference(system):
        return DASH
    found = measured.descriptions(system)
    if isinstance(found, str):
        return found
    seconds = [total for description in found if (total := _all_seconds(description)) is not None]
    return fmean(seconds) / 3600 if seconds else NOT_MEASURED


def _all_seconds(description: Mapping[str, Any]) -> float | None:
    """Of a training and all that it needed; None if its model.json does not tell."""
    training = description["training"]
    if training.get("seconds") is None or (description.get("needs") and "needed" not in training):
        return None
    return training["seconds"] + sum(work["seconds"] for work in training.get("needed", ()))


def _real_time_factor(measured: Measured, system: str) -> Cell:
    """Median and quartiles over the sentences, means over seeds."""
    if is_reference(system):
        return DASH
    found = measured.speeds(system)
    if isinstance(found, str):
        return found
    median, lower, upper = (
        fmean(speed["real_time_factor"][name] for speed in found)
        for name in ("median", "lower_quartile", "upper_quartile")
    )
    return Estimate(median, lower, upper, found[0]["clips"])


def _speed_up(measured: Measured, factor: Cell) -> Cell:
    """How much faster than the autoregressive baseline, as the paper counts it."""
    if not isinstance(factor, Estimate):
        return factor
    (baseline,) = measured.catalogue.of_row(SLOW_ROW)[:1] or [SLOW_ROW]
    slow = _real_time_factor(measured, baseline)
    if isinstance(slow, Estimate):
        return slow.value / factor.value
    return f"{measured.title(baseline)} {slow}"


def overload_warnings(measured: Measured) -> list[str]:
    """A sentence for each time of a system that is too long: others wanted its cores."""
    return [
        f"WARNING: {measured.title(system)} was {verb} {load_words(load)}: others took time, so "
        "that it would be faster alone."
        for system in measured.systems
        if not is_reference(system)
        for verb, loads in (("trained", _training_loads), ("timed", _speed_loads))
        for load in loads(measured, system)
        if is_overloaded(load)
    ]


def _average_load(measured: Measured, system: str, loads: "Loads") -> Cell:
    """Mean over seeds."""
    if is_reference(system):
        return DASH
    found = [load["average"] for load in loads(measured, system)]
    known = [average for average in found if average is not None]
    return fmean(known) if known else measured.missing(system) or NOT_MEASURED


def _training_loads(measured: Measured, system: str) -> Iterator[Load]:
    descriptions = measured.descriptions(system)
    for description in () if isinstance(descriptions, str) else descriptions:
        if "load" in description["training"]:
            yield description["training"]["load"]


def _speed_loads(measured: Measured, system: str) -> Iterator[Load]:
    speeds = measured.speeds(system)
    yield from (speed["load"] for speed in (() if isinstance(speeds, str) else speeds)
                if "load" in speed)  # fmt: skip


Loads = Callable[[Measured, str], Iterator[Load]]
"""What tells the loads of the seeds of a system."""


def _hardware(measured: Measured, systems: list[str]) -> list[str]:
    """What each trained system was trained and timed on; systems with the same share a sentence."""
    trained: dict[str, list[str]] = {}
    timed: dict[str, list[str]] = {}
    for system in systems:
        descriptions, speeds = measured.descriptions(system), measured.speeds(system)
        for description in () if isinstance(descriptions, str) else descriptions:
            training = description["training"]
            if "device" in training:
                words = f"Trained on {training['device']} ({training.get('precision')})"
                trained.setdefault(words, []).append(measured.title(system))
        for speed in () if isinstance(speeds, str) else speeds:
            words = (
                f"Timed on {speed['device']}: {speed['clips']} sentences after "
                f"{speed['warm_up']} to warm up, vocoder {speed['vocoder'] or 'not needed'}"
            )
            timed.setdefault(words, []).append(measured.title(system))
    both = [*trained.items(), *timed.items()]
    return [f"{words}: {', '.join(dict.fromkeys(names))}." for words, names in both]
