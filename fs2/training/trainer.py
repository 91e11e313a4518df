"""Training of FastSpeech 2 (paper section 3.1 and appendix B)."""

import hashlib
import json
import logging
import math
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from fs2.config import Config
from fs2.device import choose_device, choose_precision, device_name, keep_freed_memory
from fs2.errors import FS2Error
from fs2.features.store import FeatureStore
from fs2.files import sha256, write_table
from fs2.models import FastSpeech2, ModelDescription, build_model, parameter_count, save_model
from fs2.training.adversary import Adversary, random_windows
from fs2.training.batches import Batch, TrainingData
from fs2.training.checkpoint import load_checkpoint, save_checkpoint
from fs2.training.losses import losses
from fs2.training.schedule import learning_rate

logger = logging.getLogger(__name__)

LogCallback = Callable[[int, dict[str, float]], None]


def train(
    config: Config,
    system: str,
    features: Path,
    output: Path,
    on_log: LogCallback | None = None,
) -> dict[str, Any]:
    """Train one system and write model.safetensors, model.json and history.csv into `output`.

    A run that was stopped goes on from `output/checkpoint/`, which is removed at the end; on CPU
    the result is the same as that of an uninterrupted run, bit for bit. A checkpoint made with
    another configuration or other features is not used.

    Args:
        config: The configuration of the system (see `fs2.config.system_config`).
        system: Its name.
        features: The features file.
        output: The folder training/<system>/.
        on_log: Called with the step and the values (`training/mel_loss`, ...) at every
            log interval and validation.

    Returns:
        steps, seconds, frames_per_second, parameters, device, precision, the last validation's
        losses and the step that it was at.

    Raises:
        FS2Error: features missing or empty, no such device, or a loss that is not finite; the
            message names the clips of the batch.
    """
    trainer = Trainer(config, system, features, output, on_log)
    return trainer.run()


