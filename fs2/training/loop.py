"""What every training has: epochs, logging, validation, checkpoints, exact resume, history."""

import hashlib
import json
import logging
import math
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from fs2.config.schema import Config
from fs2.config.training import TrainingSettings
from fs2.device import choose_device, choose_precision, device_name, keep_freed_memory
from fs2.errors import FS2Error
from fs2.features.statistics import Statistics
from fs2.features.store import FeatureStore
from fs2.files import sha256, write_table
from fs2.machine import LoadMeter, load_words, provenance
from fs2.nn.parameters import parameter_count
from fs2.training.checkpoint import load_checkpoint, save_checkpoint

logger = logging.getLogger(__name__)

LogCallback = Callable[[int, dict[str, float]], None]
"""Gets the step, and values by name (`training/mel_loss`, ...)."""
AudioCallback = Callable[[int, Mapping[str, np.ndarray]], None]
"""Gets the step, and samples of float32 (samples,) in [-1, 1] by the name of their clip."""

HISTORY = ("step", "split", "name", "value")
_PLAIN_STATE = ("step", "epoch", "position", "seconds", "history", "running", "validation")


class Stateful(Protocol):
    """A part of the training whose state belongs into a checkpoint."""

    def state_dict(self) -> dict[str, Any]:
        """The state."""

    def load_state_dict(self, state: dict[str, Any]) -> Any:
        """Take over the state."""


