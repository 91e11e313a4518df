"""Training of FastSpeech 2 (paper section 3.1 and appendix B)."""

from typing import cast

from torch import Tensor, nn

from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2.settings import FastSpeech2Training
from fs2.systems.fastspeech2.variances import Variances
from fs2.systems.mel_training import MelTrainer
from fs2.training.data import Batch


class FastSpeech2Trainer(MelTrainer):
    """The mel, and the variances, whose recorded values stand in the place of predictions."""

    def losses(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """As `MelTrainer.losses`."""
        with self.autocast():
            mel, adapted = model(batch.phonemes, batch.phoneme_lengths, Variances.of(batch))
        adaptor = cast(FastSpeech2, model).variance_adaptor
        training = cast(FastSpeech2Training, self.config.training)
        weight = training.mel_weight
        return mel, losses(mel, adapted.prediction, batch, adaptor, training, weight)
