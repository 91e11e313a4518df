"""Training."""

from pathlib import Path
from typing import Any

from fs2.config.schema import Config
from fs2.systems.fastspeech2.training import FastSpeech2Trainer
from fs2.systems.fastspeech2s.training import FastSpeech2sTrainer
from fs2.training.loop import AudioCallback, LogCallback

__all__ = ["train"]


def train(
    config: Config,
    system: str,
    features: Path,
    output: Path,
    on_log: LogCallback | None = None,
    on_audio: AudioCallback | None = None,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train one system and write model.safetensors, model.json and history.csv into `output`.

    A run that was stopped goes on from `output/checkpoint/`, which is removed at the end; on CPU
    the result is the same as that of an uninterrupted run, bit for bit. A checkpoint made with
    another configuration or other features is not used.

    Args:
        config: The configuration of the system (see `fs2.config.files.system_config`).
        system: Its name.
        features: The features file; FastSpeech 2s needs it whole, not the compact one.
        output: The folder training/<system>/.
        on_log: Called with the step and the values (`training/mel_loss`, ...) at every
            log interval and validation.
        on_audio: FastSpeech 2s: called with the step and some spoken validation clips, float32
            (samples,) by clip, at every validation.
        start: FastSpeech 2s: folder of a trained system to begin with.

    Returns:
        steps, seconds, frames_per_second or samples_per_second, parameters, device, precision,
        and the last validation's losses.

    Raises:
        FS2Error: features missing or empty, no such device, or a loss that is not finite; the
            message names the clips of the batch.
    """
    if config.model.output == "waveform":
        return FastSpeech2sTrainer(config, system, features, output, on_log, on_audio, start).run()
    return FastSpeech2Trainer(config, system, features, output, on_log).run()
