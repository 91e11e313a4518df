"""What validation clips sound and look like while a network is trained, kept in MLflow."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from fs2 import tracking
from fs2.stages.job import Job

if TYPE_CHECKING:
    import numpy as np

    from fs2.systems.attention import Attention


def audio_logger(
    job: Job, record: tracking.Run
) -> "Callable[[int, Mapping[str, np.ndarray]], None]":
    """What keeps the audio of a training's validation clips in the record of the stage."""
    from fs2.audio import write_audio

    def keep(step: int, clips: "Mapping[str, Any]") -> None:
        with TemporaryDirectory() as folder:
            for clip, samples in clips.items():
                path = Path(folder) / f"{clip}.wav"
                write_audio(path, samples, job.config.audio.sample_rate)
            record.artifact(folder, f"audio/step-{step:07d}")

    return keep


def attention_logger(
    job: Job, record: tracking.Run
) -> "Callable[[int, Mapping[str, Attention]], None]":
    """What keeps the attentions of a training's validation clips in the record of the stage."""
    from fs2.evaluation.attention_plots import attention_figure

    def keep(step: int, attentions: "Mapping[str, Attention]") -> None:
        frame_seconds = job.config.audio.settings().frame_seconds
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"step-{step:07d}.png"
            attention_figure(attentions, frame_seconds).savefig(path)
            record.artifact(path, "attention")

    return keep
