"""FastSpeech 2s (Ren et al., ICLR 2021, section 2.4)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fs2.config.schema import Config
from fs2.config.training import SystemTrainingSettings
from fs2.features.statistics import Statistics
from fs2.systems.catalogue import SystemFile
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2 import FastSpeech2System
from fs2.systems.fastspeech2s.settings import FastSpeech2sModel, FastSpeech2sTraining
from fs2.systems.system import Spoken, System, TrainingJob

if TYPE_CHECKING:
    from torch import Tensor

    from fs2.onnx.graph import Graph
    from fs2.systems.fastspeech2s.network import FastSpeech2s
    from fs2.systems.fastspeech2s.training import FastSpeech2sTrainer


class FastSpeech2sSystem(System):
    """From phonemes to the waveform: FastSpeech 2's encoder and adaptor, a waveform decoder."""

    name = "fastspeech2s"
    title = "FastSpeech 2s"
    model = FastSpeech2sModel
    training = FastSpeech2sTraining
    makes = "waveform"
    exports = True
    columns = (*FastSpeech2System.columns, "waveform")

    def needs(self, training: SystemTrainingSettings, file: SystemFile) -> dict[str, str]:
        """As `System.needs`: the system that a warm start begins with, as `start`."""
        assert isinstance(training, FastSpeech2sTraining)
        begins = training.warm_start and file.starts_from
        return {"start": file.starts_from} if begins and file.starts_from else {}

    def controlled(self, config: Config) -> tuple[str, ...]:
        """As `System.controlled`."""
        assert isinstance(config.model, FastSpeech2sModel)
        return config.model.controlled

    def build(self, config: Config, symbols: list[str], statistics: Statistics) -> "FastSpeech2s":
        """As `System.build`."""
        from fs2.systems.fastspeech2s.network import FastSpeech2s

        assert isinstance(config.model, FastSpeech2sModel)
        return FastSpeech2s(
            config.model,
            config.features,
            len(symbols),
            config.audio.n_mels,
            statistics,
            config.audio.sample_rate,
        )

    def trainer(self, job: TrainingJob) -> "FastSpeech2sTrainer":
        """As `System.trainer`."""
        from fs2.systems.fastspeech2s.training import FastSpeech2sTrainer

        return FastSpeech2sTrainer(job)

    def synthesise(
        self,
        network: "FastSpeech2s",
        phonemes: "Tensor",
        controls: Controls,
        durations: "Tensor | None" = None,
    ) -> Spoken:
        """As `System.synthesise`."""
        from fs2.systems.fastspeech2s.synthesis import synthesise

        return synthesise(network, phonemes, controls, durations)

    def graphs(self, network: "FastSpeech2s", config: Config) -> "tuple[Graph, ...]":
        """As `System.graphs`."""
        from fs2.systems.fastspeech2s.exported import graphs

        return graphs(network, config)

    def stream(
        self, network: "FastSpeech2s", phonemes: "Tensor", controls: Controls
    ) -> "Iterator[Tensor]":
        """As `System.stream`: the waveform decoder sees only what is near."""
        from fs2.systems.fastspeech2s.synthesis import stream

        return stream(network, phonemes, controls)


SYSTEM = FastSpeech2sSystem()
