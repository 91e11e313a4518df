"""A trained voice: text in, speech out."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn

from fs2.audio import AudioSettings, save_audio
from fs2.device import choose_device, choose_precision
from fs2.errors import FS2Error
from fs2.features.mel import mel_spectrogram
from fs2.synthesis.sentences import Sentence, join, split_sentences
from fs2.systems.controls import Controls
from fs2.systems.saving import ModelDescription, load_model
from fs2.systems.system import check_controls
from fs2.text.phonemiser import Phonemiser
from fs2.text.symbols import encode
from fs2.vocoder.entry import Vocoder, check_audio, stream
from fs2.vocoder.loading import load_vocoder

PAUSE_SECONDS = 0.25
"""Silence between sentences, besides the silent edges that the model gives each of them."""


@dataclass(frozen=True)
class Speech(Sentence):
    """What a voice said: the mel and its variances, and how they sound.

    Attributes:
        waveform: (frames * hop_length,), float32 in [-1, 1].
        audio: Its settings.
        seconds: Wall time from text or phonemes to the waveform.
    """

    waveform: np.ndarray
    audio: AudioSettings
    seconds: float

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self.audio.sample_rate

    @property
    def frames(self) -> int:
        """How many the waveform has."""
        return len(self.waveform) // self.audio.hop_length

    @cached_property
    def spectrogram(self) -> np.ndarray:
        """The mel; that of the waveform, (frames, n_mels), if the system made none.

        Raises FS2Error if it is to be made, which needs scipy, and there is none.
        """
        return mel_spectrogram(self.waveform, self.audio) if self.mel is None else self.mel

    def save(self, path: str | Path) -> None:
        """Write the waveform as a sound file, .wav or .flac, 16 bits; whole or not at all.

        Raises FS2Error if the name ends otherwise, or the file cannot be written.
        """
        save_audio(path, self.waveform, self.sample_rate)


class Voice:
    """A trained system, and a vocoder for its mel spectrograms if it does without waveforms.

    The network computes in the precision of training.precision, as it was trained and validated.
    """

    def __init__(
        self, network: nn.Module, description: ModelDescription, vocoder: Vocoder | None
    ) -> None:
        """Raises FS2Error if the vocoder was made for another mel than the network's."""
        if vocoder is not None:
            check_audio(description.audio, vocoder.audio, vocoder.name)
        self.description = description
        self.audio = description.audio
        self._network = network
        self._device = next(network.parameters()).device
        self._precision = choose_precision(description.config.training.precision, self._device)
        self._vocoder = vocoder
        self._phonemiser = Phonemiser(description.config.text)
        self._pause_frames = round(PAUSE_SECONDS / self.audio.frame_seconds)

    @classmethod
    def load(cls, training: Path, vocoder: Path | None, device: str = "auto") -> Self:
        """The system trained in the folder `training`, with the vocoder in the folder `vocoder`.

        A system that makes waveforms needs and takes no vocoder. Raises FS2Error if what is needed
        is missing, or if network and vocoder do not fit together.
        """
        training = Path(training)
        if not training.is_dir():
            trained = sorted(path.parent.name for path in training.parent.glob("*/model.json"))
            raise FS2Error(
                f"{training}: no trained system here; 'snakemake --cores all "
                f"{training}/model.safetensors' trains it; trained are: "
                f"{', '.join(trained) or 'none'}"
            )
        network, description = load_model(training, choose_device(device))
        if not description.system.needs_vocoder:
            return cls(network, description, None)
        if vocoder is None:
            raise FS2Error(f"{training}: this system makes mels and needs a vocoder")
        return cls(network, description, load_vocoder(vocoder, device))

    def sentences(self, text: str) -> list[list[str]]:
        """The symbols of each sentence of an English text.

        Raises FS2Error as `fs2.text.phonemiser.Phonemiser` does.
        """
        return split_sentences(self._phonemiser(text))

    def learn(self, lexicon: Path) -> None:
        """Pronounce words from now on as a file says (`text.pronunciations` has the format).

        Raises FS2Error that names the file, and the line that is wrong.
        """
        self._phonemiser.learn(lexicon)

    @property
    def pause(self) -> np.ndarray:
        """The silence between two sentences: (samples,), float32."""
        return np.zeros(self._pause_frames * self.audio.hop_length, np.float32)

    def speak(self, text: str, controls: Controls | None = None) -> Speech:
        """Speak English text, sentence by sentence.

        Raises FS2Error as `sentences` does, or if the system's durations are no speech.
        """
        begun = time.perf_counter()
        parts = [self._vocode(self._predict(*part)) for part in self._parts(text, controls)]
        silence = log(self.audio.clip_val)
        joined = join(parts, self._pause_frames, silence, self.audio.hop_length)
        return self._speech(joined, begun)

    def stream(self, text: str, controls: Controls | None = None) -> Iterator[np.ndarray]:
        """Speak English text in pieces: float32 samples in [-1, 1], each as soon as it is made.

        Put together they are the waveform of `speak`, but for rounding (below 1e-6). A sentence
        comes in several pieces if the system, or its vocoder, can make it so.

        Raises FS2Error as `speak` does, of the text before the first piece.
        """
        return self._stream(self._parts(text, controls))

    def _stream(self, parts: Sequence[tuple[list[str], Controls]]) -> Iterator[np.ndarray]:
        for number, (phonemes, controls) in enumerate(parts):
            if number:
                yield self.pause
            for piece in self._pieces(phonemes, controls):
                yield np.clip(piece, -1, 1)

    def _pieces(self, phonemes: list[str], controls: Controls) -> Iterator[np.ndarray]:
        """The waveform of a sentence, piece by piece."""
        if self._vocoder is not None:
            mel = self._predict(phonemes, controls).mel
            assert mel is not None
            yield from stream(self._vocoder, torch.from_numpy(mel))
            return
        system = self.description.system
        pieces = system.stream(self._network, self._encode(phonemes), controls)
        while True:
            with self._computing():
                piece = _array(next(pieces, None))
            if piece is None:
                return
            yield piece

    def _parts(self, text: str, controls: Controls | None) -> list[tuple[list[str], Controls]]:
        """The sentences of a text, each with the controls; all that can be refused is, here."""
        completed = self._complete(controls)
        sentences = self.sentences(text)
        for phonemes in sentences:
            encode(phonemes, self.description.symbols)
        return [(phonemes, completed) for phonemes in sentences]

    def speak_phonemes(
        self,
        phonemes: Sequence[str],
        controls: Controls | None = None,
        durations: np.ndarray | None = None,
    ) -> Speech:
        """Speak symbols, which should begin and end with `sil`, in one go.

        Durations (phonemes,), frames, stand in the place of the predicted ones, whatever the pace.

        Raises FS2Error if a symbol is not among the system's, or the durations are not those of
        the symbols, or the system has none.
        """
        begun = time.perf_counter()
        if durations is not None:
            self._check_durations(phonemes, durations)
        spoken = self._predict(phonemes, self._complete(controls), durations)
        return self._speech(self._vocode(spoken), begun)

    def _check_durations(self, phonemes: Sequence[str], durations: np.ndarray) -> None:
        system = self.description.system
        if not system.has_durations:
            raise FS2Error(f"{system.title} has no durations, so it cannot speak with given ones")
        if durations.shape != (len(phonemes),):
            shape = " x ".join(map(str, durations.shape))
            raise FS2Error(f"durations: {shape} of them, but {len(phonemes)} phonemes")
        if np.any(durations < 0) or not np.any(durations):
            raise FS2Error("durations: must be frames, none below 0 and not all of them 0")

    def _complete(self, controls: Controls | None) -> Controls:
        """With what the configuration says; FS2Error if the system does not follow one of them."""
        config = self.description.config
        completed = (controls or Controls()).completed(config.synthesis)
        check_controls(config, self.description.run, completed)
        return completed

    def _encode(self, phonemes: Sequence[str]) -> Tensor:
        """The symbol numbers (phonemes,), on the device."""
        return torch.tensor(encode(phonemes, self.description.symbols), device=self._device)

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """Inference in the precision of the network."""
        mixed = self._precision is not torch.float32
        with torch.inference_mode(), torch.autocast(self._device.type, self._precision, mixed):
            yield

    def _predict(
        self, phonemes: Sequence[str], controls: Controls, durations: np.ndarray | None = None
    ) -> Sentence:
        given = None
        if durations is not None:
            given = torch.tensor(durations, dtype=torch.int64, device=self._device)
        ids = self._encode(phonemes)
        with self._computing():
            spoken = self.description.system.synthesise(self._network, ids, controls, given)
        self._check_promise(spoken.durations, given)
        return Sentence(
            phonemes=list(phonemes),
            durations=_array(spoken.durations, torch.int32),
            mel=_array(spoken.mel),
            f0=_array(spoken.f0),
            energy=_array(spoken.energy),
            waveform=_array(spoken.waveform),
            attentions=() if spoken.attention is None else (spoken.attention,),
        )

    def _check_promise(self, spoken: Tensor | None, given: Tensor | None) -> None:
        """FS2Error unless a system has durations as it says, and spoke with those it was given."""
        system = self.description.system
        if system.has_durations != (spoken is not None):
            told = "tells none" if spoken is None else "tells some"
            raise FS2Error(
                f"{system.title}: has_durations is {system.has_durations}, but it {told}; mend the "
                "system's class"
            )
        if given is not None and spoken is not None and not torch.equal(spoken, given):
            raise FS2Error(f"{system.title}: spoke with other durations than it was given")

    def _vocode(self, spoken: Sentence) -> Sentence:
        """With its waveform, if it has none yet."""
        if self._vocoder is None:
            return spoken
        assert spoken.mel is not None
        return replace(spoken, waveform=self._vocoder(torch.from_numpy(spoken.mel)))

    def _speech(self, spoken: Sentence, begun: float) -> Speech:
        assert spoken.waveform is not None
        waveform = np.clip(spoken.waveform, -1, 1)
        seconds = time.perf_counter() - begun
        own = {"waveform": waveform, "audio": self.audio, "seconds": seconds}
        return Speech(**{**vars(spoken), **own})


def _array(column: Tensor | None, dtype: torch.dtype = torch.float32) -> np.ndarray | None:
    return None if column is None else column.to("cpu", dtype).numpy()
