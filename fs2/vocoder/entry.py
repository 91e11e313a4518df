"""What the project asks of a vocoder, and all that it knows of one.

Every vocoder ends as a folder with `vocoder.json` (`name`, the `audio` settings of its mel, and
what else its entry writes there) and the files that its entry needs to load it.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fs2.audio import AudioSettings
from fs2.config.schema import Config
from fs2.config.section import Entry
from fs2.config.training import TrainingSettings
from fs2.errors import FS2Error
from fs2.files import atomic_path, write_json
from fs2.registry import VOCODERS

if TYPE_CHECKING:  # a configuration is checked without torch
    import numpy as np
    import torch
    from torch import Tensor

    from fs2.onnx.graph import Graph
    from fs2.training.loop import AudioCallback, LogCallback

DESCRIPTION = "vocoder.json"


class Vocoder(Protocol):
    """Turns a log mel into samples.

    One that can make them in pieces also has a method `stream`, as the function `stream` here.
    """

    name: str
    audio: AudioSettings

    def __call__(self, mel: "Tensor") -> "np.ndarray":
        """Samples of the mel: (frames, n_mels) -> float32 (frames * hop_length,)."""
        ...


def stream(vocoder: Vocoder, mel: "Tensor") -> "Iterator[np.ndarray]":
    """The samples of a mel (frames, n_mels) in pieces, each as soon as it is made.

    Put together they are the whole, but for rounding; of a vocoder that has no `stream` they come
    all at once.
    """
    pieces: Iterator[np.ndarray] = getattr(vocoder, "stream", lambda mel: iter([vocoder(mel)]))(mel)
    return pieces


@dataclass(frozen=True)
class VocoderJob:
    """A vocoder to be made.

    Attributes:
        config: The configuration, which has chosen it.
        downloads: Folder for downloads, where a sound earlier one is used again.
        output: The folder vocoder/<name>/.
        features: The features file, for a vocoder that is trained.
        on_log: Called at every log interval and validation of a training.
        on_audio: Called at every validation of a training.
    """

    config: Config
    downloads: Path
    output: Path
    features: Path | None = None
    on_log: "LogCallback | None" = None
    on_audio: "AudioCallback | None" = None


class VocoderEntry(Entry):
    """A vocoder: everything that the rest of the project asks of it.

    Attributes:
        trained: Whether it is trained on the corpus, so that making it needs the features.
        takes_any_mel: Whether the settings of the section audio may be any.
        origin: Whose its weights are and under which licence, for whoever passes them on; empty if
            it has none of others'.
        exports: Whether `graph` is there, so that it can be written as ONNX.
    """

    trained = False
    origin = ""
    takes_any_mel = False
    exports = False

    @abstractmethod
    def make(self, job: VocoderJob) -> dict[str, Any]:
        """Write the folder `job.output`; returns what is worth recording, by name.

        Raises FS2Error if what it needs cannot be had, or it was not made for the mel of
        `job.config.audio`.
        """

    @abstractmethod
    def load(self, folder: Path, info: Mapping[str, Any], device: "torch.device") -> Vocoder:
        """Read it from a folder that `make` wrote, whose vocoder.json is `info`.

        Raises FS2Error, KeyError, TypeError or ValueError if something is not as it wrote it.
        """

    def graph(self, folder: Path, info: Mapping[str, Any]) -> "Graph":
        """What is written as ONNX: a network from `mel_port`, and noise, to `waveform_output`.

        Asked only of a vocoder that `exports`; arguments and errors as those of `load`.
        """
        raise NotImplementedError


def entry_for(config: Config) -> VocoderEntry:
    """The vocoder of a configuration."""
    entry: VocoderEntry = config.vocoder.entry
    return entry


def vocoder_settings(config: Config) -> dict[str, Any]:
    """What decides the vocoder: the parameter of its rule, and the fingerprint of its training."""
    settings: dict[str, Any] = {"vocoder": config.section("vocoder")}
    if entry_for(config).trained:
        shared = set(TrainingSettings.model_fields)
        settings["training"] = config.training.plain(include=shared)
    return settings


def write_folder(job: VocoderJob, files: Mapping[str, bytes], info: Mapping[str, Any]) -> None:
    """Write a vocoder's folder whole: its files, and vocoder.json with name, audio and `info`."""
    with atomic_path(job.output) as temporary:
        temporary.mkdir()
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        write_description(temporary, job.config, info)


def write_description(folder: Path, config: Config, info: Mapping[str, Any]) -> None:
    """Write vocoder.json: name, audio and `info`."""
    audio = asdict(config.audio.settings())
    write_json(folder / DESCRIPTION, {"name": config.vocoder.name, "audio": audio, **info})


def check_audio(audio: AudioSettings, vocoder: AudioSettings, name: str) -> None:
    """Raise FS2Error that lists every setting in which `audio` and the vocoder's differ."""
    differences = audio.differences(vocoder)
    if differences:
        any_mel = [name for name, entry in VOCODERS.items() if entry.takes_any_mel]
        listed = "\n".join(
            f"  audio.{key}: {own}, but {theirs} in the vocoder"
            for key, (own, theirs) in differences.items()
        )
        raise FS2Error(
            f"vocoder.name: {name} was made for another mel spectrogram\n{listed}\n"
            "Change these settings to the vocoder's, or choose one that takes any mel: "
            f"vocoder.name: {', '.join(any_mel)}"
        )
