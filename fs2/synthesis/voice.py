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
from fs2.features.mel import mel_spectrogram
from fs2.synthesis.sentences import Spoken, join, split_sentences
from fs2.systems.fastspeech2.network import FastSpeech2, Prediction
from fs2.systems.fastspeech2.variance_adaptor import Adapted
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.systems.saving import ModelDescription, load_model
from fs2.text.phonemiser import Phonemiser
from fs2.text.symbols import encode
from fs2.vocoder import Vocoder, check_audio, load_vocoder

PAUSE_SECONDS = 0.25
"""Silence between sentences, besides the silent edges that the model gives each of them."""


@dataclass(frozen=True)
class Speech(Spoken):
    """What a voice said: the mel and its variances, and how they sound.

    Attributes:
        mel: (frames, n_mels), float32, natural log; the waveform's own, if it came first.
        waveform: (frames * hop_length,), float32 in [-1, 1].
        sample_rate: Hz.
        seconds: Wall time from text or phonemes to the waveform; without that of a mel made of it.
    """

    mel: np.ndarray
    waveform: np.ndarray
    sample_rate: int
    seconds: float


class Voice:
    """A trained system, and a vocoder for its mel spectrograms if it does without waveforms.

    The model computes in the precision of training.precision, as it was trained and validated.
    """

    def __init__(self, model: FastSpeech2, description: ModelDescription, vocoder: Vocoder | None):
        """Raises FS2Error if the vocoder was made for another mel than the model's."""
        if vocoder is not None:
            check_audio(description.audio, vocoder.audio, vocoder.name)
        self.description = description
        self.audio = description.audio
        self._model = model
        self._device = model.embedding.weight.device
        self._precision = choose_precision(description.config.training.precision, self._device)
        self._vocoder = vocoder
        self._phonemiser = Phonemiser(description.config.text)

    @classmethod
    def load(cls, training: Path, vocoder: Path | None, device: str = "auto") -> Self:
        """The system trained in the folder `training`, with the vocoder in the folder `vocoder`.

        FastSpeech 2s needs and takes no vocoder. Raises FS2Error if what is needed is missing, or
        if model and vocoder do not fit together.
        """
        training = Path(training)
        if not training.is_dir():
            trained = sorted(path.parent.name for path in training.parent.glob("*/model.json"))
            raise FS2Error(
                f"{training}: no trained system here; 'snakemake --cores all "
                f"{training}/model.safetensors' trains it; trained are: "
                f"{', '.join(trained) or 'none'}"
            )
        model, description = load_model(training, choose_device(device))
        if isinstance(model, FastSpeech2s):
            return cls(model, description, None)
        if vocoder is None:
            raise FS2Error(f"{training}: this system makes mels and needs a vocoder")
        return cls(model, description, load_vocoder(vocoder, device))

    def speak(
        self,
        text: str,
        pace: float = 1.0,
        pitch: float = 1.0,
        energy: float = 1.0,
        pitch_std_scale: float | None = None,
    ) -> Speech:
        """Speak English text of any length, sentence by sentence.

        `pace`, `pitch` and `energy` are factors: 2 is twice as fast, an octave higher, or twice
        the energy. `pitch_std_scale` is a factor on the predicted deviation of log F0; None:
        that of the configuration with which the system was trained. Raises FS2Error if there is
        nothing in the text to speak, a character cannot be spoken, or a factor is not positive.
        """
        begun = time.perf_counter()
        sentences = split_sentences(self._phonemiser(text))
        factors = (pace, pitch, energy, pitch_std_scale)
        parts = [self._predict(phonemes, *factors) for phonemes in sentences]
        pause = round(PAUSE_SECONDS / self.audio.frame_seconds)
        joined = join(parts, pause, log(self.audio.clip_val), self.audio.hop_length)
        return self._vocode(joined, begun)

    def speak_phonemes(
        self,
        phonemes: Sequence[str],
        pace: float = 1.0,
        pitch: float = 1.0,
        energy: float = 1.0,
        pitch_std_scale: float | None = None,
    ) -> Speech:
        """Speak symbols, which should begin and end with `sil`, in one go; factors as in `speak`.

        Raises FS2Error if one is not among the model's, or a factor is not positive.
        """
        begun = time.perf_counter()
        spoken = self._predict(phonemes, pace, pitch, energy, pitch_std_scale)
        return self._vocode(spoken, begun)

    def _predict(
        self,
        phonemes: Sequence[str],
        pace: float,
        pitch: float,
        energy: float,
        pitch_std_scale: float | None,
    ) -> Spoken:
        if pitch_std_scale is None:
            pitch_std_scale = self.description.config.synthesis.pitch_std_scale
        factors = {
            "pace": pace,
            "pitch": pitch,
            "energy": energy,
            "pitch_std_scale": pitch_std_scale,
        }
        for name, factor in factors.items():
            if not (isfinite(factor) and factor > 0):
                raise FS2Error(f"{name}: must be a positive number (got {factor})")
        ids = torch.tensor([encode(phonemes, self.description.symbols)], device=self._device)
        length = torch.tensor([ids.shape[1]], device=self._device)
        mixed = self._precision is not torch.float32
        mel = waveform = None
        with torch.inference_mode(), torch.autocast(self._device.type, self._precision, mixed):
            predicted: Prediction | Adapted
            if isinstance(self._model, FastSpeech2s):
                predicted = self._model.infer_states(ids, length, **factors)
                f0 = None if predicted.f0 is None else predicted.f0[0]
                waveform = self._model.generate(predicted.states[0], f0).cpu().numpy()
            else:
                predicted = self._model.infer(ids, length, **factors)
                mel = predicted.mel[0].cpu().numpy()
        return Spoken(
            phonemes=list(phonemes),
            durations=predicted.durations[0].to("cpu", torch.int32).numpy(),
            mel=mel,
            f0=_first(predicted.f0),
            energy=_first(predicted.energy),
            waveform=waveform,
        )

    def _vocode(self, spoken: Spoken, begun: float) -> Speech:
        waveform, mel = spoken.waveform, spoken.mel
        if waveform is None:
            assert self._vocoder is not None and mel is not None
            waveform = self._vocoder(torch.from_numpy(mel))
        waveform = np.clip(waveform, -1, 1)
        seconds = time.perf_counter() - begun
        if mel is None:
            mel = mel_spectrogram(waveform, self.audio)
        sound = {"mel": mel, "waveform": waveform, "sample_rate": self.audio.sample_rate}
        return Speech(**{**vars(spoken), **sound, "seconds": seconds})


def _first(column: Tensor | None) -> np.ndarray | None:
    return None if column is None else column[0].float().cpu().numpy()
