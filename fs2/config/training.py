"""Section training: how a system is trained. Each architecture has keys of its own."""

from typing import Literal

from pydantic import Field

from fs2.config.section import Section, Seed


class TrainingSettings(Section):
    """What every training has, that of a vocoder too."""

    gradient_clip: float = Field(1.0, gt=0)
    """Largest norm of the gradient."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """auto: bfloat16 autocast on CUDA and on CPUs with matrix units for it, else fp32."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """auto: CUDA if there is one."""
    validation_interval: int = Field(1000, ge=1)
    """Steps between validations."""
    checkpoint_interval: int = Field(1000, ge=1)
    """Steps between checkpoints."""
    log_interval: int = Field(50, ge=1)
    """Steps over which losses are averaged for the history."""
    seed: Seed = 1234
    """Seed of weights, batches and dropout; more of them in one run: seeds, at the top level."""


MACHINE = ("device", "precision", "validation_interval", "checkpoint_interval", "log_interval")
"""Keys that tell of the machine and of the log, not of the system: no parameters in MLflow."""


class SystemTrainingSettings(TrainingSettings):
    """What the training of every system has; each architecture adds its own keys."""

    steps: int = Field(ge=1)
    """Optimiser steps."""
