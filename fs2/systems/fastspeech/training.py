"""Training of FastSpeech (Ren et al. 2019, sections 3.3 and 4.2)."""

from typing import cast

from torch import Tensor, nn

from fs2.errors import FS2Error
from fs2.systems.fastspeech.settings import COLUMNS, FastSpeechTraining
from fs2.systems.mel_training import MelTrainer
from fs2.training.data import Batch, TrainingData
from fs2.training.durations import read_durations
from fs2.training.losses import duration_loss, masked_mean


class FastSpeechTrainer(MelTrainer):
    """The mel by mean absolute error, and the durations, which are given to the network."""

    def data(self, split: str) -> TrainingData:
        """The recordings with the aligner's durations, or the teacher's, or what the teacher spoke.

        Raises FS2Error if the teacher's are wanted and were not made.
        """
        training = cast(FastSpeechTraining, self.job.config.training)
        if not training.has_teacher:
            return super().data(split)
        if self.job.distilled is None:
            raise FS2Error(
                f"training/{self.job.run}: learns of a teacher; name the folder that the stage "
                "distillation made of it (fs2 train --distillation)"
            )
        if training.targets == "teacher":
            return TrainingData(self.job.distilled.features, split, self.device, COLUMNS)
        durations = read_durations(self.job.distilled.durations)
        return TrainingData(self.job.features, split, self.device, COLUMNS, durations)

    def losses(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """As `MelTrainer.losses`."""
        durations, target = batch["durations"], batch["mel"]
        with self.autocast():
            made = model(batch.phonemes, batch.phoneme_lengths, durations, target.shape[1])
        training = cast(FastSpeechTraining, self.config.training)
        mel_loss = masked_mean((made.mel - target).abs(), made.frame_mask)
        duration = duration_loss(made.log_durations, durations, made.phoneme_mask)
        loss = training.mel_weight * mel_loss + training.duration_weight * duration
        return made.mel, {"mel_loss": mel_loss, "duration_loss": duration, "loss": loss}
