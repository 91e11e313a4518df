"""What the project asks of a system, and all that it knows of one.

A system's package (`fs2/systems/<name>/`) answers in one place: its settings, what it makes, which
columns of the features file its training needs, its network, a training, its synthesis. Everything
else follows: the rules' parameters, what counts as finished, the fingerprint of a checkpoint, the
parameters in MLflow and which rows of the tables are of now (`fs2.systems.declaration`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fs2.config.model import ModelSettings
from fs2.config.schema import Config
from fs2.config.training import SystemTrainingSettings
from fs2.errors import FS2Error
from fs2.features.statistics import Statistics
from fs2.registry import SYSTEMS
from fs2.systems.attention import Attention
from fs2.systems.catalogue import SystemFile
from fs2.systems.controls import Controls

if TYPE_CHECKING:  # a configuration is checked without torch
    from torch import Tensor, nn

    from fs2.onnx.graph import Graph
    from fs2.training.data import Batch
    from fs2.training.loop import AudioCallback, LogCallback, TrainingLoop

TEACHER = "teacher"
"""The part of the system of whose durations or mels another learns (`System.needs`)."""
FACTORS = {"pace": "durations", "pitch": "pitch", "energy": "energy"}
"""Control -> what it multiplies."""
AttentionCallback = Callable[[int, Mapping[str, Attention]], None]
"""Gets the step, and attentions by the name of their clip."""


@dataclass(frozen=True)
class Distilled:
    """What the stage distillation left of a teacher (docs/architecture.md).

    Attributes:
        folder: distillation/<teacher>/.
    """

    folder: Path

    @property
    def features(self) -> Path:
        """The features file with the teacher's mels for the training split, and its durations."""
        return self.folder / "features.h5"

    @property
    def durations(self) -> Path:
        """The teacher's durations of the recordings, as the alignment's table."""
        return self.folder / "durations.csv"

    @property
    def report(self) -> Path:
        """What was found, and how long it took."""
        return self.folder / "report.json"


@dataclass(frozen=True)
class TrainingJob:
    """A training of a system.

    Attributes:
        run: Its name (`fs2.config.run_name`).
        config: The configuration of the system (`fs2.systems.catalogue`).
        features: The features file.
        output: The folder training/<run>/.
        needs: Folders of the trained systems that it needs, by the part that they play in it.
        distilled: What its teacher gave, if it has one.
        on_log: Called at every log interval and validation.
        on_audio: Called at every validation by systems that make waveforms.
        on_attention: Called at every validation by systems with an attention on the phonemes.
    """

    run: str
    config: Config
    features: Path
    output: Path
    needs: Mapping[str, Path] = field(default_factory=dict)
    distilled: Distilled | None = None
    on_log: "LogCallback | None" = None
    on_audio: "AudioCallback | None" = None
    on_attention: AttentionCallback | None = None


@dataclass(frozen=True)
class Spoken:
    """What a network makes of one sequence of phonemes.

    Attributes:
        mel: (frames, n_mels), natural log; None if it makes the waveform itself.
        waveform: (frames * hop_length,); None if a vocoder is to make it of the mel.
        durations: (phonemes,), int64, frames; None if the system has no durations of its own.
        f0: (frames,), Hz, 0 where unvoiced if that is predicted; None if it predicts no pitch.
        energy: (frames,), L2 norm of the STFT frame; None if it predicts no energy.
        attention: Of its decoder on the phonemes; None if it needs none.
    """

    mel: "Tensor | None" = None
    waveform: "Tensor | None" = None
    durations: "Tensor | None" = None
    f0: "Tensor | None" = None
    energy: "Tensor | None" = None
    attention: Attention | None = None


