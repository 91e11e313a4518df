"""The training of a system: its data, network, Adam, and moving average of the weights."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from fs2.files import read_json, sha256
from fs2.nn.parameters import parameter_count
from fs2.systems.declaration import training_settings
from fs2.systems.saving import WEIGHTS, ModelDescription, read_description, save_model
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
        needed: What was done before for its sake.
    """

    def __init__(self, job: TrainingJob) -> None:
        self.job = job
        depends = training_settings(job.config) | {
            part: sha256(folder / WEIGHTS) for part, folder in job.needs.items()
        }
        if job.distilled is not None:
            for path in (job.distilled.features, job.distilled.durations):
                depends[f"distilled {path.name}"] = sha256(path)
        self.needed = needed_work(job)
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
        self.training_data, self.validation_data = self.data("train"), self.data("validation")
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

    def data(self, split: str) -> TrainingData:
        """A split of the features, with the columns that the system declares."""
        columns = system_for(self.job.config).columns
        return TrainingData(self.job.features, split, self.device, columns)

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
        """Write model.safetensors and model.json, which tells of all that was trained before."""
        parameters = parameter_count(self.model)
        description = ModelDescription(
            self.name,
            self.config,
            self.symbols,
            self.statistics,
            parameters,
            {**summary, "needed": self.needed},
            {part: folder.name for part, folder in self.job.needs.items()},
        )
        save_model(self.output, self.result(), description)
        return parameters


def needed_work(job: TrainingJob) -> list[dict[str, Any]]:
    """What was done before a training for its sake, `{stage, run, seconds}`, each once.

    The trainings that it needs, what these needed, and the distillation of its teacher.
    """
    work: list[dict[str, Any]] = []
    for folder in job.needs.values():
        first = read_description(folder)
        seconds = first.training.get("seconds", 0.0)
        work += [*first.training.get("needed", ()),
                 {"stage": "training", "run": first.run, "seconds": seconds}]  # fmt: skip
        if job.distilled is not None and job.distilled.folder.name == first.run:
            seconds = read_json(job.distilled.report)["seconds"]
            work.append({"stage": "distillation", "run": first.run, "seconds": seconds})
    return list({(part["stage"], part["run"]): part for part in work}.values())
