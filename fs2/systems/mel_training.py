"""Training of a system that makes mels in one parallel pass (paper section 3.1 and appendix B)."""

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
from torch import Tensor, nn

from fs2.systems.system import TrainingJob
from fs2.systems.training import SystemTraining
from fs2.training.data import Batch
from fs2.training.loop import Stateful, in_one_transfer
from fs2.training.mel_discriminator import MelDiscriminatorTraining, random_windows
from fs2.training.mel_settings import MelTraining


class MelTrainer(SystemTraining):
    """A step is that of the model and, where it is asked for, of a discriminator of the mel.

    `config.training` must be a `MelTraining`.
    """

    def __init__(self, job: TrainingJob) -> None:
        super().__init__(job)
        assert isinstance(job.config.training, MelTraining)
        self.mel = job.config.training
        self.discriminator: MelDiscriminatorTraining | None = None
        self.discriminator_start = round(self.mel.adversarial_start * self.steps)
        if self.mel.adversarial_weight:
            rate = self.mel.adversarial_learning_rate
            self.discriminator = MelDiscriminatorTraining(rate, self.device)

    @abstractmethod
    def losses(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """The predicted mel (batch, frames, n_mels); every term by name, and their sum as `loss`.

        The terms have `mel_loss`, unweighted.
        """

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser, averaged weights and discriminator."""
        parts = super().parts()
        return (
            parts if self.discriminator is None else {**parts, "discriminator": self.discriminator}
        )

    def train_step(self, clips: np.ndarray) -> dict[str, float]:
        """A step of the model, and of the discriminator once it has joined."""
        batch = self.training_data.batch(clips)
        self.model.train()
        mel, terms = self.losses(self.model, batch)
        discriminator = self.discriminator if self.step >= self.discriminator_start else None
        if discriminator is not None:
            real, fake = random_windows((batch["mel"], mel), batch.frame_lengths)
            with self.autocast():
                terms |= discriminator.adversarial_loss(real, fake, terms["mel_loss"])
                terms |= discriminator.discriminator_loss(real, fake)
            added = terms["adversarial_loss"] + terms["feature_loss"]
            terms["loss"] = terms["loss"] + self.mel.adversarial_weight * added
        values = self.update(terms, batch.ids)
        if discriminator is not None:
            discriminator.step(terms["discriminator_loss"])
        return values | {"frames": batch.frames}

    def validate(self) -> dict[str, float]:
        """Mean losses over the frames of the validation split."""
        model = self.result().eval()
        totals: dict[str, float] = {}
        frames = 0
        for batch in self.validation_data.in_order(self.mel.batch_frames):
            for name, value in in_one_transfer(self.losses(model, batch)[1]).items():
                totals[name] = totals.get(name, 0.0) + batch.frames * value
            frames += batch.frames
        return {name: total / frames for name, total in totals.items()}
