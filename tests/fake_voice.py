"""A voice without a network, for tests of what is around one."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from fs2.audio import AudioSettings
from fs2.errors import FS2Error


class FakeVoice:
    """Says each text as so many frames of the same sample as it has letters."""

    asked: ClassVar[list] = []

    audio = AudioSettings()
    pause = np.zeros(100, np.float32)

    @classmethod
    def load(cls, training, vocoder, device):
        cls.asked = [(training, vocoder, device)]
        return cls()

    def sentences(self, text):
        if "BAD" in text:
            raise FS2Error(f"text {text!r}: cannot be spoken")
        return [["sil", "AA1", "sil"]]

    def learn(self, lexicon):
        self.asked.append(lexicon)

    def speak(self, text, controls):
        self.sentences(text)
        self.asked.append((text, controls))
        return SimpleNamespace(waveform=np.full(256 * len(text), 0.25, np.float32))

    def stream(self, text, controls):
        waveform = self.speak(text, controls).waveform
        return iter([waveform[:100], waveform[100:]])
