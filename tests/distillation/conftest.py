"""A toy teacher whose attention is known, and recordings that it can teach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
import toy

from fs2.alignment.durations import ClipDurations
from fs2.alignment.praat import Interval
from fs2.alignment.prepare import write_durations
from fs2.alignment.textgrid import TextGrid, complete, write_textgrid
from fs2.config.files import parse_config
from fs2.distillation.distil import distil
from fs2.features.store import FeatureStore
from fs2.registry import SYSTEMS
from fs2.systems.attention import Attention
from fs2.systems.system import Spoken
from fs2.systems.transformer_tts import TransformerTTSSystem
from fs2.systems.transformer_tts.settings import TransformerTTSModel

START = 300
"""The sample where every clip begins to be usable."""
FRAME = 256 / 22050


def even_attention(phonemes: int, frames: int, factor: int = 2, **keys) -> Attention:
    """Every phoneme has as many steps as the others, in order."""
    steps = -(-frames // factor)
    weights = np.zeros((steps, phonemes), np.float32)
    weights[np.arange(steps), np.arange(steps) * phonemes // steps] = 1
    return Attention(weights, factor, **keys)


class ToyModel(TransformerTTSModel):
    architecture: Literal["toy_teacher"] = "toy_teacher"


class ToyTeacher(TransformerTTSSystem):
    """Attends evenly; speaks four frames a phoneme, all of them -1; some clips go wrong."""

    name = "toy_teacher"
    model = ToyModel

    def __init__(self) -> None:
        self.endless: set[int] = set()
        """Lengths in phonemes of clips that do not end."""
        self.astray: set[int] = set()
        """Lengths in frames of recordings on which the attention stays where it began."""

    def align(self, network, batch):
        lengths = zip(batch.phoneme_lengths.tolist(), batch.frame_lengths.tolist(), strict=True)
        return [
            even_attention(phonemes, frames)
            if frames not in self.astray
            else Attention(np.eye(1, phonemes, dtype=np.float32).repeat(frames // 2, 0), 2)
            for phonemes, frames in lengths
        ]

    def generate(self, network, phonemes, lengths, controls):
        return [
            Spoken(
                mel=torch.full((4 * count, 80), -1.0),
                attention=even_attention(count, 4 * count, stopped=count not in self.endless),
            )
            for count in lengths.tolist()
        ]


class Classroom:
    """Features, their alignment, a trained teacher, and the stage on them."""

    def __init__(self, folder: Path, teacher: ToyTeacher) -> None:
        self.teacher, self.folder = teacher, folder
        self.features = toy.features(folder / "features.h5")
        self.alignment = folder / "alignment"
        self.training = folder / "training" / "tts"
        self.output = folder / "distillation" / "tts"
        with FeatureStore(self.features) as store:
            self.clips = [store.clip(index) for index in range(len(store))]
            self.symbols, self.statistics = store.symbols, store.statistics
        self.phonemes = {c.id: [self.symbols[n] for n in c.phonemes] for c in self.clips}
        write_alignment(self.alignment, self.clips, self.phonemes)
        toy.save_random(self.training, self.config(), self.symbols)

    def config(self, **distillation):
        values = toy.values("transformer_tts", distillation=distillation)
        values["model"]["architecture"] = "toy_teacher"
        return parse_config(values)

    def distil(self, **keys):
        config = self.config(**keys)
        return distil(config, self.features, self.alignment, self.training, self.output)


def write_alignment(folder: Path, clips, phonemes) -> None:
    """TextGrids and durations.csv of some clips; every phone is a word."""
    (folder / "textgrids").mkdir(parents=True)
    usable = {}
    for clip in clips:
        ends = (START / 22050 + np.cumsum(clip.durations) * FRAME).tolist()
        starts = [START / 22050, *ends]
        phones = [
            Interval(start, end, label)
            for start, end, label in zip(starts, ends, phonemes[clip.id], strict=False)
            if label not in ("sil", ",", ".")
        ]
        tier = complete(phones, ends[-1])
        grid = TextGrid(tier, tier, ends[-1])
        write_textgrid(folder / "textgrids" / f"{clip.id}.TextGrid", grid)
        durations = tuple(clip.durations.tolist())
        usable[clip.id] = ClipDurations(START, tuple(phonemes[clip.id]), durations)
    write_durations(folder / "durations.csv", usable, {})


@pytest.fixture
def classroom(tmp_path) -> Iterator[Classroom]:
    teacher = ToyTeacher()
    SYSTEMS.add(teacher)
    yield Classroom(tmp_path, teacher)
    SYSTEMS.remove("toy_teacher")