class System(ABC):
    """An architecture: everything that the rest of the project asks of it.

    Attributes:
        name: The value of `model.architecture`.
        title: Its name for readers.
        model, training: Schemas of the sections model and training.
        makes: What its network makes; a mel needs a vocoder.
        columns: Columns of the features file that its training needs, besides the phonemes.
        can_teach: Whether `align` and `generate` are there, so that it can be a teacher.
        exports: Whether `graphs` is there, so that it can be written as ONNX.
        has_durations: Whether it tells a phoneme's duration, and can speak with given ones; one
            that makes frame after frame has none.
    """

    name: str
    title: str
    model: type[ModelSettings]
    training: type[SystemTrainingSettings]
    makes: Literal["mel", "waveform"]
    columns: tuple[str, ...]
    can_teach: bool = False
    exports: bool = False
    has_durations: bool = True

    @property
    def needs_vocoder(self) -> bool:
        """Whether a vocoder makes the waveform."""
        return self.makes == "mel"

    def needs(self, training: SystemTrainingSettings, file: SystemFile) -> dict[str, str]:
        """The systems that must be trained before, by the part that they play in the training.

        One that plays the `TEACHER` must be able to teach; the stage distillation goes between.

        Args:
            training: The section training of the system.
            file: The system's file, which names its kin.

        """
        return {}

    def controlled(self, config: Config) -> tuple[str, ...]:
        """Which of the factors pace, pitch and energy its speech follows."""
        return ("pace",) if self.has_durations else ()

    @abstractmethod
    def build(self, config: Config, symbols: list[str], statistics: Statistics) -> "nn.Module":
        """The network with new weights.

        Besides what an `nn.Module` has, it has `prepare_for_inference()`, which makes it ready for
        inference on the device where it is then, and for that only.
        """

    @abstractmethod
    def trainer(self, job: TrainingJob) -> "TrainingLoop":
        """A training, ready to run."""

    @abstractmethod
    def synthesise(
        self,
        network: Any,
        phonemes: "Tensor",
        controls: Controls,
        durations: "Tensor | None" = None,
    ) -> Spoken:
        """Speak symbol numbers (phonemes,) on the device of the network.

        Durations (phonemes,), int64, frames, stand in the place of the predicted ones, whatever the
        pace; all else is predicted. None are given to a system without `has_durations`.
        """

    def stream(self, network: Any, phonemes: "Tensor", controls: Controls) -> "Iterator[Tensor]":
        """The waveform of `synthesise`, piece by piece, each as soon as it is made.

        Asked only of a system that makes waveforms. Put together, the pieces are the whole, but for
        rounding. One that can make no pieces, as this one, gives all at once.
        """
        waveform = self.synthesise(network, phonemes, controls).waveform
        assert waveform is not None
        yield waveform

    def align(self, network: Any, batch: "Batch") -> list[Attention]:
        """Where the attention is when each frame of a batch's `mel` is made of those before it.

        Asked only of a system that `can_teach`; the network is ready for inference.
        """
        raise NotImplementedError

    def generate(
        self, network: Any, phonemes: "Tensor", lengths: "Tensor", controls: Controls
    ) -> list[Spoken]:
        """Speak several clips at once: as `synthesise`, clip by clip, each with its attention.

        Asked only of a system that `can_teach`.

        Args:
            network: Ready for inference.
            phonemes: (batch, phonemes), int64, on the device of the network, 0 in padding.
            lengths: (batch,), phonemes of each clip.
            controls: Those that it follows.
        """
        raise NotImplementedError

    def graphs(self, network: Any, config: Config) -> "tuple[Graph, ...]":
        """What is written as ONNX: networks that run one after the other, ready for inference.

        Asked only of a system that `exports`. Inputs are those that `fs2.onnx.graph` declares, and
        outputs of earlier graphs.
        """
        raise NotImplementedError


def system_for(config: Config) -> System:
    """The system of a configuration."""
    system: System = SYSTEMS[config.model.architecture]
    return system


def check_controls(config: Config, run: str, controls: Controls) -> None:
    """Raise FS2Error if a control is to change what a system does not predict.

    Args:
        config: The configuration of the system.
        run: Its name, for the message.
        controls: Those that are wanted.
    """
    followed = system_for(config).controlled(config)
    for name, predicted in FACTORS.items():
        factor = getattr(controls, name)
        if factor != 1 and name not in followed:
            raise FS2Error(
                f"{name}: {run} predicts no {predicted} that the factor {factor:g} could change; "
                f"leave it at 1 (in a configuration: synthesis.{name})"
            )


def train(job: TrainingJob) -> dict[str, Any]:
    """Train a system and write model.safetensors, model.json and history.csv into `job.output`.

    A run that was stopped goes on from `job.output/checkpoint/`, which is removed at the end; on
    CPU the result is the same as that of an uninterrupted run, bit for bit. A checkpoint made with
    another configuration or other features is not used.

    Returns:
        steps, seconds, frames_per_second or samples_per_second, parameters, device, precision,
        and the last validation's losses.

    Raises:
        FS2Error: features missing or empty, no such device, or a loss that is not finite; the
            message names the clips of the batch.
    """
    return system_for(job.config).trainer(job).run()
