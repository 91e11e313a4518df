"""Training of FastSpeech 2s (paper section 2.4 and appendix B)."""

import logging
from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from torch import Tensor

from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2.variances import Variances
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.systems.fastspeech2s.settings import FastSpeech2sTraining
from fs2.systems.saving import take_weights
from fs2.systems.system import TrainingJob
from fs2.systems.training import SystemTraining
from fs2.training.data import TrainingData
from fs2.training.loop import Stateful
from fs2.training.segments import SegmentTraining
from fs2.training.waveform_discriminator import WaveformDiscriminatorTraining

logger = logging.getLogger(__name__)

OWN_WEIGHTS = "waveform_decoder."
"""What the system that a warm start begins with does not have."""


class FastSpeech2sTrainer(SegmentTraining, SystemTraining):
    """Whole sentences go through the network, a random segment of each the waveform decoder."""

    def __init__(self, job: TrainingJob) -> None:
        super().__init__(job)
        assert isinstance(job.config.training, FastSpeech2sTraining)
        self.settings = self.segments = job.config.training
        self.on_audio = job.on_audio
        self.active = cast(FastSpeech2s, self.model.train())
        """The network whose losses are computed: while validating, the averaged one."""
        self.discriminator = WaveformDiscriminatorTraining(
            self.settings, job.config.audio.settings(), self.device
        )
        if start := job.needs.get("start"):
            take_weights(self.model, start, self.symbols, self.statistics, but=OWN_WEIGHTS)
            logger.info("%s: begins with the weights of %s", job.run, start)

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser, averaged weights, and the discriminator with its optimiser."""
        return {**super().parts(), "discriminator": self.discriminator}

    def batches(self, epoch: int) -> list[np.ndarray]:
        """So many sentences of similar length, under the budget of frames."""
        own = self.settings
        return self.training_data.epoch(own.batch_frames, own.seed, epoch, own.batch_size)

    def take_step(self, terms: dict[str, Tensor], ids: list[str]) -> dict[str, float]:
        """A step of the model."""
        return self.update(terms, ids)

    def validate(self) -> dict[str, float]:
        """As SegmentTraining, of the averaged weights if there are any."""
        self.active = cast(FastSpeech2s, self.result().eval())
        try:
            return super().validate()
        finally:
            self.active = cast(FastSpeech2s, self.model.train())

    def generate(self, clip: int) -> Tensor:
        """A validation clip with the recording's durations, pitch and energy."""
        batch = self.validation_data.batch(np.array([clip]))
        with self.autocast():
            _, adapted = self.active(batch.phonemes, batch.phoneme_lengths, Variances.of(batch))
            f0 = None if adapted.f0 is None else adapted.f0[0, : batch.frames]
            return self.active.generate(adapted.states[0, : batch.frames], f0)

    def segment_losses(
        self, data: TrainingData, clips: np.ndarray, starts: Tensor
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Generated and recorded segments (batch, samples) from frame `starts` on; the losses."""
        batch, recorded = data.batch(clips), data.samples(clips, starts, self.frames)
        with self.autocast():
            mel, adapted = self.active(batch.phonemes, batch.phoneme_lengths, Variances.of(batch))
            states = adapted.states  # (batch, frames, hidden)
            frame = starts[:, None] + torch.arange(self.frames, device=self.device)
            frame = frame.clamp(max=states.shape[1] - 1)  # (batch, frames of a segment)
            segment = states.gather(1, frame[..., None].expand(-1, -1, states.shape[2]))
            f0 = None if adapted.f0 is None else adapted.f0.gather(1, frame)
            lengths = self.segment_lengths(data, clips, starts)
            generated = self.active.generate_segments(segment, f0, lengths).float()
            waveform = self.discriminator.generator_losses(generated, recorded, self.step)
        adaptor, weight = self.active.variance_adaptor, self.settings.mel_weight
        terms = losses(mel, adapted.prediction, batch, adaptor, self.settings, weight)
        total = terms.pop("loss") + waveform.pop("waveform_loss")
        return generated, recorded, {"loss": total, **waveform, **terms}
