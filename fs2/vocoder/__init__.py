"""Stage vocoder: from mel spectrogram to waveform."""

from fs2.vocoder.pretrained import fetch_vocoder
from fs2.vocoder.vocoder import Vocoder, check_audio, load_vocoder

__all__ = ["Vocoder", "check_audio", "fetch_vocoder", "load_vocoder"]
