"""An exported voice speaks: onnxruntime and numpy, no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fs2.audio import save_audio
from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.onnx.controls import Factor, SpeechInputs
from fs2.onnx.description import PRONUNCIATIONS, ExportedVoice
from fs2.onnx.noise import normal_noise
from fs2.synthesis.sentences import Sentence, join, split_sentences
from fs2.text.phonemiser import Phonemiser
from fs2.text.symbols import encode

PAUSE_SECONDS = 0.25
"""Silence between sentences, besides the silent edges that the voice gives each of them."""


@dataclass(frozen=True)
class OnnxSpeech(Sentence):
    """What an exported voice said; its mel is None if it makes waveforms without one.

    Attributes:
        waveform: (frames * hop_length,), float32 in [-1, 1].
        sample_rate: Hz.
    """

    waveform: np.ndarray
    sample_rate: int

    def save(self, path: str | Path) -> None:
        """Write the waveform as a sound file; errors as those of `fs2.audio.save_audio`."""
        save_audio(path, self.waveform, self.sample_rate)


class OnnxVoice:
    """The voice in a folder that `fs2 export --onnx` wrote.

    Args:
        folder: Has `onnx.json`.
        threads: That onnxruntime computes with; 0: one a core.

    Raises FS2Error if there is no such voice, or onnxruntime is missing or cannot read it.
    """

    def __init__(self, folder: str | Path, threads: int = 0) -> None:
        folder = Path(folder)
        self.description = ExportedVoice.read(folder)
        own = folder / PRONUNCIATIONS
        text = {**self.description.text, "pronunciations": str(own) if own.is_file() else None}
        self._phonemiser = Phonemiser(Text.model_validate(text))
        files = [folder / graph["file"] for graph in self.description.graphs]
        self._sessions = [_session(file, threads) for file in files]

    def speak(
        self, text: str, pace: float = 1.0, pitch: float = 1.0, energy: float = 1.0
    ) -> OnnxSpeech:
        """Speak English text, sentence by sentence, with a pause between them.

        Raises FS2Error if the text cannot be read, and as `speak_phonemes` does.
        """
        sentences = split_sentences(self._phonemiser(text))
        parts = [self.speak_phonemes(phonemes, pace, pitch, energy) for phonemes in sentences]
        hop_length = self.description.hop_length
        pause = round(PAUSE_SECONDS * self.description.sample_rate / hop_length)
        joined = join(parts, pause, self.description.silence, hop_length)
        return self._speech(**vars(joined))

    def speak_phonemes(
        self,
        phonemes: Sequence[str],
        pace: Factor = 1.0,
        pitch: Factor = 1.0,
        energy: Factor = 1.0,
        durations: Sequence[int] | np.ndarray | None = None,
    ) -> OnnxSpeech:
        """Speak symbols, which should begin and end with `sil`, in one go.

        Args:
            phonemes: At least two symbols.
            pace: Speaking rate: 2 halves the predicted durations.
            pitch: On F0: 2 is an octave higher.
            energy: On the energy.
            durations: (phonemes,), frames; -1 where they are to be predicted.

        A factor is a number, or a sequence of one a phoneme.

        Raises FS2Error if a symbol is not known, a control has another length or is beyond its
        range, the voice does not follow it, or the durations are no speech.
        """
        inputs = SpeechInputs(self.description, encode(phonemes, self.description.symbols))
        arrays = inputs.arrays({"pace": pace, "pitch": pitch, "energy": energy}, durations)
        for graph, session in zip(self.description.graphs, self._sessions, strict=True):
            taken = [port["name"] for port in graph["inputs"]]
            if "noise" in taken:
                arrays["noise"] = self._noise(int(arrays["spoken_durations"].sum()))
            made = session.run(None, {name: arrays[name] for name in taken})
            arrays.update(zip((port["name"] for port in graph["outputs"]), made, strict=True))
            inputs.check_spoken(arrays)
        return self._speech(
            phonemes=list(phonemes),
            durations=arrays["spoken_durations"][0].astype(np.int32),
            mel=_first(arrays.get("mel")),
            f0=_first(arrays.get("f0")),
            energy=_first(arrays.get("spoken_energy")),
            waveform=np.clip(arrays["waveform"][0], -1, 1),
        )

    def _speech(self, **columns: Any) -> OnnxSpeech:
        return OnnxSpeech(**columns, sample_rate=self.description.sample_rate)

    def _noise(self, frames: int) -> np.ndarray:
        """(1, frames, hop_length)."""
        hop_length = self.description.hop_length
        return normal_noise(frames * hop_length).reshape(1, frames, hop_length)


def _session(file: Path, threads: int) -> Any:
    """A graph, ready to run on the CPU."""
    try:
        import onnxruntime
    except ImportError as error:
        raise FS2Error(
            "onnxruntime is not installed, which speaks with exported voices: "
            "pip install onnxruntime"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors alone
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its own have no class in common
        raise FS2Error(f"{file}: onnxruntime cannot read it ({error}); copy it again") from error


def _first(column: np.ndarray | None) -> np.ndarray | None:
    return None if column is None else column[0]
