"""FastSpeech (Ren et al., NeurIPS 2019): learns durations and mels of an autoregressive teacher."""

from typing import TYPE_CHECKING

from fs2.config.schema import Config
from fs2.config.training import SystemTrainingSettings
from fs2.errors import FS2Error
from fs2.features.statistics import Statistics
from fs2.systems.catalogue import SystemFile
from fs2.systems.controls import Controls
from fs2.systems.fastspeech.settings import COLUMNS, FastSpeechModel, FastSpeechTraining
from fs2.systems.system import TEACHER, Spoken, System, TrainingJob

if TYPE_CHECKING:
    from torch import Tensor

    from fs2.onnx.graph import Graph
    from fs2.systems.fastspeech.network import FastSpeech
    from fs2.systems.fastspeech.training import FastSpeechTrainer


class FastSpeechSystem(System):
    """From phonemes to a mel, with durations predicted."""

    name = "fastspeech"
    title = "FastSpeech"
    model = FastSpeechModel
    training = FastSpeechTraining
    makes = "mel"
    exports = True
    columns = COLUMNS

    def needs(self, training: SystemTrainingSettings, file: SystemFile) -> dict[str, str]:
        """As `System.needs`: whose mels or durations it learns, as `teacher`.

        Raises FS2Error if it is to learn of a teacher and its file names none.
        """
        assert isinstance(training, FastSpeechTraining)
        if not training.has_teacher:
            return {}
        if file.teacher is None:
            raise FS2Error(
                f"training.targets: {training.targets} and training.durations: "
                f"{training.durations} need a teacher, but the system's file names none; write "
                "`teacher: transformer_tts` into it, or targets: recordings and durations: aligner"
            )
        return {TEACHER: file.teacher}

    def build(self, config: Config, symbols: list[str], statistics: Statistics) -> "FastSpeech":
        """As `System.build`."""
        from fs2.systems.fastspeech.network import FastSpeech

        assert isinstance(config.model, FastSpeechModel)
        return FastSpeech(config.model, len(symbols), config.audio.n_mels)

    def trainer(self, job: TrainingJob) -> "FastSpeechTrainer":
        """As `System.trainer`."""
        from fs2.systems.fastspeech.training import FastSpeechTrainer

        return FastSpeechTrainer(job)

    def synthesise(
        self,
        network: "FastSpeech",
        phonemes: "Tensor",
        controls: Controls,
        durations: "Tensor | None" = None,
    ) -> Spoken:
        """As `System.synthesise`."""
        lengths = phonemes.new_tensor([len(phonemes)])
        given = None if durations is None else durations[None]
        made = network(phonemes[None], lengths, given, controls=controls)
        return Spoken(mel=made.mel[0], durations=made.durations[0])

    def graphs(self, network: "FastSpeech", config: Config) -> "tuple[Graph, ...]":
        """As `System.graphs`."""
        from fs2.systems.fastspeech.exported import graphs

        return graphs(network, config)


SYSTEM = FastSpeechSystem()
