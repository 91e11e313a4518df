"""Table 2: time of training, and real-time factor from text to waveform."""

from fs2.evaluation import paper
from fs2.evaluation.tables.measured import NOT_MEASURED, Measured, published
from fs2.evaluation.tables.table import DASH, Cell, Column, Estimate, Table

ROWS = ("recordings", "transformer_tts", "fastspeech", "fastspeech2", "fastspeech2s")

COLUMNS = (
    Column("system", "system"),
    Column("training_hours", "training, h"),
    Column("paper_training_hours", "paper: training, h"),
    Column("real_time_factor", "real-time factor, median (quartiles)", 4, interval=True),
    Column("paper_real_time_factor", "paper: real-time factor", 4),
    Column("times_real_time", "times faster than real time", 1),
    Column("paper_speed_up", "paper: speed-up over Transformer TTS", 1),
)


def table2(measured: Measured) -> Table:
    """The table, with every other system that was trained at its end."""
    names = [*ROWS, *measured.others(ROWS, ("vocoded",))]
    return Table(
        2,
        "Speed",
        COLUMNS,
        [_row(measured, system) for system in names],
        (
            "Ours: wall time of training steps, without validation and synthesis, but with that of "
            "the system whose weights a FastSpeech 2s began with; and of one test "
            "sentence at a time, from text to waveform (text analysis, model and vocoder), after "
            "a warm-up, by the length of the speech: median over sentences, and in brackets the "
            "lower and upper quartile. There is no Transformer TTS here to be faster than, so "
            "real time stands in for it.",
            *_hardware(measured, names),
            f"The paper: {paper.HARDWARE}. Times of different machines do not compare.",
        ),
    )


def _row(measured: Measured, system: str) -> dict[str, Cell]:
    factor = _real_time_factor(measured, system)
    return {
        "system": paper.title(system),
        "training_hours": _training_hours(measured, system),
        "paper_training_hours": published(system, "training_hours"),
        "real_time_factor": factor,
        "paper_real_time_factor": published(system, "real_time_factor"),
        "times_real_time": 1 / factor.value if isinstance(factor, Estimate) else factor,
        "paper_speed_up": published(system, "speed_up"),
    }


def _training_hours(measured: Measured, system: str) -> Cell:
    if system == "recordings":
        return DASH
    found = measured.description(system)
    if isinstance(found, str):
        return found
    training = found["training"]
    if training.get("seconds") is None:
        return NOT_MEASURED
    before = training.get("before") or {"seconds": 0.0}
    return (training["seconds"] + before["seconds"]) / 3600


def _real_time_factor(measured: Measured, system: str) -> Cell:
    if system == "recordings":
        return DASH
    found = measured.speed(system)
    if isinstance(found, str):
        return found
    factor = found["real_time_factor"]
    return Estimate(
        factor["median"], factor["lower_quartile"], factor["upper_quartile"], found["clips"]
    )


def _hardware(measured: Measured, systems: list[str]) -> list[str]:
    """What each trained system was trained and timed on; systems with the same share a sentence."""
    trained: dict[str, list[str]] = {}
    timed: dict[str, list[str]] = {}
    for system in systems:
        description, speed = measured.description(system), measured.speed(system)
        if not isinstance(description, str) and "device" in description["training"]:
            training = description["training"]
            words = f"Trained on {training['device']} ({training.get('precision')})"
            trained.setdefault(words, []).append(paper.title(system))
        if not isinstance(speed, str):
            words = (
                f"Timed on {speed['device']}: {speed['clips']} sentences after "
                f"{speed['warm_up']} to warm up, vocoder {speed['vocoder'] or 'not needed'}"
            )
            timed.setdefault(words, []).append(paper.title(system))
    both = [*trained.items(), *timed.items()]
    return [f"{words}: {', '.join(names)}." for words, names in both]
