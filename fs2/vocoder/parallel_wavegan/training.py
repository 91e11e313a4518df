"""Training of Parallel WaveGAN on the features of the corpus (Yamamoto et al. 2020, section 3)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fs2.errors import FS2Error
from fs2.features.statistics import LEAST_STD
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.parameters import parameter_count, write_weights
from fs2.training.data import TrainingData
from fs2.training.loop import Stateful, in_one_transfer
from fs2.training.segments import SegmentTraining
from fs2.training.waveform_discriminator import (
    RADAM_EPSILON,
    WaveformDiscriminatorTraining,
    halved,
)
from fs2.vocoder.entry import VocoderJob, vocoder_settings, write_description
from fs2.vocoder.loading import WEIGHTS
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN
from fs2.vocoder.parallel_wavegan.settings import ParallelWaveGANSettings, ParallelWaveGANTraining

COLUMNS = ("mel", "pitch_contour", "pitch_mean", "pitch_std", "waveform")
"""Columns of the features file that are read."""
LEAST_MEL_STD = 1e-3
"""A band that is always silent is not blown up."""


class ParallelWaveGANTrainer(SegmentTraining):
    """Random segments of the recordings, made from their mels.

    A run that was stopped goes on, as that of a system (`fs2.systems.system.train`). It takes
    seed, device, precision, intervals and gradient_clip of the section training. The summary of
    `run` has steps, seconds, samples_per_second, parameters, device, precision, and the last
    validation's losses.

    Raises FS2Error if the features are missing, without waveforms or of another mel, or a loss is
    not finite.
    """

    def __init__(self, job: VocoderJob) -> None:
        config = job.config
        chosen: ParallelWaveGANSettings = config.vocoder.settings
        self.generator, self.segments = chosen.generator, chosen.training
        if job.features is None:
            raise FS2Error(f"{job.output}: {config.vocoder.name} is trained, on a features file")
        super().__init__(
            config.vocoder.name,
            config,
            self.segments.steps,
            vocoder_settings(config),
            job.features,
            job.output,
            job.on_log,
            stage="vocoder",
        )
        self.on_audio = job.on_audio
        self.settings: ParallelWaveGANTraining = self.segments
        self.training_data = TrainingData(job.features, "train", self.device, COLUMNS)
        self.validation_data = TrainingData(job.features, "validation", self.device, COLUMNS)
        audio = config.audio
        self.model = ParallelWaveGAN(self.generator, audio.n_mels, audio.sample_rate)
        self.model.to(self.device)
        mel = self.training_data.columns["mel"].float()
        self.model.mel_mean.copy_(mel.mean(dim=0))
        self.model.mel_std.copy_(mel.std(dim=0).clamp(min=LEAST_MEL_STD))
        self.model.pitch_mean.fill_(self.statistics.pitch_mean_mean)
        self.model.pitch_std.fill_(max(self.statistics.pitch_std_mean, LEAST_STD))
        self.optimizer = torch.optim.RAdam(
            self.model.parameters(), self.settings.learning_rate, eps=RADAM_EPSILON
        )
        self.discriminator = WaveformDiscriminatorTraining(
            self.settings, config.audio.settings(), self.device
        )
        self.announce(self.model, len(self.training_data.ids))

    def parts(self) -> Mapping[str, Stateful]:
        """Generator and discriminator with their optimisers."""
        return {
            "model": self.model,
            "optimizer": self.optimizer,
            "discriminator": self.discriminator,
        }

    def batches(self, epoch: int) -> list[np.ndarray]:
        """All clips in random order, so many at a time."""
        order = np.random.default_rng((self.shared.seed, epoch)).permutation(
            len(self.training_data.ids)
        )
        return np.array_split(order, -(-len(order) // self.settings.batch_size))

    def take_step(self, terms: dict[str, Tensor], ids: list[str]) -> dict[str, float]:
        """A step of the generator."""
        rate = halved(self.settings.learning_rate, self.step, self.settings.lr_halve_every)
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.shared.gradient_clip)
        values = in_one_transfer({**terms, "gradient_norm": norm})
        self.check_finite(values, ids)
        self.optimizer.step()
        return values | {"learning_rate": rate}

    def save(self, summary: dict[str, Any]) -> int:
        """Write generator.safetensors and vocoder.json."""
        parameters = parameter_count(self.model)
        write_weights(self.output / WEIGHTS, self.model)
        generator = self.generator.plain()
        info = {"generator": generator, "parameters": parameters, "training": summary}
        write_description(self.output, self.config, info)
        return parameters

    def generate(self, clip: int) -> Tensor:
        """A validation clip through mel and generator."""
        data = self.validation_data
        start = torch.zeros(1, dtype=torch.long, device=self.device)
        mel = data.mels(np.array([clip]), start, int(data.frame_lengths[clip]))[0]
        with self.autocast():
            return self.model.generate(mel)

    def segment_losses(
        self, data: TrainingData, clips: np.ndarray, starts: Tensor
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Generated and recorded segments (batch, samples) from frame `starts` on; the losses."""
        recorded = data.samples(clips, starts, self.frames)
        lengths = self.segment_lengths(data, clips, starts)
        mel, log_f0 = data.mels(clips, starts, self.frames), data.log_f0(clips, starts, self.frames)
        with self.autocast():
            generated = self.model(mel, log_f0, lengths).float()
            terms = self.discriminator.generator_losses(generated, recorded, self.step)
            loss = terms.pop("waveform_loss")
            if self.model.pitch_predictor is not None:
                whole = torch.full((len(clips),), self.frames, device=self.device)
                mask = length_mask(whole if lengths is None else lengths, self.frames)
                terms["pitch_loss"] = self.model.pitch_loss(mel, log_f0, mask)
                loss = loss + terms["pitch_loss"]
        return generated, recorded, {"loss": loss, **terms}
