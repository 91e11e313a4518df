"""Training of FastSpeech 2s (paper section 2.4 and appendix B)."""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fs2.config import Config
from fs2.files import sha256
from fs2.models import FastSpeech2, FastSpeech2s
from fs2.models.saving import WEIGHTS, take_weights
from fs2.training.acoustic import AcousticTrainer
from fs2.training.batches import TrainingData
from fs2.training.loop import AudioCallback, LogCallback, Stateful, in_one_transfer
from fs2.training.losses import losses
from fs2.training.waveform_adversary import WaveformAdversary

logger = logging.getLogger(__name__)


class FastSpeech2sTrainer(AcousticTrainer):
    """Whole sentences go through the network, but a random piece of each through its waveform
    decoder. Arguments as those of `fs2.training.train`.
    """

    unit = "samples"

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
        self.own = config.training.waveform
        depends = {} if start is None else {"start": sha256(start / WEIGHTS)}
        super().__init__(
            config, system, features, output, on_log, self.own.steps, depends, waveform=True
        )
        self.on_audio = on_audio
        self.weights = self.settings.model_copy(update={"mel_weight": self.own.mel_weight})
        self.frames = self.own.clip_samples // self.training_data.hop_length
        self.adversary = WaveformAdversary(self.own, self.device)
        if start is not None:
            take_weights(self.model, start, self.symbols, but="waveform_decoder.")
            logger.info("%s: begins with the weights of %s", system, start)

    def parts(self) -> Mapping[str, Stateful]:
        """Model, optimiser, averaged weights, and the discriminator with its optimiser."""
        return {**super().parts(), "adversary": self.adversary}

    def batches(self, epoch: int) -> list[np.ndarray]:
        """So many sentences of similar length, under the budget of frames."""
        return self.training_data.epoch(
            self.settings.batch_frames, self.settings.seed, epoch, self.own.batch_clips
        )

    def train_step(self, clips: np.ndarray) -> dict[str, float]:
        """A step of the model, and of the discriminator once it has joined."""
        self.model.train()
        starts = self.training_data.random_starts(clips, self.frames)
        generated, recorded, terms = self._losses(self.model, self.training_data, clips, starts)
        ids = [self.training_data.ids[clip] for clip in clips]
        values = self.update(terms, ids)
        with self.autocast():
            judged = self.adversary.train_discriminator(
                generated, recorded, self.step, self.settings.gradient_clip
            )
        if judged:
            values |= in_one_transfer(judged)
            self.check_finite(values, ids)
        return values | {"samples": recorded.numel()}

    def validate(self) -> dict[str, float]:
        """Losses of the middle of each validation clip; the first clips are spoken whole."""
        model, data = self.result().eval(), self.validation_data
        totals: dict[str, float] = {}
        order = np.argsort(data.frame_lengths, kind="stable")
        for start in range(0, len(order), self.own.batch_clips):
            clips = order[start : start + self.own.batch_clips]
            middle = (data.frame_lengths[clips] - self.frames).clip(0) // 2
            terms = self._losses(model, data, clips, torch.from_numpy(middle).to(self.device))[2]
            for name, value in in_one_transfer(terms).items():
                totals[name] = totals.get(name, 0.0) + value * len(clips)
        if self.on_audio is not None:
            self.on_audio(self.step, self._speak(model))
        return {name: total / len(order) for name, total in totals.items()}

    def _speak(self, model: FastSpeech2) -> dict[str, np.ndarray]:
        """The first validation clips, with the recordings' durations, pitch and energy."""
        assert isinstance(model, FastSpeech2s)
        spoken = {}
        for clip in range(min(self.own.validation_clips, len(self.validation_data.ids))):
            batch = self.validation_data.batch(np.array([clip]))
            with self.autocast():
                states, _, _ = model.adapt(
                    batch.phonemes, batch.phoneme_lengths, batch.frame_lengths, batch.variances
                )
                f0 = model.variance_adaptor.f0(batch.variances)
                own = None if f0 is None else f0[0, : batch.frames]
                samples = model.generate(states[0, : batch.frames], own)
            spoken[batch.ids[0]] = samples.clamp(-1, 1).cpu().numpy()
        return spoken

    def _losses(
        self, model: FastSpeech2, data: TrainingData, clips: np.ndarray, starts: Tensor
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Generated and recorded pieces (batch, samples) from frame `starts` on, and the losses."""
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
            source = model.waveform_decoder.excite(len(clips), self.frames, own)
            whole = (data.frame_lengths[clips] >= self.frames).all()
            lengths = None if whole else (batch.frame_lengths - starts).clamp(max=self.frames)
            generated = model.waveform_decoder(piece, source, lengths).float()
            waveform = self.adversary.generator_loss(generated, recorded, self.step)
        terms = losses(mel, prediction, batch, model.variance_adaptor, self.weights)
        total = terms.pop("loss") + waveform.pop("waveform_loss")
        return generated, recorded, {"loss": total, **waveform, **terms}
