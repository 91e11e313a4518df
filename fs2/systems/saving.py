"""A trained model on disk: weights as safetensors, and everything needed to use them as JSON."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from fs2.audio import AudioSettings
from fs2.config.files import parse_config
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.files import atomic_path, read_json, write_json
from fs2.nn.waveform_generator import fold_weight_norm
from fs2.systems.fastspeech2.network import FastSpeech2
from fs2.systems.fastspeech2s.network import FastSpeech2s

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
    """The network of a configuration, with new weights: FastSpeech2, or FastSpeech2s."""
    audio = config.audio
    sizes = config.model, config.features, len(symbols), audio.n_mels, statistics
    if config.model.output == "waveform":
        return FastSpeech2s(*sizes, audio.sample_rate)
    return FastSpeech2(*sizes)


def save_model(folder: Path, model: FastSpeech2, description: ModelDescription) -> None:
    """Write weights and description into `folder`, each whole or not at all.

    Weight norm is folded into the weights.
    """
    write_weights(folder / WEIGHTS, model)
    values = {**vars(description), "config": description.config.model_dump(mode="json")}
    write_json(folder / DESCRIPTION, values)


def write_weights(path: Path, module: nn.Module) -> None:
    """Write the weights of a network as safetensors, weight norm folded into them."""
    module = copy.deepcopy(module)
    fold_weight_norm(module)
    weights = {name: tensor.contiguous().cpu() for name, tensor in module.state_dict().items()}
    with atomic_path(path) as temporary:
        # Not by save_file, whose files nobody but their owner can read.
        temporary.write_bytes(save(weights))


def take_weights(
    model: FastSpeech2, folder: Path, symbols: list[str], statistics: dict[str, float], but: str
) -> ModelDescription:
    """Begin with the weights of another trained system, except those named `but...`.

    Returns its description. Raises FS2Error if the other was trained on other features, or has
    other sizes.
    """
    trained, description = _read(folder)
    if description.symbols != symbols or description.statistics != statistics:
        raise FS2Error(f"{folder}: was trained on other features; train it again")
    own, others = model.state_dict(), trained.state_dict()
    wanted = {name for name in own if not name.startswith(but)}
    wrong = [name for name in wanted if name not in others or others[name].shape != own[name].shape]
    if wrong:
        raise FS2Error(
            f"{folder}: its weights do not fit this system, {len(wrong)} differ (the first: "
            f"{min(wrong)}); the section model must be the same, but for the output"
        )
    model.load_state_dict({name: others[name] for name in wanted}, strict=False)
    return description


def load_model(
    folder: Path, device: torch.device | str = "cpu"
) -> tuple[FastSpeech2, ModelDescription]:
    """Read a trained model, ready for inference only.

    Raises FS2Error if the folder holds none, or weights that do not fit their description.
    """
    model, description = _read(folder)
    return model.to(device).prepare_for_inference(), description


def _read(folder: Path) -> tuple[FastSpeech2, ModelDescription]:
    for name in (WEIGHTS, DESCRIPTION):
        if not (folder / name).is_file():
            raise FS2Error(f"{folder}: no {name} here; train this system first")
    values = read_json(folder / DESCRIPTION)
    try:
        values["config"] = parse_config(values["config"], str(folder / DESCRIPTION))
        description = ModelDescription(**values)
    except (KeyError, TypeError) as error:
        raise FS2Error(
            f"{folder / DESCRIPTION}: not as this version writes it ({error}); train again"
        ) from error
    model = build_model(description.config, description.symbols, description.statistics)
    fold_weight_norm(model)
    try:
        model.load_state_dict(load_file(folder / WEIGHTS))
    except (RuntimeError, SafetensorError) as error:
        raise FS2Error(
            f"{folder / WEIGHTS}: does not fit {DESCRIPTION} beside it; were they trained with "
            f"another model.size? ({error})"
        ) from error
    return model, description
