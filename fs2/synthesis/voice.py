"""A trained voice: text in, speech out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import Tensor

from fs2.device import choose_device, choose_precision
from fs2.errors import FS2Error
from fs2.models import FastSpeech2, ModelDescription, load_model
from fs2.synthesis.sentences import SpokenMel, join, split_sentences
from fs2.text.phonemiser import Phonemiser
from fs2.text.symbols import encode
from fs2.vocoder import Vocoder, check_audio, load_vocoder

PAUSE_SECONDS = 0.25
"""Silence between sentences, besides the silent edges that the model gives each of them."""


@dataclass(frozen=True)
class Speech(SpokenMel):
    """What a voice said: the mel and its variances, and how they sound.

    Attributes:
        waveform: (frames * hop_length,), float32 in [-1, 1].
        sample_rate: Hz.
        seconds: Wall time that model and vocoder took.
    """

    waveform: np.ndarray
    sample_rate: int
    seconds: float


class Voice:
    """A trained system and a vocoder for its mel spectrograms.

    The model computes in the precision of training.precision, as it was trained and validated.
    """

    def __init__(self, model: FastSpeech2, description: ModelDescription, vocoder: Vocoder):
        """Raises FS2Error if the vocoder was made for another mel than the model's."""
        check_audio(description.audio, vocoder.audio, vocoder.name)
        self.description = description
        self.audio = description.audio
        self._model = model
        self._device = model.embedding.weight.device
        self._precision = choose_precision(description.config.training.precision, self._device)
        self._vocoder = vocoder
        self._phonemiser = Phonemiser(description.config.text)

    @classmethod
    def load(cls, training: Path, vocoder: Path, device: str = "auto") -> Self:
        """The system trained in the folder `training`, with the vocoder in the folder `vocoder`.

        Raises FS2Error if either is missing or they do not fit together.
        """
        training = Path(training)
        if not training.is_dir():
            trained = sorted(path.parent.name for path in training.parent.glob("*/model.json"))
            raise FS2Error(
                f"{training}: no trained system here; 'snakemake --cores all "
                f"{training}/model.safetensors' trains it; trained are: "
                f"{', '.join(trained) or 'none'}"
            )
        return cls(*load_model(training, choose_device(device)), load_vocoder(vocoder, device))

    def speak(
        self, text: str, pace: float = 1.0, pitch: float = 1.0, energy: float = 1.0
    ) -> Speech:
        """Speak English text of any length, sentence by sentence.

        `pace`, `pitch` and `energy` are factors: 2 is twice as fast, an octave higher, or twice
        the energy. Raises FS2Error if there is nothing in the text to speak, a character cannot
        be spoken, or a factor is not positive.
        """
        sentences = split_sentences(self._phonemiser(text))
        begun = time.perf_counter()
        parts = [self._predict(phonemes, pace, pitch, energy) for phonemes in sentences]
        pause = round(PAUSE_SECONDS / self.audio.frame_seconds)
        return self._vocode(join(parts, pause, log(self.audio.log_floor)), begun)

    def speak_phonemes(
        self, phonemes: Sequence[str], pace: float = 1.0, pitch: float = 1.0, energy: float = 1.0
    ) -> Speech:
        """Speak symbols, which should begin and end with `sil`, in one go.

        Raises FS2Error if one is not among the model's, or a factor is not positive.
        """
        begun = time.perf_counter()
        return self._vocode(self._predict(phonemes, pace, pitch, energy), begun)

    def _predict(
        self, phonemes: Sequence[str], pace: float, pitch: float, energy: float
    ) -> SpokenMel:
        for name, factor in (("pace", pace), ("pitch", pitch), ("energy", energy)):
            if not (isfinite(factor) and factor > 0):
                raise FS2Error(f"{name}: must be a positive number (got {factor})")
        ids = torch.tensor([encode(phonemes, self.description.symbols)], device=self._device)
        length = torch.tensor([ids.shape[1]], device=self._device)
        mixed = self._precision is not torch.float32
        with torch.autocast(self._device.type, self._precision, enabled=mixed):
            prediction = self._model.infer(ids, length, pace, pitch, energy)
        return SpokenMel(
            phonemes=list(phonemes),
            durations=prediction.durations[0].to("cpu", torch.int32).numpy(),
            mel=prediction.mel[0].cpu().numpy(),
            f0=_first(prediction.f0),
            energy=_first(prediction.energy),
        )

    def _vocode(self, spoken: SpokenMel, begun: float) -> Speech:
        waveform = self._vocoder(torch.from_numpy(spoken.mel))
        return Speech(
            **vars(spoken),
            waveform=np.clip(waveform, -1, 1),
            sample_rate=self.audio.sample_rate,
            seconds=time.perf_counter() - begun,
        )


def _first(column: Tensor | None) -> np.ndarray | None:
    return None if column is None else column[0].float().cpu().numpy()
