"""What the trainings of FastSpeech 2s and Parallel WaveGAN share: random segments of recordings."""

import logging
from abc import abstractmethod
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from fs2.training.data import TrainingData
from fs2.training.loop import AudioCallback, TrainingLoop, in_one_transfer
from fs2.training.waveform_discriminator import WaveformDiscriminatorTraining
from fs2.training.waveform_settings import WaveformTraining

logger = logging.getLogger(__name__)


class SegmentTraining(TrainingLoop):
    """Segments are generated, compared with the recording, and judged by a discriminator.

    Attributes:
        segments: Its settings.
        discriminator: The losses of a waveform, and the discriminator.
        training_data, validation_data: With waveforms.
        on_audio: Gets some validation clips, generated whole, at every validation.
    """

    unit: Literal["frames", "samples"] = "samples"
    segments: WaveformTraining
    discriminator: WaveformDiscriminatorTraining
    training_data: TrainingData
    validation_data: TrainingData
    on_audio: AudioCallback | None

    def run(self) -> dict[str, Any]:
        """Train; a discriminator that never joins is worth a warning."""
        joins = self.segments.discriminator_start
        weights = self.segments.adversarial_weight + self.segments.mel_adversarial_weight
        if weights and joins >= self.steps:
            logger.warning("%s: ends before the discriminator joins, at step %d", self.name, joins)
        return super().run()

    @property
    def frames(self) -> int:
        """Frames of a segment."""
        return self.segments.segment_size // self.training_data.hop_length

    @abstractmethod
    def segment_losses(
        self, data: TrainingData, clips: np.ndarray, starts: Tensor
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Generated and recorded segments (batch, samples) from frame `starts` on; the losses."""

    @abstractmethod
    def take_step(self, terms: dict[str, Tensor], ids: list[str]) -> dict[str, float]:
        """A step of the generator's optimiser on `terms["loss"]`; all values for the history."""

    @abstractmethod
    def generate(self, clip: int) -> Tensor:
        """A validation clip whole, (samples,)."""

    def train_step(self, clips: np.ndarray) -> dict[str, float]:
        """A step of the generator, and of the discriminator once it has joined."""
        data = self.training_data
        ids = [data.ids[clip] for clip in clips]
        starts = data.random_starts(clips, self.frames)
        generated, recorded, terms = self.segment_losses(data, clips, starts)
        values = self.take_step(terms, ids)
        if self.discriminator.joined(self.step):
            with self.autocast():
                judged = self.discriminator.discriminator_losses(generated, recorded)
            clip = self.shared.gradient_clip
            judged |= self.discriminator.take_gradients(judged, self.step, clip)
            values |= in_one_transfer(judged)
            self.check_finite(values, ids)
            self.discriminator.optimizer.step()
        return values | {"samples": recorded.numel()}

    def validate(self) -> dict[str, float]:
        """Losses of the middle of each validation clip; the first clips are generated whole.

        Noise is the same every time, and the training's own random numbers are left alone.
        """
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(0)
            return self._validation_losses()

    def _validation_losses(self) -> dict[str, float]:
        data, totals = self.validation_data, dict[str, float]()
        order = np.argsort(data.frame_lengths, kind="stable")
        for first in range(0, len(order), self.segments.batch_size):
            clips = order[first : first + self.segments.batch_size]
            middle = (data.frame_lengths[clips] - self.frames).clip(0) // 2
            starts = torch.from_numpy(middle).to(self.device)
            for name, value in in_one_transfer(self.segment_losses(data, clips, starts)[2]).items():
                totals[name] = totals.get(name, 0.0) + value * len(clips)
        if self.on_audio is not None:
            some = range(min(self.segments.validation_clips, len(data.ids)))
            audio = {data.ids[clip]: self.generate(clip).clamp(-1, 1) for clip in some}
            self.on_audio(self.step, {clip: x.cpu().numpy() for clip, x in audio.items()})
        return {name: total / len(order) for name, total in totals.items()}

    def segment_lengths(
        self, data: TrainingData, clips: np.ndarray, starts: Tensor
    ) -> Tensor | None:
        """Frames of each segment (batch,) that lie within its clip; None if all do."""
        whole = data.frame_lengths[clips]
        if (whole >= self.frames).all():
            return None
        return (torch.from_numpy(whole).to(self.device) - starts).clamp(max=self.frames)
