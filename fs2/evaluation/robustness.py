"""Sentences without recordings, spoken by a system: what was skipped, repeated, or had no end."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fs2.audio import write_audio
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.evaluation.mos import Scorer, load_distillmos, resample
from fs2.evaluation.robustness_measures import (
    ENDLESS_SECONDS,
    FAILURES,
    summarise,
)
from fs2.evaluation.skipping import repeated_words, skipped_words
from fs2.evaluation.words import Recogniser, compare_words, load_recogniser
from fs2.files import atomic_path, write_json, write_table
from fs2.progress import progress
from fs2.requests import refuse
from fs2.sentence_lists import KEY, ListedSentence, read_list
from fs2.synthesis.synthesise import one_thread_each
from fs2.synthesis.voice import Speech, Voice
from fs2.systems.controls import Controls
from fs2.systems.declaration import robustness_settings

logger = logging.getLogger(__name__)

COLUMNS = (
    *("list", "id", "kind", "text", "transcript", "words", "word_errors"),
    *(*FAILURES, "seconds", "frames_per_phoneme", "distillmos"),
    *("coverage", "monotony", "attention_skips", "attention_repeats", "stopped"),
)
"""Of robustness.csv; a cell is empty where nothing was measured, or there is no attention."""


@dataclass(frozen=True)
class Judges:
    """What hears the sentences, as far as it is switched on."""

    recogniser: Recogniser | None = None
    distillmos: Scorer | None = None


def measure_robustness(
    config: Config, training: Path, vocoder: Path | None, output: Path, workers: int = 1
) -> dict[str, dict[str, Any]]:
    """Let a trained system speak the sentences of `evaluation.sentences`, and count its failures.

    Args:
        config: The configuration of the system.
        training: Its folder.
        vocoder: Folder of its vocoder; None if it makes waveforms itself.
        output: Folder, by convention evaluation/<system>/, that receives robustness.csv, a row a
            sentence; robustness.json, the numbers and the settings that decide them; and
            robustness/<list>/<id>.flac.
        workers: Sentences at a time, each on one thread.

    Returns:
        List -> measure -> its value and interval (`robustness_measures.summarise`).

    Raises FS2Error if there is no list, or one is missing or has a line that cannot be spoken, or
    model and vocoder do not fit together.
    """
    evaluation = config.evaluation
    if not evaluation.sentences:
        raise FS2Error(f"{KEY}: names no list, so there is nothing to speak")
    lists = [read_list(name, evaluation.maximum_sentences) for name in evaluation.sentences]
    sentences = [sentence for listed in lists for sentence in listed]
    voice = Voice.load(training, vocoder, config.training.device)
    refuse([problem for sentence in sentences if (problem := _problem(voice, sentence))])
    judges = Judges(
        load_recogniser(evaluation.whisper_model, workers) if evaluation.word_error_rate else None,
        load_distillmos() if evaluation.mos else None,
    )
    controls = Controls.of(config.synthesis)
    label = f"robustness of {training.name}"
    with atomic_path(output / "robustness") as folder, one_thread_each(workers) as pool:
        for sentence in sentences:
            (folder / sentence.list).mkdir(parents=True, exist_ok=True)

        def measure(sentence: ListedSentence) -> dict[str, Any]:
            speech = voice.speak(sentence.text, controls)
            path = folder / sentence.list / f"{sentence.id}.flac"
            write_audio(path, speech.waveform, speech.sample_rate)
            return judge(sentence, speech, judges, controls.pace)

        rows = list(progress(pool.map(measure, sentences), len(sentences), label))
    resampling = evaluation.bootstrap_samples, evaluation.confidence
    names = dict.fromkeys(row["list"] for row in rows)
    found = {
        name: summarise([row for row in rows if row["list"] == name], *resampling) for name in names
    }
    write_table(output / "robustness.csv", COLUMNS, rows)
    settings = robustness_settings(config)
    write_json(output / "robustness.json", {"settings": settings, "lists": found})
    _tell(rows)
    return found


def judge(
    sentence: ListedSentence, speech: Speech, judges: Judges, pace: float = 1.0
) -> dict[str, Any]:
    """The row of a spoken sentence. `pace` is that at which it was to be spoken."""
    seconds = len(speech.waveform) / speech.sample_rate
    stopped = all(attention.stopped for attention in speech.attentions)
    too_long = seconds * pace > ENDLESS_SECONDS * len(speech.phonemes)
    row = {
        "list": sentence.list,
        "id": sentence.id,
        "kind": sentence.kind,
        "text": sentence.text,
        "endless": int(too_long or not stopped),
        "seconds": round(seconds, 3),
        "frames_per_phoneme": round(speech.frames / len(speech.phonemes), 3),
        **_attention(speech),
    }
    wide = resample(speech.waveform, speech.sample_rate)
    if judges.distillmos:
        row["distillmos"] = judges.distillmos(wide)
    if judges.recogniser:
        row |= _heard(sentence.text, judges.recogniser(wide), seconds * pace)
    return row


def _heard(text: str, transcript: str, seconds: float) -> dict[str, Any]:
    """What the recogniser's transcript tells of speech that lasts so long at pace 1."""
    found = compare_words(text, transcript)
    in_a_loop = found.in_a_loop(seconds)
    return {
        "transcript": transcript,
        "words": found.words,
        "word_errors": found.words if in_a_loop else found.errors,
        "skipped_words": 0 if in_a_loop else skipped_words(found),
        "repeated_words": 0 if in_a_loop else repeated_words(found),
    }


def _attention(speech: Speech) -> dict[str, Any]:
    """What the attentions tell of the parts of a sentence together; empty without one."""
    parts = speech.attentions
    if not parts:
        return {}
    covered = np.concatenate([part.covered for part in parts])
    backwards = np.concatenate([part.backwards for part in parts])
    return {
        "coverage": round(float(covered.mean()), 4),
        "monotony": round(float(1 - backwards.mean()), 4),
        "attention_skips": sum(part.skips for part in parts),
        "attention_repeats": sum(part.repeats for part in parts),
        "stopped": int(all(part.stopped for part in parts)),
    }


def _problem(voice: Voice, sentence: ListedSentence) -> str:
    """Why a voice cannot speak a sentence; empty if it can."""
    try:
        voice.sentences(sentence.text)
    except FS2Error as error:
        return f"{sentence.place}{error}"
    return ""


def _tell(rows: Sequence[dict[str, Any]]) -> None:
    """Log which sentences failed, by name."""
    words: dict[str, Callable[[dict[str, Any]], Any]] = {
        "words skipped": lambda row: row.get("skipped_words"),
        "words repeated": lambda row: row.get("repeated_words"),
        "without an end": lambda row: row["endless"],
    }
    for what, has in words.items():
        if names := [f"{row['list']}/{row['id']}" for row in rows if has(row)]:
            logger.warning("%d sentences, %s: %s", len(names), what, ", ".join(names))
