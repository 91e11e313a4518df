"""Training of Parallel WaveGAN on the features of the corpus (Yamamoto et al. 2020, section 3)."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fs2.config.schema import Config
from fs2.files import write_json
from fs2.nn.feed_forward_transformer import length_mask
from fs2.nn.parameters import parameter_count
from fs2.nn.waveform_settings import PARALLEL_WAVEGAN, ParallelWaveGANTraining
from fs2.systems.saving import write_weights
from fs2.training.data import TrainingData
from fs2.training.loop import AudioCallback, LogCallback, Stateful, in_one_transfer
from fs2.training.segments import SegmentTraining
from fs2.training.waveform_discriminator import WaveformDiscriminatorTraining, halved
from fs2.vocoder.parallel_wavegan.network import ParallelWaveGAN


def train_parallel_wavegan(
    config: Config,
    features: Path,
    output: Path,
    on_log: LogCallback | None = None,
    on_audio: AudioCallback | None = None,
) -> dict[str, Any]:
    """Train the vocoder and write generator.safetensors, vocoder.json and history.csv.

    A run that was stopped goes on, as in `fs2.training.train`, from `output/checkpoint/`.

    Args:
        config: The configuration: vocoder.generator and vocoder.training; seed, device, precision
            and intervals of the section training.
        features: The features file, with waveforms.
        output: The folder vocoder/parallel_wavegan/.
        on_log: Called with the step and the values (`vocoder/log_magnitude_loss`, ...).
        on_audio: Called with the step and some validation clips through mel and vocoder.

    Returns:
        steps, seconds, samples_per_second, parameters, device, precision, and the last
        validation's losses.

    Raises:
        FS2Error: features missing, without waveforms or of another mel; a loss that is not finite.
    """
    return ParallelWaveGANTrainer(config, features, output, on_log, on_audio).run()


class ParallelWaveGANTrainer(SegmentTraining):
    """Random pieces of the recordings, made from their mels; see `train_parallel_wavegan`."""

    def __init__(
        self,
        config: Config,
        features: Path,
        output: Path,
        on_log: LogCallback | None = None,
        on_audio: AudioCallback | None = None,
    ) -> None:
        self.own: ParallelWaveGANTraining = config.vocoder.training
        depends = {
            "generator": config.vocoder.generator.model_dump(mode="json"),
            "own": self.own.model_dump(mode="json"),
            "training": config.training_of_vocoder(),
        }
        settings = config.training.model_copy(update={"steps": self.own.steps})
        super().__init__(
            PARALLEL_WAVEGAN, config, settings, depends, features, output, on_log, stage="vocoder"
        )
        self.on_audio = on_audio
        self.training_data = TrainingData(features, "train", self.device, waveform=True)
        self.validation_data = TrainingData(features, "validation", self.device, waveform=True)
        audio = config.audio
        self.model = ParallelWaveGAN(config.vocoder.generator, audio.n_mels, audio.sample_rate).to(
            self.device
        )
        mel = self.training_data.mel.float()
        self.model.mel_mean.copy_(mel.mean(dim=0))
        self.model.mel_std.copy_(mel.std(dim=0).clamp(min=1e-3))
        self.model.pitch_mean.fill_(self.statistics["pitch_mean_mean"])
        self.model.pitch_std.fill_(max(self.statistics["pitch_std_mean"], 1e-6))
        self.optimizer = torch.optim.RAdam(
            self.model.parameters(), self.own.learning_rate, eps=1e-6
        )
        self.adversary = WaveformDiscriminatorTraining(
            self.own, config.audio.settings(), self.device
        )
        self.announce(self.model, len(self.training_data.ids))

    def parts(self) -> Mapping[str, Stateful]:
        """Generator and discriminator with their optimisers."""
        return {"model": self.model, "optimizer": self.optimizer, "adversary": self.adversary}

    def batches(self, epoch: int) -> list[np.ndarray]:
        """All clips in random order, so many at a time."""
        order = np.random.default_rng((self.settings.seed, epoch)).permutation(
            len(self.training_data.ids)
        )
        return np.array_split(order, -(-len(order) // self.own.batch_size))

    def take_step(self, terms: dict[str, Tensor], ids: list[str]) -> dict[str, float]:
        """A step of the generator."""
        rate = halved(self.own.learning_rate, self.step, self.own.lr_halve_every)
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        terms["loss"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.gradient_clip)
        values = in_one_transfer({**terms, "gradient_norm": norm})
        self.check_finite(values, ids)
        self.optimizer.step()
        return values | {"learning_rate": rate}

    def save(self, summary: dict[str, Any]) -> int:
        """Write generator.safetensors and vocoder.json."""
        parameters = parameter_count(self.model)
        write_weights(self.output / "generator.safetensors", self.model)
        info = {
            "name": PARALLEL_WAVEGAN,
            "audio": asdict(self.config.audio.settings()),
            "generator": self.config.vocoder.generator.model_dump(mode="json"),
            "parameters": parameters,
            "training": summary,
        }
        write_json(self.output / "vocoder.json", info)
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
        """Generated and recorded pieces (batch, samples) from frame `starts` on, and the losses."""
        recorded = data.samples(clips, starts, self.frames)
        lengths = self.segment_lengths(data, clips, starts)
        mel, log_f0 = data.mels(clips, starts, self.frames), data.log_f0(clips, starts, self.frames)
        with self.autocast():
            generated = self.model(mel, log_f0, lengths).float()
            terms = self.adversary.generator_loss(generated, recorded, self.step)
            loss = terms.pop("waveform_loss")
            if self.model.pitch_predictor is not None:
                whole = torch.full((len(clips),), self.frames, device=self.device)
                mask = length_mask(whole if lengths is None else lengths, self.frames)
                terms["pitch_loss"] = self.model.pitch_loss(mel, log_f0, mask)
                loss = loss + terms["pitch_loss"]
        return generated, recorded, {"loss": loss, **terms}
