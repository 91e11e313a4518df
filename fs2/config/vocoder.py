"""Section vocoder: from mel to waveform."""

from typing import ClassVar

from fs2.config.section import ChosenSection
from fs2.registry import VOCODERS, Registry


class VocoderConfig(ChosenSection):
    """From mel to waveform; each vocoder has a section of its own."""

    REGISTRY: ClassVar[Registry] = VOCODERS
    CHOICE: ClassVar[str] = "name"

    name: str = "hifigan_universal"
    """Pretrained HiFi-GAN V1 (universal or LJSpeech), Parallel WaveGAN trained on the corpus (the
    paper's), or Griffin-Lim."""
