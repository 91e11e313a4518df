"""What every vocoder is to the stages that use it, and how to load one."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from fs2.audio import AudioSettings
from fs2.device import choose_device, choose_precision
from fs2.errors import FS2Error
from fs2.files import read_json
from fs2.nn.waveform_generator import fold_weight_norm
from fs2.nn.waveform_settings import PARALLEL_WAVEGAN, ParallelWaveGANGeneratorConfig
from fs2.vocoder.griffin_lim import GriffinLim
from fs2.vocoder.hifigan import Generator, Shape, vocode
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN

Precision = Literal["auto", "bf16", "fp32"]


class Vocoder(Protocol):
    """Turns a log mel into samples."""

    name: str
    audio: AudioSettings

    def __call__(self, mel: Tensor) -> np.ndarray:
        """Samples of the mel: (frames, n_mels) -> float32 (frames * hop_length,)."""
        ...


class HiFiGAN:
    """A HiFi-GAN generator on a device."""

    def __init__(
        self,
        name: str,
        audio: AudioSettings,
        generator: Generator,
        device: torch.device,
        precision: Precision = "auto",
    ):
        self.name = name
        self.audio = audio
        self.device = device
        if precision == "auto" and device.type == "cuda":
            precision = "fp32"
        dtype = choose_precision(precision, device)
        self._generator = generator.to(device).prepare_for_inference(dtype)

    def __call__(self, mel: Tensor) -> np.ndarray:
        """Samples of the mel: (frames, n_mels) -> float32 (frames * hop_length,)."""
        return vocode(self._generator, mel.to(self.device, torch.float32)).cpu().numpy()


class TrainedVocoder:
    """Parallel WaveGAN, trained on a corpus, on a device."""

    def __init__(
        self, name: str, audio: AudioSettings, generator: ParallelWaveGAN, device: torch.device
    ):
        self.name = name
        self.audio = audio
        self.device = device
        self._generator = generator.to(device).prepare_for_inference()

    def __call__(self, mel: Tensor) -> np.ndarray:
        """Samples of the mel: (frames, n_mels) -> float32 (frames * hop_length,)."""
        return self._generator.generate(mel.to(self.device, torch.float32)).cpu().numpy()


def load_vocoder(folder: Path, device: str = "auto") -> Vocoder:
    """The vocoder that `fetch_vocoder` left in `folder`; device auto: CUDA if there is one.

    Raises FS2Error if a file is missing or does not hold what it should.
    """
    folder = Path(folder)
    if not (folder / "vocoder.json").is_file():
        raise FS2Error(
            f"{folder}: no vocoder here (vocoder.json is missing); 'snakemake --cores all' makes "
            "the one that the configuration names"
        )
    info = read_json(folder / "vocoder.json")
    try:
        audio = AudioSettings(**info["audio"])
        name = info["name"]
        if name == GriffinLim.name:
            return GriffinLim(audio, info["griffin_lim_iterations"])
        if name == PARALLEL_WAVEGAN:
            settings = ParallelWaveGANGeneratorConfig(**info["generator"])
        else:
            precision = info["precision"]
    except (KeyError, TypeError, ValueError) as error:
        raise FS2Error(
            f"{folder / 'vocoder.json'}: not as this version writes it ({error}); "
            "remove the folder and make it again"
        ) from error
    if name == PARALLEL_WAVEGAN:
        trained = ParallelWaveGAN(settings, audio.n_mels, audio.sample_rate)
        fold_weight_norm(trained)
        _load(trained.load_state_dict, folder, "Parallel WaveGAN")
        return TrainedVocoder(name, audio, trained, choose_device(device))
    generator = Generator(Shape(n_mels=audio.n_mels))
    _load(generator.load_weights, folder, "a HiFi-GAN V1 generator")
    return HiFiGAN(name, audio, generator, choose_device(device), precision)


def _load(load: Callable[[dict[str, Tensor]], object], folder: Path, what: str) -> None:
    weights = folder / "generator.safetensors"
    try:
        load(load_file(weights))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise FS2Error(
            f"{weights}: not the weights of {what} that vocoder.json describes ({error}); "
            "remove the folder and make it again"
        ) from error


def check_audio(audio: AudioSettings, vocoder: AudioSettings, name: str) -> None:
    """Raise FS2Error that lists every setting in which `audio` and the vocoder's differ."""
    differences = audio.differences(vocoder)
    if differences:
        listed = "\n".join(
            f"  audio.{key}: {own}, but {theirs} in the vocoder"
            for key, (own, theirs) in differences.items()
        )
        raise FS2Error(
            f"vocoder.name: {name} was made for another mel spectrogram\n{listed}\n"
            "Change these settings to the vocoder's, or choose vocoder.name: griffin_lim, which "
            "takes any."
        )
