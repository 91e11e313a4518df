"""FastSpeech 2 (Ren et al., ICLR 2021, section 2)."""

from typing import TYPE_CHECKING

from fs2.config.schema import Config
from fs2.features.statistics import Statistics
from fs2.systems.controls import Controls
from fs2.systems.fastspeech2.settings import FastSpeech2Model, FastSpeech2Training
from fs2.systems.system import Spoken, System, TrainingJob

if TYPE_CHECKING:
    from torch import Tensor

    from fs2.onnx.graph import Graph
    from fs2.systems.fastspeech2.network import FastSpeech2
    from fs2.systems.fastspeech2.training import FastSpeech2Trainer


class FastSpeech2System(System):
    """From phonemes to a mel, with duration, pitch and energy predicted."""

    name = "fastspeech2"
    title = "FastSpeech 2"
    model = FastSpeech2Model
    training = FastSpeech2Training
    makes = "mel"
    exports = True
    columns = (
        "mel", "pitch_spectrogram", "durations", "pitch_contour", "pitch_mean", "pitch_std", "f0",
        "energy",
    )  # fmt: skip

    def controlled(self, config: Config) -> tuple[str, ...]:
        """As `System.controlled`."""
        assert isinstance(config.model, FastSpeech2Model)
        return config.model.controlled

    def build(self, config: Config, symbols: list[str], statistics: Statistics) -> "FastSpeech2":
        """As `System.build`."""
        from fs2.systems.fastspeech2.network import FastSpeech2

        assert isinstance(config.model, FastSpeech2Model)
        n_mels = config.audio.n_mels
        return FastSpeech2(config.model, config.features, len(symbols), n_mels, statistics)

    def trainer(self, job: TrainingJob) -> "FastSpeech2Trainer":
        """As `System.trainer`."""
        from fs2.systems.fastspeech2.training import FastSpeech2Trainer

        return FastSpeech2Trainer(job)

    def synthesise(
        self,
        network: "FastSpeech2",
        phonemes: "Tensor",
        controls: Controls,
        durations: "Tensor | None" = None,
    ) -> Spoken:
        """As `System.synthesise`."""
        from fs2.systems.fastspeech2.synthesis import synthesise

        return synthesise(network, phonemes, controls, durations)

    def graphs(self, network: "FastSpeech2", config: Config) -> "tuple[Graph, ...]":
        """As `System.graphs`."""
        from fs2.systems.fastspeech2.exported import graphs

        return graphs(network, config)


SYSTEM = FastSpeech2System()