class TrainingLoop(ABC):
    """The state of a run; a subclass says what is trained.

    Args:
        name: What is trained, for messages.
        config: The configuration that the features were made with; what all trainings share
            (seed, device, precision, intervals) is that of its section training.
        steps: Of the whole run.
        depends: The settings that the result depends on: a checkpoint of others is not used.
        features: The features file, made with `config`.
        output: Folder of the results; the checkpoint is kept in it meanwhile.
        on_log: Called at every log interval and validation.
        stage: Prefix of the names that `on_log` gets.
    """

    unit: Literal["frames", "samples"] = "frames"
    """What the speed is counted in: each step's values have it."""

    def __init__(
        self,
        name: str,
        config: Config,
        steps: int,
        depends: Mapping[str, Any],
        features: Path,
        output: Path,
        on_log: LogCallback | None,
        stage: str = "training",
    ) -> None:
        self.name, self.config, self.steps = name, config, steps
        self.shared: TrainingSettings = config.training
        self.output, self.on_log, self.stage = output, on_log, stage
        self.device = choose_device(self.shared.device)
        self.precision = choose_precision(self.shared.precision, self.device)
        keep_freed_memory()
        with FeatureStore(features) as store:
            _check_features(config, store)
            self.symbols, self.statistics = store.symbols, Statistics.of(store.statistics)
        torch.manual_seed(self.shared.seed)
        self.step = self.epoch = self.position = 0
        self.seconds = 0.0
        self.load = LoadMeter()
        self.history: list[list[Any]] = []
        self.running: dict[str, tuple[float, int]] = {}
        self.validation: dict[str, float] = {}
        self.checkpoint = output / "checkpoint" / "state.pt"
        self.fingerprint = _fingerprint(depends, features)

    @abstractmethod
    def parts(self) -> Mapping[str, Stateful]:
        """Networks, optimisers and whatever else a checkpoint must hold, by name."""

    @abstractmethod
    def batches(self, epoch: int) -> Sequence[np.ndarray]:
        """The batches of an epoch, each an array of clip indices; the same at every call."""

    @abstractmethod
    def train_step(self, clips: np.ndarray) -> dict[str, float]:
        """One step on the batch of these clips; values for the history, and those of `unit`."""

    @abstractmethod
    def validate(self) -> dict[str, float]:
        """Losses over the validation split."""

    @abstractmethod
    def save(self, summary: dict[str, Any]) -> int:
        """Write the result into `output`; returns the number of trained values."""

    def run(self) -> dict[str, Any]:
        """Train to the last step, save, and return the summary."""
        self._resume()
        with tqdm(total=self.steps, initial=self.step, unit="step", disable=None) as bar:
            while self.step < self.steps:
                self._run_epoch(bar)
        if not self.validation:
            self._validate()
        return self._finish()

    def _run_epoch(self, bar: tqdm) -> None:
        batches = self.batches(self.epoch)
        while self.position < len(batches) and self.step < self.steps:
            started = time.perf_counter()
            try:
                values = self.train_step(batches[self.position])
            except torch.cuda.OutOfMemoryError as error:
                raise FS2Error(
                    f"{self.stage}/{self.name}: a batch does not fit into the memory of the GPU; "
                    "lower training.batch_frames, or batch_size of what makes waveforms"
                ) from error
            self.position += 1
            self.step += 1
            elapsed = time.perf_counter() - started
            self.seconds += elapsed
            for name, value in {**values, "seconds": elapsed}.items():
                total, count = self.running.get(name, (0.0, 0))
                self.running[name] = (total + value, count + 1)
            bar.update()
            if self.step % self.shared.log_interval == 0:
                self._log(bar)
            last = self.step == self.steps
            if last or self.step % self.shared.validation_interval == 0:
                self._validate()
            if not last and self.step % self.shared.checkpoint_interval == 0:
                self._save_checkpoint()
        if self.position == len(batches):
            self.epoch, self.position = self.epoch + 1, 0

    def announce(self, model: nn.Module, clips: int) -> None:
        """Say how large the network is, and on what and where it is trained."""
        logger.info(
            "%s: %.2f M parameters, %d clips, %s, %s",
            self.name,
            parameter_count(model) / 1e6,
            clips,
            self.device,
            str(self.precision).removeprefix("torch."),
        )

    def autocast(self) -> torch.autocast:
        """The context in which networks compute."""
        mixed = self.precision == torch.bfloat16
        return torch.autocast(self.device.type, self.precision, enabled=mixed)

    def check_finite(self, values: dict[str, float], ids: Sequence[str]) -> None:
        """Stop before a step that would spoil the weights; the message names the clips."""
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        if broken:
            raise FS2Error(
                f"{self.stage}/{self.name}: not finite at step {self.step}: {', '.join(broken)} "
                f"({_show(values)}), in the batch of the clips {', '.join(ids)}; look at "
                f"these clips, or lower the learning rate"
            )

    def _log(self, bar: tqdm) -> None:
        """Means over the steps since the last call."""
        self.load.sample()
        seconds, steps = self.running.pop("seconds")
        counted, _ = self.running.pop(self.unit)
        values = {name: total / count for name, (total, count) in self.running.items()}
        values[f"{self.unit}_per_second"] = counted / seconds
        self.running = {}
        self._record("train", values)
        bar.set_postfix_str(f"{_show(values, 2)}, {counted / seconds:,.0f} {self.unit}/s")
        if bar.disable and self.step % (10 * self.shared.log_interval) == 0:
            left = (self.steps - self.step) * seconds / steps
            logger.info(
                "step %d of %d: %s, %.0f s left", self.step, self.steps, _show(values), left
            )

    @torch.no_grad()
    def _validate(self) -> None:
        self.validation = self.validate()
        self._record("validation", self.validation)
        logger.info("step %d, validation: %s", self.step, _show(self.validation))

    def _record(self, split: str, values: dict[str, float]) -> None:
        self.history += [[self.step, split, name, value] for name, value in values.items()]
        if self.on_log is not None:
            prefix = f"{self.stage}/" if split == "train" else f"{self.stage}/validation_"
            self.on_log(self.step, {prefix + name: value for name, value in values.items()})

    def _save_checkpoint(self) -> None:
        state = {
            "fingerprint": self.fingerprint,
            **{name: part.state_dict() for name, part in self.parts().items()},
            **{name: getattr(self, name) for name in _PLAIN_STATE},
        }
        save_checkpoint(self.checkpoint, state)

    def _resume(self) -> None:
        state = load_checkpoint(self.checkpoint, self.fingerprint, self.device)
        if state is None:
            return
        try:
            for name, part in self.parts().items():
                part.load_state_dict(state[name])
            for name in _PLAIN_STATE:
                setattr(self, name, state[name])
        except (KeyError, ValueError, RuntimeError) as error:
            raise FS2Error(
                f"{self.checkpoint}: of another version of this software ({error}); "
                f"remove {self.checkpoint.parent} to start afresh"
            ) from error
        logger.info("resuming at step %d", self.step)

    def _finish(self) -> dict[str, Any]:
        speed = f"{self.unit}_per_second"
        speeds = [value for _, _, name, value in self.history if name == speed]
        load = self.load.summary()
        logger.info("trained %s", load_words(load))
        summary = {
            "steps": self.step,
            "epochs": self.epoch,
            "seconds": round(self.seconds, 1),
            speed: round(sum(speeds) / len(speeds)) if speeds else None,
            "device": device_name(self.device),
            "load": load,
            "made": provenance(),
            "precision": str(self.precision).removeprefix("torch."),
            "validation": self.validation,
        }
        rows = (dict(zip(HISTORY, row, strict=True)) for row in self.history)
        write_table(self.output / "history.csv", HISTORY, rows)
        parameters = self.save(summary)
        shutil.rmtree(self.checkpoint.parent, ignore_errors=True)
        return {**summary, "parameters": parameters}


def in_one_transfer(terms: Mapping[str, Tensor]) -> dict[str, float]:
    """Scalars as numbers, all in one transfer from the device."""
    return dict(zip(terms, torch.stack(list(terms.values())).tolist(), strict=True))


def _fingerprint(depends: Mapping[str, Any], features: Path) -> str:
    parts = {**depends, "features": sha256(features)}
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


def _show(values: Mapping[str, float], most: int | None = None) -> str:
    names = [name for name in values if name.endswith("loss") and "scale" not in name]
    return ", ".join(f"{name} {values[name]:.3f}" for name in names[:most])
