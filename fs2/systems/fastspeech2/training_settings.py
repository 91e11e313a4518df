"""The part of the configuration that describes how FastSpeech 2 and 2s are trained."""

from typing import Literal

from pydantic import Field

from fs2.config.section import Section
from fs2.nn.waveform_settings import FastSpeech2sTraining


class Training(Section):
    """Optimiser, schedule and batches (paper section 3.1 and appendix B)."""

    steps: int = Field(160_000, ge=1)
    """Optimiser steps."""
    batch_frames: int = Field(28_000, ge=100)
    """Mel frames in a batch, padding included (the paper's 48 sentences are about as many)."""
    learning_rate: float = Field(1.0, gt=0)
    """Factor on the schedule; with schedule: warmup_cosine, the peak rate itself."""
    schedule: Literal["transformer", "warmup_cosine"] = "transformer"
    """transformer: Vaswani's, as the paper; warmup_cosine: linear rise, then a cosine to zero."""
    warmup_steps: int = Field(4000, ge=1)
    """Steps until the learning rate peaks."""
    adam_betas: tuple[float, float] = (0.9, 0.98)
    """Adam's beta 1 and beta 2."""
    adam_epsilon: float = Field(1e-9, gt=0)
    """Adam's epsilon."""
    weight_decay: float = Field(0.0, ge=0)
    """Decoupled weight decay."""
    gradient_clip: float = Field(1.0, gt=0)
    """Largest norm of the gradient."""
    ema_decay: float = Field(0.0, ge=0, lt=1)
    """Decay of a moving average of the weights, which is then what is saved; 0: none."""
    mel_weight: float = Field(1.0, ge=0)
    """Weight of the mel loss (MAE)."""
    duration_weight: float = Field(1.0, ge=0)
    """Weight of the duration loss (MSE of log durations)."""
    pitch_weight: float = Field(1.0, ge=0)
    """Weight of the pitch losses (MSE of pitch spectrogram, mean and deviation)."""
    energy_weight: float = Field(1.0, ge=0)
    """Weight of the energy loss (MSE)."""
    adversarial_weight: float = Field(0.0, ge=0)
    """Weight of an adversary's losses on the mel; 0: none, as in the paper."""
    adversarial_start: float = Field(0.4, ge=0, lt=1)
    """Share of the steps after which the adversary joins."""
    adversarial_learning_rate: float = Field(2e-4, gt=0)
    """Learning rate of the adversary."""
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
    seed: int = 1234
    """Seed of weights, batches and dropout; more of them in one run: seeds, at the top level."""
    waveform: FastSpeech2sTraining = FastSpeech2sTraining()
    """What only FastSpeech 2s has; its waveform.steps stand for steps."""
