"""HiFi-GAN V1 as its authors published it: trained on many voices, and on LJSpeech."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fs2.audio import AudioSettings
from fs2.vocoder.entry import VocoderEntry, VocoderJob, check_audio, write_folder
from fs2.vocoder.hifigan.settings import HiFiGANSettings

if TYPE_CHECKING:
    import torch

    from fs2.onnx.graph import Graph
    from fs2.vocoder.hifigan.inference import HiFiGAN
    from fs2.vocoder.hifigan.network import Generator

HIFIGAN_AUDIO = AudioSettings(
    sample_rate=22050,
    n_fft=1024,
    hop_length=256,
    win_length=1024,
    n_mels=80,
    mel_fmin=0.0,
    mel_fmax=8000.0,
    clip_val=1e-5,
)
"""What the published generators were trained on."""


class HiFiGANEntry(VocoderEntry):
    """A published generator, fetched and checked, kept in a form that needs no unpickling."""

    settings = HiFiGANSettings
    origin = "weights published by the authors of HiFi-GAN (Kong, Kim and Bae 2020), MIT licence"
    exports = True

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.title = title

    def user_path(self, settings: HiFiGANSettings) -> str | None:
        """As `Entry.user_path`: a file of weights that the user has."""
        return settings.path

    def make(self, job: VocoderJob) -> dict[str, Any]:
        """As `VocoderEntry.make`: fetches the weights."""
        from safetensors.torch import save

        from fs2.vocoder.hifigan.weights import fetch_weights
        from fs2.vocoder.loading import WEIGHTS

        check_audio(job.config.audio.settings(), HIFIGAN_AUDIO, self.name)
        settings: HiFiGANSettings = job.config.vocoder.settings
        weights, origin = fetch_weights(self.name, settings, job.downloads)
        write_folder(job, {WEIGHTS: save(weights)}, {"precision": settings.precision, **origin})
        return {}

    def load(self, folder: Path, info: Mapping[str, Any], device: "torch.device") -> "HiFiGAN":
        """As `VocoderEntry.load`."""
        from fs2.vocoder.hifigan.inference import HiFiGAN

        audio = AudioSettings(**info["audio"])
        precision = info["precision"]
        return HiFiGAN(self.name, audio, _generator(folder, audio), device, precision)

    def graph(self, folder: Path, info: Mapping[str, Any]) -> "Graph":
        """As `VocoderEntry.graph`; it computes in float32, whatever the precision here."""
        from fs2.vocoder.hifigan.exported import graph

        return graph(_generator(folder, AudioSettings(**info["audio"])))


def _generator(folder: Path, audio: AudioSettings) -> "Generator":
    from fs2.vocoder.hifigan.network import Generator, Shape
    from fs2.vocoder.loading import load_weights

    generator = Generator(Shape(n_mels=audio.n_mels))
    load_weights(generator.load_weights, folder, "a HiFi-GAN V1 generator")
    return generator


UNIVERSAL = HiFiGANEntry("hifigan_universal", "HiFi-GAN V1, universal")
LJSPEECH = HiFiGANEntry("hifigan_ljspeech", "HiFi-GAN V1, LJSpeech")
