"""A toy system, a toy vocoder and a toy aligner, as a plugin adds them: from this file alone."""

from typing import Literal

import numpy as np
import soundfile
import torch
from pydantic import Field
from torch import nn

from fs2.alignment.aligner import Aligned, AlignerEntry
from fs2.alignment.praat import Interval
from fs2.alignment.textgrid import TextGrid, write_textgrid
from fs2.audio import AudioSettings
from fs2.config.model import ModelSettings
from fs2.config.section import Section
from fs2.registry import ALIGNERS, SYSTEMS, VOCODERS
from fs2.systems.system import Spoken, System
from fs2.systems.training import SystemTraining
from fs2.training.settings import AdamTraining
from fs2.vocoder.entry import VocoderEntry, write_folder


class LookupModel(ModelSettings):
    architecture: Literal["table_lookup"] = "table_lookup"
    hidden: int = Field(8, ge=1)
    """Width of the embedding."""


class LookupTraining(AdamTraining):
    steps: int = Field(20, ge=1)
    patience: float = Field(1.0, gt=0)
    """Weight of the duration loss."""


class Lookup(nn.Module):
    """For each phoneme one mel frame, repeated for a length of its own."""

    def __init__(self, symbols, hidden, n_mels):
        super().__init__()
        self.embedding = nn.Embedding(symbols, hidden)
        self.output = nn.Linear(hidden, n_mels + 1)

    def forward(self, phonemes):
        """(..., phonemes) -> mel (..., phonemes, n_mels), log lengths (..., phonemes)."""
        both = self.output(self.embedding(phonemes))
        return both[..., :-1], both[..., -1]

    def prepare_for_inference(self):
        return self.eval().requires_grad_(False)


class LookupTrainer(SystemTraining):
    def train_step(self, clips):
        batch = self.training_data.batch(clips)
        terms = self._losses(batch)
        return self.update(terms, batch.ids) | {"frames": batch.frames}

    def validate(self):
        batch = self.validation_data.batch(np.arange(len(self.validation_data.ids)))
        return {name: term.item() for name, term in self._losses(batch).items()}

    def _losses(self, batch):
        mel, lengths = self.model(batch.phonemes)
        frames = torch.repeat_interleave(mel[0], batch["durations"][0], dim=0)
        mel_loss = (frames - batch["mel"][0, : len(frames)]).abs().mean()
        duration_loss = (lengths - (batch["durations"] + 1).log()).square().mean()
        weight = self.config.training.patience
        loss = mel_loss + weight * duration_loss
        return {"loss": loss, "mel_loss": mel_loss, "duration_loss": duration_loss}


class LookupSystem(System):
    name = "table_lookup"
    title = "Table lookup"
    model = LookupModel
    training = LookupTraining
    makes = "mel"
    columns = ("mel", "durations")
    has_durations = False  # it tells none, as a system that makes frame after frame

    def needs(self, training, file):
        return {"teacher": file.teacher} if file.teacher else {}

    def build(self, config, symbols, statistics):
        return Lookup(len(symbols), config.model.hidden, config.audio.n_mels)

    def trainer(self, job):
        return LookupTrainer(job)

    def synthesise(self, network, phonemes, controls, durations=None):
        mel, lengths = network(phonemes)
        durations = (lengths.exp() / controls.pace).round().long().clamp(1, 50)
        return Spoken(mel=torch.repeat_interleave(mel, durations, dim=0))


class HumSettings(Section):
    pitch: float = Field(150.0, gt=0)
    """Hz of the hum."""


class Hum:
    """A tone as loud as the mel."""

    def __init__(self, name, audio, pitch):
        self.name, self.audio, self.pitch = name, audio, pitch

    def __call__(self, mel):
        loudness = mel.exp().mean(dim=1).clamp(max=0.5).numpy().repeat(self.audio.hop_length)
        time = np.arange(len(loudness)) / self.audio.sample_rate
        return (loudness * np.sin(2 * np.pi * self.pitch * time)).astype(np.float32)


class HumVocoder(VocoderEntry):
    name = "hum"
    title = "A hum"
    settings = HumSettings

    def make(self, job):
        write_folder(job, {}, {"settings": job.config.vocoder.settings.plain()})
        return {}

    def load(self, folder, info, device):
        audio = AudioSettings(**info["audio"])
        return Hum(self.name, audio, HumSettings(**info["settings"]).pitch)


class EvenSettings(Section):
    edge: float = Field(0.05, gt=0)
    """Seconds of silence at either end."""


class EvenAligner(AlignerEntry):
    """Every phone of a clip is as long as every other."""

    name = "even"
    title = "even lengths"
    settings = EvenSettings

    def align(self, job):
        lines = job.lexicon.read_text(encoding="utf-8").splitlines()
        lexicon = dict(reversed([line.split("\t") for line in lines]))
        textgrids = {}
        for clip, sound in job.clips.items():
            path = job.folder / f"{clip}.TextGrid"
            words = [(word, lexicon[word].split()) for word in job.words[clip]]
            write_textgrid(path, self.grid(words, soundfile.info(sound).duration, job.settings))
            textgrids[clip] = path
        return Aligned(textgrids, details={"version": "1"})

    def grid(self, words, seconds, settings):
        step = (seconds - 2 * settings.edge) / sum(len(phones) for _, phones in words)
        word_tier, phone_tier, now = [], [], settings.edge
        for word, phones in words:
            word_tier.append(Interval(now, now + step * len(phones), word))
            for phone in phones:
                phone_tier.append(Interval(now, now + step, phone))
                now += step
        edges = Interval(0.0, settings.edge, ""), Interval(seconds - settings.edge, seconds, "")
        tiers = ((edges[0], *tier, edges[1]) for tier in (word_tier, phone_tier))
        return TextGrid(*tiers, seconds)


SYSTEMS.add(LookupSystem())
VOCODERS.add(HumVocoder())
ALIGNERS.add(EvenAligner())
