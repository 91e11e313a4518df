"""Training of FastSpeech 2 (paper section 3.1 and appendix B)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from torch import Tensor

from fs2.config.schema import Config
from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.training import AcousticTrainer
from fs2.training.data import Batch
from fs2.training.loop import LogCallback, Stateful, in_one_transfer
from fs2.training.mel_discriminator import MelDiscriminatorTraining, random_windows


class FastSpeech2Trainer(AcousticTrainer):
    """The training of FastSpeech 2; arguments as those of `fs2.training.train`."""

    def __init__(
        self,
        config: Config,
        system: str,
        features: Path,
        output: Path,
        on_log: LogCallback | None = None,
    ) -> None:
        super().__init__(
            config, system, features, output, on_log, config.training, {}, waveform=False
        )
        self.adversary: MelDiscriminatorTraining | None = None
        self.adversary_start = round(self.settings.adversarial_start * self.steps)
        if self.settings.adversarial_weight:
            self.adversary = MelDiscriminatorTraining(self.settings, self.device)

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser, averaged weights and adversary."""
        parts = super().parts()
        return parts if self.adversary is None else {**parts, "adversary": self.adversary}

    def batches(self, epoch: int) -> list[np.ndarray]:
        """Clips of similar length under the budget of frames."""
        return self.training_data.epoch(self.settings.batch_frames, self.settings.seed, epoch)

    def train_step(self, clips: np.ndarray) -> dict[str, float]:
        """A step of the model, and of the adversary once it has joined."""
        batch = self.training_data.batch(clips)
        self.model.train()
        mel, terms = self._losses(self.model, batch)
        adversary = self.adversary if self.step >= self.adversary_start else None
        if adversary is not None:
            real, fake = random_windows((batch.mel, mel), batch.frame_lengths)
            with self.autocast():
                terms |= adversary.generator_loss(real, fake, terms["mel_loss"])
                terms |= adversary.discriminator_loss(real, fake)
            added = terms["adversarial_loss"] + terms["feature_loss"]
            terms["loss"] = terms["loss"] + self.settings.adversarial_weight * added
        values = self.update(terms, batch.ids)
        if adversary is not None:
            adversary.step(terms["discriminator_loss"])
        return values | {"frames": batch.frames}

    def validate(self) -> dict[str, float]:
        """Mean losses over the frames of the validation split."""
        model = self.result().eval()
        totals: dict[str, float] = {}
        frames = 0
        for batch in self.validation_data.in_order(self.settings.batch_frames):
            for name, value in in_one_transfer(self._losses(model, batch)[1]).items():
                totals[name] = totals.get(name, 0.0) + batch.frames * value
            frames += batch.frames
        return {name: total / frames for name, total in totals.items()}

    def _losses(self, model: FastSpeech2, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """The predicted mel and the losses."""
        with self.autocast():
            mel, prediction = model(
                batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
            )
        return mel, losses(mel, prediction, batch, model.variance_adaptor, self.settings)
