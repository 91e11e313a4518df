"""The training of a system: its data, network, Adam, and moving average of the weights."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from fs2.files import sha256
from fs2.nn.parameters import parameter_count
from fs2.systems.declaration import training_settings
from fs2.systems.saving import WEIGHTS, ModelDescription, save_model
from fs2.systems.system import TrainingJob, system_for
from fs2.training.data import TrainingData
from fs2.training.loop import Stateful, TrainingLoop, in_one_transfer
from fs2.training.schedule import learning_rate
from fs2.training.settings import AdamTraining


class SystemTraining(TrainingLoop):
    """What the trainings of all systems share; a system's own says what a step is.

    `config.training` must be an `AdamTraining`, and `config.model` have `hidden`, the width that
    Vaswani's schedule is scaled by.

    Attributes:
        training_data, validation_data: The columns that the system declares.
        model: The network.
        average: The moving average of its weights, if `training.ema_decay` is set.
    """

    def __init__(self, job: TrainingJob) -> None:
        self.job = job
        depends = training_settings(job.config) | {
            part: sha256(folder / WEIGHTS) for part, folder in job.needs.items()
        }
        self.adam = cast(AdamTraining, job.config.training)
        super().__init__(
            job.run,
            job.config,
            self.adam.steps,
            depends,
            job.features,
            job.output,
            job.on_log,
        )
        system = system_for(job.config)
        self.training_data = TrainingData(job.features, "train", self.device, system.columns)
        self.validation_data = TrainingData(job.features, "validation", self.device, system.columns)
        self.model = system.build(job.config, self.symbols, self.statistics).to(self.device)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            betas=self.adam.adam_betas,
            eps=self.adam.adam_epsilon,
            weight_decay=self.adam.weight_decay,
            fused=True,
        )
        self.average: AveragedModel | None = None
        if self.adam.ema_decay:
            self.average = AveragedModel(
                self.model, multi_avg_fn=get_ema_multi_avg_fn(self.adam.ema_decay)
            )
        self.announce(self.model, len(self.training_data.ids))

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser and averaged weights."""
        parts: dict[str, Stateful] = {"model": self.model, "optimizer": self.optimizer}
        return parts if self.average is None else {**parts, "average": self.average}

    def batches(self, epoch: int) -> list[Any]:
        """Clips of similar length under the budget of frames."""
        return self.training_data.epoch(self.adam.batch_frames, self.adam.seed, epoch)

    def update(self, terms: Mapping[str, Tensor], ids: Sequence[str]) -> dict[str, float]:
        """One step of the optimiser on `terms["loss"]`; all terms as numbers, and more."""
        rate = learning_rate(self.adam, self.config.model.hidden, self.step)  # type: ignore[attr-defined]
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.adam.gradient_clip)
        values = in_one_transfer({**terms, "gradient_norm": norm})
        self.check_finite(values, ids)
        self.optimizer.step()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return values | {"learning_rate": rate}

    def result(self) -> nn.Module:
        """What is validated and saved: the averaged weights if there are any."""
        if self.average is None:
            return self.model
        averaged: nn.Module = self.average.module
        return averaged

    def save(self, summary: dict[str, Any]) -> int:
        """Write model.safetensors and model.json."""
        parameters = parameter_count(self.model)
        description = ModelDescription(
            self.name,
            self.config,
            self.symbols,
            self.statistics,
            parameters,
            summary,
            {part: folder.name for part, folder in self.job.needs.items()},
        )
        save_model(self.output, self.result(), description)
        return parameters
