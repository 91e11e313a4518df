"""Training of an autoregressive system: every step sees the recorded frames before it."""

import numpy as np
import torch
from torch import Tensor, nn

from fs2.systems.attention import Attention
from fs2.systems.autoregressive.attention import attentions
from fs2.systems.autoregressive.losses import losses
from fs2.systems.autoregressive.network import TeacherForced
from fs2.systems.autoregressive.settings import AutoregressiveTraining
from fs2.systems.system import TrainingJob
from fs2.systems.training import SystemTraining
from fs2.training.data import Batch
from fs2.training.loop import in_one_transfer

SHOWN = 3
"""Validation clips whose attention is shown, spread over the split from short to long."""


class AutoregressiveTrainer(SystemTraining):
    """A step is that of the model; at every validation the attention of some clips is shown."""

    def __init__(self, job: TrainingJob) -> None:
        super().__init__(job)
        assert isinstance(job.config.training, AutoregressiveTraining)
        self.settings = job.config.training
        self.guided_steps = 0
        if self.settings.guided_attention_weight:
            self.guided_steps = round(self.settings.guided_attention_share * self.steps)

    def train_step(self, clips: np.ndarray) -> dict[str, float]:
        """A step of the model."""
        batch = self.training_data.batch(clips)
        self.model.train()
        _, terms = self._losses(self.model, batch, guided=self.step < self.guided_steps)
        return self.update(terms, batch.ids) | {"frames": batch.frames}

    def validate(self) -> dict[str, float]:
        """Mean losses over the frames of the validation split; shows attentions."""
        model = self.result().eval()
        totals: dict[str, float] = {}
        frames = 0
        for batch in self.validation_data.in_order(self.settings.batch_frames):
            terms = in_one_transfer(self._losses(model, batch, guided=False)[1])
            for name, value in terms.items():
                totals[name] = totals.get(name, 0.0) + batch.frames * value
            frames += batch.frames
        if self.job.on_attention is not None:
            self.job.on_attention(self.step, self._shown(model))
        return {name: total / frames for name, total in totals.items()}

    def _losses(
        self, model: nn.Module, batch: Batch, guided: bool
    ) -> tuple[TeacherForced, dict[str, Tensor]]:
        """The predicted mel and the losses."""
        with self.autocast():
            result: TeacherForced = model(
                batch.phonemes, batch.phoneme_lengths, batch["mel"], batch.frame_lengths
            )
        return result, losses(result, batch, self.settings, guided)

    @torch.no_grad()
    def _shown(self, model: nn.Module) -> dict[str, Attention]:
        order = np.argsort(self.validation_data.frame_lengths, kind="stable")
        places = np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(int)
        batch = self.validation_data.batch(order[np.unique(places)])
        result, _ = self._losses(model, batch, guided=False)
        found = attentions(result.attention, result.step_lengths, batch.phoneme_lengths,
                           self.config.model.reduction_factor)  # type: ignore[attr-defined]  # fmt: skip
        return dict(zip(batch.ids, found, strict=True))
