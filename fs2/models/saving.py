"""A trained model on disk: weights as safetensors, and everything needed to use them as JSON."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from fs2.audio import AudioSettings
from fs2.config import Config
from fs2.config_files import parse_config
from fs2.errors import FS2Error
from fs2.files import atomic_path, read_json, write_json
from fs2.models.fastspeech2 import FastSpeech2, parameter_count

WEIGHTS, DESCRIPTION = "model.safetensors", "model.json"


@dataclass(frozen=True)
class ModelDescription:
    """What stands beside the weights.

    Attributes:
        system: Name of the system.
        config: The whole configuration that it was trained with.
        symbols: The vocabulary; the index is the id.
        statistics: Those of the training split.
        parameters: Number of trained values.
        training: Steps, seconds, final losses and the like.
    """

    system: str
    config: Config
    symbols: list[str]
    statistics: dict[str, float]
    parameters: int
    training: dict[str, Any]

    @property
    def audio(self) -> AudioSettings:
        """The audio settings of the mel spectrogram."""
        return self.config.audio.settings()


def build_model(config: Config, symbols: list[str], statistics: dict[str, float]) -> FastSpeech2:
    """The network of a configuration, with new weights."""
    return FastSpeech2(
        config.model, config.features, len(symbols), config.audio.mel_bands, statistics
    )


def save_model(folder: Path, model: FastSpeech2, description: ModelDescription) -> None:
    """Write weights and description into `folder`, each whole or not at all."""
    weights = {name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}
    with atomic_path(folder / WEIGHTS) as temporary:
        save_file(weights, temporary)
    values = {**vars(description), "config": description.config.model_dump(mode="json")}
    write_json(folder / DESCRIPTION, values)


def load_model(
    folder: Path, device: torch.device | str = "cpu"
) -> tuple[FastSpeech2, ModelDescription]:
    """Read a trained model, in `eval()` mode.

    Raises FS2Error if the folder holds none, or weights that do not fit their description.
    """
    for name in (WEIGHTS, DESCRIPTION):
        if not (folder / name).is_file():
            raise FS2Error(f"{folder}: no {name} here; train this system first")
    values = read_json(folder / DESCRIPTION)
    values["config"] = parse_config(values["config"], str(folder / DESCRIPTION))
    description = ModelDescription(**values)
    model = build_model(description.config, description.symbols, description.statistics)
    try:
        model.load_state_dict(load_file(folder / WEIGHTS))
    except RuntimeError as error:
        raise FS2Error(
            f"{folder / WEIGHTS}: does not fit {DESCRIPTION} beside it; were they trained with "
            f"another model.size? ({error})"
        ) from error
    assert parameter_count(model) == description.parameters
    return model.to(device).eval(), description
