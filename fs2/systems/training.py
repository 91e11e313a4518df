"""What the trainings of FastSpeech 2 and 2s share (paper section 3.1 and appendix B)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from fs2.config.schema import Config
from fs2.nn.parameters import parameter_count
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2.training_settings import Training
from fs2.systems.saving import ModelDescription, build_model, save_model
from fs2.training.data import TrainingData
from fs2.training.loop import LogCallback, Stateful, TrainingLoop, in_one_transfer
from fs2.training.schedule import learning_rate


class AcousticTrainer(TrainingLoop):
    """Data, model, optimiser and averaged weights.

    Args:
        config: The configuration of the system (see `fs2.config.files.system_config`).
        system: Its name.
        features: The features file.
        output: The folder training/<system>/.
        on_log: Called with the step and the values at every log interval and validation.
        settings: The section training as this run takes it.
        depends: What the result depends on besides the sections model and training.
        waveform: Whether the recordings are needed too.
    """

    def __init__(
        self,
        config: Config,
        system: str,
        features: Path,
        output: Path,
        on_log: LogCallback | None,
        settings: Training,
        depends: Mapping[str, Any],
        waveform: bool,
    ) -> None:
        depends = {
            **depends,
            "model": config.section("model"),
            "training": config.section("training"),
        }
        super().__init__(system, config, settings, depends, features, output, on_log)
        self.training_data = TrainingData(features, "train", self.device, waveform)
        self.validation_data = TrainingData(features, "validation", self.device, waveform)
        self.model = build_model(config, self.symbols, self.statistics).to(self.device)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            betas=self.settings.adam_betas,
            eps=self.settings.adam_epsilon,
            weight_decay=self.settings.weight_decay,
            fused=True,
        )
        self.average: AveragedModel | None = None
        if self.settings.ema_decay:
            self.average = AveragedModel(
                self.model, multi_avg_fn=get_ema_multi_avg_fn(self.settings.ema_decay)
            )
        self.announce(self.model, len(self.training_data.ids))

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser and averaged weights."""
        parts: dict[str, Stateful] = {"model": self.model, "optimizer": self.optimizer}
        return parts if self.average is None else {**parts, "average": self.average}

    def update(self, terms: Mapping[str, Tensor], ids: Sequence[str]) -> dict[str, float]:
        """One step of the optimiser on `terms["loss"]`; all terms as numbers, and more."""
        rate = learning_rate(self.settings, self.config.model, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.gradient_clip)
        values = in_one_transfer({**terms, "gradient_norm": norm})
        self.check_finite(values, ids)
        self.optimizer.step()
        if self.average is not None:
            self.average.update_parameters(self.model)
        return values | {"learning_rate": rate}

    def result(self) -> FastSpeech2:
        """What is validated and saved: the averaged weights if there are any."""
        model = self.model if self.average is None else self.average.module
        assert isinstance(model, FastSpeech2)
        return model

    def save(self, summary: dict[str, Any]) -> int:
        """Write model.safetensors and model.json."""
        parameters = parameter_count(self.model)
        description = ModelDescription(
            self.name, self.config, self.symbols, self.statistics, parameters, summary
        )
        save_model(self.output, self.result(), description)
        return parameters
