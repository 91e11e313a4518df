"""A trained system as a teacher: its attention on recordings, and what it speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import torch
from torch import nn

from fs2.config.schema import Config
from fs2.config.synthesis import Synthesis
from fs2.device import choose_device, choose_precision
from fs2.errors import FS2Error
from fs2.features.store import FeatureStore
from fs2.systems.attention import Attention
from fs2.systems.controls import DECODING, Controls
from fs2.systems.saving import ModelDescription, load_model
from fs2.systems.system import Spoken
from fs2.training.data import Batch


class Teacher:
    """A trained system that can teach; it computes in the precision of training.precision.

    Args:
        network: Ready for inference.
        description: What stands beside its weights.
        synthesis: How it decodes, of the section synthesis.
    """

    def __init__(
        self, network: nn.Module, description: ModelDescription, synthesis: Synthesis
    ) -> None:
        self.description, self.system = description, description.system
        self.device = next(network.parameters()).device
        self._network = network
        self._controls = Controls(**synthesis.plain(include=set(DECODING)))
        self._precision = choose_precision(description.config.training.precision, self.device)

    @classmethod
    def load(cls, training: Path, store: FeatureStore, config: Config) -> Self:
        """The system trained in the folder `training` on the features of `store`.

        It decodes as `config` says, its configuration of now.

        Raises FS2Error if there is none, if it cannot teach, or was trained on other features.
        """
        network, description = load_model(training, choose_device(config.training.device))
        if not description.system.can_teach:
            raise FS2Error(
                f"{training}: {description.system.title} cannot be a teacher: it has no attention "
                "of which durations could be learnt; name an autoregressive system as `teacher`"
            )
        if description.symbols != store.symbols or description.audio != store.audio:
            raise FS2Error(f"{training}: was trained on other features than {store.path}; "
                           "train it again")  # fmt: skip
        return cls(network, description, config.synthesis)

    def align(self, batch: Batch) -> list[Attention]:
        """The attention on a batch's recordings, clip by clip."""
        with self._inference():
            return self.system.align(self._network, batch)

    def speak(self, batch: Batch) -> list[Spoken]:
        """A batch's phonemes as the teacher speaks them, clip by clip."""
        network, phonemes = self._network, batch.phonemes
        with self._inference():
            return self.system.generate(network, phonemes, batch.phoneme_lengths, self._controls)

    @contextmanager
    def _inference(self) -> Iterator[Any]:
        mixed = self._precision is not torch.float32
        with torch.inference_mode(), torch.autocast(self.device.type, self._precision, mixed):
            yield
