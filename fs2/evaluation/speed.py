"""Real-time factor from text to waveform, one sentence at a time (paper table 2)."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fs2.config.schema import Config
from fs2.device import choose_device, device_name, torch_threads
from fs2.errors import FS2Error
from fs2.features.store import FeatureStore
from fs2.files import write_json
from fs2.machine import LoadMeter, is_overloaded, load_words, provenance
from fs2.synthesis.voice import Speech, Voice

logger = logging.getLogger(__name__)

SENTENCES = 30
"""Test sentences that are timed, spread evenly over the split."""
WARM_UP = 3
"""Sentences spoken before, of which none counts: kernels are chosen, caches filled."""


def measure_speed(
    config: Config,
    features: Path,
    training: Path,
    vocoder: Path | None,
    output: Path,
    threads: int = 1,
) -> dict[str, Any]:
    """Time a trained system on test sentences and write `output`, a JSON file.

    Args:
        config: The configuration of the system.
        features: `features.h5`, for the texts of the test split.
        training: Folder of the trained system.
        vocoder: Folder of its vocoder; None if it makes waveforms itself.
        output: The file, by convention `evaluation/<system>/speed.json`.
        threads: Of torch, on CPU.

    Returns:
        `real_time_factor` (`median`, `lower_quartile`, `upper_quartile`), `clips`, `warm_up`,
        `device`, `load` (`fs2.machine.LoadMeter.summary`), `made` (`fs2.machine.provenance`),
        `vocoder` and, by clip, `seconds` and `speech_seconds`.

    Raises FS2Error if there is no test sentence, or model and vocoder do not fit together.
    """
    with FeatureStore(features) as store:
        test = store.clips("test")
        if not test:
            raise FS2Error(f"{store.path}: its test split is empty; raise corpus.test_share")
        places = np.linspace(0, len(test) - 1, min(SENTENCES, len(test))).round().astype(int)
        clips = [test[place] for place in places]
        texts = {store.ids[clip]: store.texts[clip] for clip in clips}
    with torch_threads(threads):
        voice = Voice.load(training, vocoder, config.training.device)
        meter = LoadMeter()
        timings = time_sentences(texts, voice.speak, meter.sample)
        load = meter.summary()
        summary = {
            **summarise(timings),
            "device": device_name(choose_device(config.training.device)),
            "load": load,
            "made": provenance(),
            "vocoder": config.vocoder.name if vocoder else None,
            "by_clip": timings,
        }
    level = logging.WARNING if is_overloaded(load) else logging.INFO
    logger.log(level, "%d sentences timed %s", len(timings), load_words(load))
    write_json(output, summary)
    return summary


def time_sentences(
    texts: dict[str, str],
    speak: Callable[[str], Speech],
    between: Callable[[], None] = lambda: None,
) -> dict[str, dict[str, float]]:
    """Speak each text; clip -> `seconds` that it took and `speech_seconds` that it lasts.

    The first `WARM_UP` are spoken once more, before. `between` is called after each, untimed.
    """
    for text in list(texts.values())[:WARM_UP]:
        speak(text)
    timings = {}
    for clip, text in texts.items():
        speech = speak(text)
        length = len(speech.waveform) / speech.sample_rate
        timings[clip] = {"seconds": speech.seconds, "speech_seconds": length}
        between()
    return timings


def summarise(timings: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Median and quartiles of the real-time factors of the sentences."""
    factors: Sequence[float] = [
        timing["seconds"] / timing["speech_seconds"] for timing in timings.values()
    ]
    lower, median, upper = np.percentile(factors, [25, 50, 75])
    return {
        "real_time_factor": {
            "median": float(median),
            "lower_quartile": float(lower),
            "upper_quartile": float(upper),
        },
        "clips": len(timings),
        "warm_up": min(WARM_UP, len(timings)),
    }
