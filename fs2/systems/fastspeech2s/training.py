"""Training of FastSpeech 2s (paper section 2.4 and appendix B)."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fs2.config.schema import Config
from fs2.files import sha256
from fs2.nn.waveform_settings import FastSpeech2sTraining
from fs2.systems.fastspeech2.losses import losses
from fs2.systems.fastspeech2s.network import FastSpeech2s
from fs2.systems.saving import WEIGHTS, take_weights
from fs2.systems.training import AcousticTrainer
from fs2.training.data import TrainingData
from fs2.training.loop import AudioCallback, LogCallback, Stateful
from fs2.training.segments import SegmentTraining
from fs2.training.waveform_discriminator import WaveformDiscriminatorTraining

logger = logging.getLogger(__name__)


class FastSpeech2sTrainer(SegmentTraining, AcousticTrainer):
    """Whole sentences go through the network, but a random piece of each through its waveform
    decoder. Arguments as those of `fs2.training.train`.
    """

    def __init__(
        self,
        config: Config,
        system: str,
        features: Path,
        output: Path,
        on_log: LogCallback | None = None,
        on_audio: AudioCallback | None = None,
        start: Path | None = None,
    ) -> None:
        self.own: FastSpeech2sTraining = config.training.waveform
        changed = {"steps": self.own.steps, "mel_weight": self.own.mel_weight}
        for name in ("learning_rate", "batch_frames"):
            if (own := getattr(self.own, name)) is not None:
                changed[name] = own
        settings = config.training.model_copy(update=changed)
        depends = {} if start is None else {"start": sha256(start / WEIGHTS)}
        super().__init__(config, system, features, output, on_log, settings, depends, waveform=True)
        self.on_audio = on_audio
        self.spoken_by = self.model.train()
        self.adversary = WaveformDiscriminatorTraining(
            self.own, config.audio.settings(), self.device
        )
        self.before: dict[str, Any] | None = None
        if start is not None:
            first = take_weights(
                self.model, start, self.symbols, self.statistics, but="waveform_decoder."
            )
            self.before = {"system": first.system, "seconds": first.training.get("seconds", 0.0)}
            logger.info("%s: begins with the weights of %s", system, start)

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser, averaged weights, and the discriminator with its optimiser."""
        return {**super().parts(), "adversary": self.adversary}

    def batches(self, epoch: int) -> list[np.ndarray]:
        """So many sentences of similar length, under the budget of frames."""
        return self.training_data.epoch(
            self.settings.batch_frames, self.settings.seed, epoch, self.own.batch_size
        )

    def take_step(self, terms: dict[str, Tensor], ids: list[str]) -> dict[str, float]:
        """A step of the model."""
        return self.update(terms, ids)

    def save(self, summary: dict[str, Any]) -> int:
        """As AcousticTrainer; the summary tells of the training that this one began with."""
        return super().save({**summary, "before": self.before})

    def validate(self) -> dict[str, float]:
        """As SegmentTraining, of the averaged weights if there are any."""
        self.spoken_by = self.result().eval()
        try:
            return super().validate()
        finally:
            self.spoken_by = self.model.train()

    def generate(self, clip: int) -> Tensor:
        """A validation clip with the recording's durations, pitch and energy."""
        model = self.spoken_by
        assert isinstance(model, FastSpeech2s)
        batch = self.validation_data.batch(np.array([clip]))
        with self.autocast():
            states, _, _ = model.adapt(
                batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
            )
            f0 = model.variance_adaptor.f0(batch.variances)
            own = None if f0 is None else f0[0, : batch.frames]
            return model.generate(states[0, : batch.frames], own)

    def segment_losses(
        self, data: TrainingData, clips: np.ndarray, starts: Tensor
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Generated and recorded pieces (batch, samples) from frame `starts` on, and the losses."""
        model = self.spoken_by
        assert isinstance(model, FastSpeech2s)
        batch, recorded = data.batch(clips), data.samples(clips, starts, self.frames)
        with self.autocast():
            states, mask, prediction = model.adapt(
                batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
            )
            mel = model.decode_mel(states, mask) if model.has_mel_decoder else None
            frame = starts[:, None] + torch.arange(self.frames, device=self.device)
            frame = frame.clamp(max=states.shape[1] - 1)
            piece = states.gather(1, frame[..., None].expand(-1, -1, states.shape[2]))
            f0 = model.variance_adaptor.f0(batch.variances)
            own = None if f0 is None else f0.gather(1, frame)
            source = model.waveform_decoder.make_source(len(clips), self.frames, own)
            lengths = self.segment_lengths(data, clips, starts)
            generated = model.waveform_decoder(piece, source, lengths).float()
            waveform = self.adversary.generator_loss(generated, recorded, self.step)
        terms = losses(mel, prediction, batch, model.variance_adaptor, self.settings)
        total = terms.pop("loss") + waveform.pop("waveform_loss")
        return generated, recorded, {"loss": total, **waveform, **terms}