class Trainer:
    """The state of a run; see `train`."""

    def __init__(
        self,
        config: Config,
        system: str,
        features: Path,
        output: Path,
        on_log: LogCallback | None,
    ) -> None:
        self.config, self.system, self.output, self.on_log = config, system, output, on_log
        self.settings = config.training
        self.device = choose_device(self.settings.device)
        self.precision = choose_precision(self.settings.precision, self.device)
        keep_freed_memory()
        with FeatureStore(features) as store:
            _check_features(config, store)
            self.symbols, self.statistics = store.symbols, store.statistics
        self.training_data = TrainingData(features, "train", self.device)
        self.validation_data = TrainingData(features, "validation", self.device)
        torch.manual_seed(self.settings.seed)
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
        self.adversary: Adversary | None = None
        self.adversary_start = round(self.settings.adversarial_start * self.settings.steps)
        if self.settings.adversarial_weight:
            self.adversary = Adversary(self.settings, self.device)
        self.step = self.epoch = self.position = 0
        self.seconds = 0.0
        self.history: list[list[Any]] = []
        self.running: dict[str, float] = {}
        self.validation: dict[str, float] = {}
        self.checkpoint = output / "checkpoint" / "state.pt"
        self.fingerprint = _fingerprint(config, features)
        logger.info(
            "%s: %.2f M parameters, %d clips, %s, %s",
            system,
            parameter_count(self.model) / 1e6,
            len(self.training_data.ids),
            self.device,
            str(self.precision).removeprefix("torch."),
        )

    def run(self) -> dict[str, Any]:
        """Train to the last step, save, and return the summary."""
        self._resume()
        steps = self.settings.steps
        with tqdm(total=steps, initial=self.step, unit="step", disable=None) as bar:
            while self.step < steps:
                self._run_epoch(bar)
        if not self.validation:
            self._validate()
        return self._finish()

    def _run_epoch(self, bar: tqdm) -> None:
        batches = self.training_data.epoch(
            self.settings.batch_frames, self.settings.seed, self.epoch
        )
        while self.position < len(batches) and self.step < self.settings.steps:
            started = time.perf_counter()
            self._train_step(self.training_data.batch(batches[self.position]))
            self.position += 1
            self.step += 1
            elapsed = time.perf_counter() - started
            self.seconds += elapsed
            self.running["seconds"] = self.running.get("seconds", 0.0) + elapsed
            bar.update()
            if self.step % self.settings.log_interval == 0:
                self._log(bar)
            last = self.step == self.settings.steps
            if last or self.step % self.settings.validation_interval == 0:
                self._validate()
            if not last and self.step % self.settings.checkpoint_interval == 0:
                self._save_checkpoint()
        if self.position == len(batches):
            self.epoch, self.position = self.epoch + 1, 0

    def _train_step(self, batch: Batch) -> None:
        self.model.train()
        rate = learning_rate(self.settings, self.config.model, self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        mel, terms = self._losses(self.model, batch)
        adversary = self.adversary
        if adversary is not None and self.step < self.adversary_start:
            adversary = None
        if adversary is not None:
            real, fake = random_windows((batch.mel, mel), batch.frame_lengths)
            with self._autocast():
                terms |= adversary.generator_loss(real, fake, terms["mel_loss"])
                terms |= adversary.discriminator_loss(real, fake)
            added = terms["adversarial_loss"] + terms["feature_loss"]
            terms["loss"] = terms["loss"] + self.settings.adversarial_weight * added
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.gradient_clip)
        values = _values(terms) | {"gradient_norm": norm.item()}
        self._check_finite(values, batch)
        self.optimizer.step()
        if adversary is not None:
            adversary.step(terms["discriminator_loss"])
        if self.average is not None:
            self.average.update_parameters(self.model)
        values |= {"learning_rate": rate, "frames": batch.frames}
        for name, value in values.items():
            self.running[name] = self.running.get(name, 0.0) + value

    def _check_finite(self, values: dict[str, float], batch: Batch) -> None:
        """Stop before a step that would spoil the weights."""
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        if broken:
            raise FS2Error(
                f"training/{self.system}: not finite at step {self.step}: {', '.join(broken)} "
                f"({_show(values)}), in the batch of the clips {', '.join(batch.ids)}; look at "
                "these clips, or lower training.learning_rate"
            )

    def _losses(
        self, model: FastSpeech2, batch: Batch
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """The predicted mel and the losses."""
        with self._autocast():
            mel, prediction = model(
                batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
            )
        return mel, losses(mel, prediction, batch, model.variance_adaptor, self.settings)

    def _autocast(self) -> torch.autocast:
        mixed = self.precision == torch.bfloat16
        return torch.autocast(self.device.type, self.precision, enabled=mixed)

    def _log(self, bar: tqdm) -> None:
        """Means over the steps since the last call."""
        interval = self.settings.log_interval
        seconds, frames = self.running.pop("seconds"), self.running.pop("frames")
        values = {name: total / interval for name, total in self.running.items()}
        values["frames_per_second"] = frames / seconds
        self.running = {}
        self._record("train", values)
        bar.set_postfix_str(
            f"loss {values['loss']:.3f}, mel {values['mel_loss']:.3f}, "
            f"{values['frames_per_second']:,.0f} frames/s"
        )
        if bar.disable and self.step % (10 * interval) == 0:
            left = (self.settings.steps - self.step) * seconds / interval
            logger.info(
                "step %d of %d: %s, %.0f s left",
                self.step,
                self.settings.steps,
                _show(values),
                left,
            )

    @torch.no_grad()
    def _validate(self) -> None:
        """Losses over the validation split, of the averaged weights if there are any."""
        model = self._result().eval()
        totals: dict[str, float] = {}
        frames = 0
        for batch in self.validation_data.in_order(self.settings.batch_frames):
            for name, value in _values(self._losses(model, batch)[1]).items():
                totals[name] = totals.get(name, 0.0) + batch.frames * value
            frames += batch.frames
        self.validation = {name: total / frames for name, total in totals.items()}
        self._record("validation", self.validation)
        logger.info("step %d, validation: %s", self.step, _show(self.validation))

    def _result(self) -> FastSpeech2:
        """What is validated and saved: the averaged weights if there are any."""
        model = self.model if self.average is None else self.average.module
        assert isinstance(model, FastSpeech2)
        return model

    def _record(self, split: str, values: dict[str, float]) -> None:
        self.history += [[self.step, split, name, value] for name, value in values.items()]
        if self.on_log is not None:
            prefix = "training/" if split == "train" else "training/validation_"
            self.on_log(self.step, {prefix + name: value for name, value in values.items()})

    def _save_checkpoint(self) -> None:
        state = {
            "fingerprint": self.fingerprint,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": None if self.average is None else self.average.state_dict(),
            "adversary": None if self.adversary is None else self.adversary.state_dict(),
            **{name: getattr(self, name) for name in _PLAIN_STATE},
        }
        save_checkpoint(self.checkpoint, state)

    def _resume(self) -> None:
        state = load_checkpoint(self.checkpoint, self.fingerprint, self.device)
        if state is None:
            return
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        if self.adversary is not None:
            self.adversary.load_state_dict(state["adversary"])
        for name in _PLAIN_STATE:
            setattr(self, name, state[name])
        logger.info("resuming at step %d", self.step)

    def _finish(self) -> dict[str, Any]:
        frames = [value for _, _, name, value in self.history if name == "frames_per_second"]
        summary = {
            "steps": self.step,
            "epochs": self.epoch,
            "seconds": round(self.seconds, 1),
            "frames_per_second": round(sum(frames) / len(frames)) if frames else None,
            "device": device_name(self.device),
            "precision": str(self.precision).removeprefix("torch."),
            "validation": self.validation,
        }
        write_table(
            self.output / "history.csv",
            ("step", "split", "name", "value"),
            (
                dict(zip(("step", "split", "name", "value"), row, strict=True))
                for row in self.history
            ),
        )
        parameters = parameter_count(self.model)
        save_model(
            self.output,
            self._result(),
            ModelDescription(
                self.system, self.config, self.symbols, self.statistics, parameters, summary
            ),
        )
        shutil.rmtree(self.checkpoint.parent, ignore_errors=True)
        return {**summary, "parameters": parameters}


_PLAIN_STATE = ("step", "epoch", "position", "seconds", "history", "running", "validation")


def _fingerprint(config: Config, features: Path) -> str:
    """What a checkpoint depends on: the model, its training and the features."""
    parts = {
        "model": config.section("model"),
        "training": config.section("training"),
        "features": sha256(features),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _check_features(config: Config, store: FeatureStore) -> None:
    """FS2Error lists the settings in which the features differ from the configuration."""
    differences = dict(config.audio.settings().differences(store.audio))
    made_with = store.attribute("features")
    for key, own in config.section("features").items():
        if key in made_with and made_with[key] != own:
            differences[f"features.{key}"] = (own, made_with[key])
    if differences:
        listed = "\n".join(
            f"  {key}: {own}, but {theirs} in the file"
            for key, (own, theirs) in differences.items()
        )
        raise FS2Error(
            f"{store.path}: was made with other settings\n{listed}\n"
            "Make the features again, or train with the configuration that they were made with."
        )


def _values(terms: dict[str, torch.Tensor]) -> dict[str, float]:
    """All terms in one transfer from the device."""
    return dict(zip(terms, torch.stack(list(terms.values())).tolist(), strict=True))


def _show(values: dict[str, float]) -> str:
    names = [name for name in values if name.endswith("loss") and "scale" not in name]
    return ", ".join(f"{name} {values[name]:.3f}" for name in names)
