"""A trained model on disk: weights as safetensors, and everything needed to use them as JSON."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from fs2.audio import AudioSettings
from fs2.config.files import parse_config
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.features.statistics import Statistics
from fs2.files import read_json, write_json
from fs2.nn.parameters import write_weights
from fs2.nn.waveform_generator import fold_weight_norm
from fs2.systems.declaration import MODEL_FORMAT
from fs2.systems.system import System, system_for

WEIGHTS, DESCRIPTION = "model.safetensors", "model.json"


@dataclass(frozen=True)
class ModelDescription:
    """What stands beside the weights.

    Attributes:
        run: Name of the run (`fs2.config.run_name`).
        config: The whole configuration that it was trained with.
        symbols: The vocabulary; the index is the id.
        statistics: Those of the training split.
        parameters: Number of trained values.
        training: Steps, seconds, final losses and the like.
        needs: The runs that were trained before, by the part that they played.
    """

    run: str
    config: Config
    symbols: list[str]
    statistics: Statistics
    parameters: int
    training: dict[str, Any]
    needs: dict[str, str] = field(default_factory=dict)

    @property
    def audio(self) -> AudioSettings:
        """The audio settings of the mel spectrogram."""
        return self.config.audio.settings()

    @property
    def system(self) -> System:
        """The architecture."""
        return system_for(self.config)


def save_model(folder: Path, model: nn.Module, description: ModelDescription) -> None:
    """Write weights and description into `folder`, each whole or not at all.

    Weight norm is folded into the weights.
    """
    write_weights(folder / WEIGHTS, model)
    # Without the sections of aligners and vocoders that were not chosen: a plugin's may be absent
    # where the model is read.
    values = vars(description) | {
        "config": description.config.deciding(),
        "statistics": asdict(description.statistics),
    }
    write_json(folder / DESCRIPTION, {"format": MODEL_FORMAT, **values})


def take_weights(
    model: nn.Module, folder: Path, symbols: list[str], statistics: Statistics, but: str
) -> None:
    """Begin with the weights of another trained system, except those named `but...`.

    Raises FS2Error if the other was trained on other features, or has
    other sizes.
    """
    description = read_description(folder)
    trained = _with_weights(description, folder / WEIGHTS)
    if description.symbols != symbols or description.statistics != statistics:
        raise FS2Error(f"{folder}: was trained on other features; train it again")
    own, others = model.state_dict(), trained.state_dict()
    wanted = {name for name in own if not name.startswith(but)}
    wrong = [name for name in wanted if name not in others or others[name].shape != own[name].shape]
    if wrong:
        raise FS2Error(
            f"{folder}: its weights do not fit this system, {len(wrong)} differ (the first: "
            f"{min(wrong)}); the keys of the section model that both have must be the same"
        )
    model.load_state_dict({name: others[name] for name in wanted}, strict=False)


def read_description(folder: Path) -> ModelDescription:
    """What stands beside the weights of a trained model.

    Raises FS2Error if the folder holds none, or that of another version.
    """
    for name in (WEIGHTS, DESCRIPTION):
        if not (folder / name).is_file():
            raise FS2Error(f"{folder}: no {name} here; train this system first")
    path = folder / DESCRIPTION
    values = read_json(path)
    found = values.pop("format", 1) if isinstance(values, dict) else None
    if found != MODEL_FORMAT:
        raise FS2Error(
            f"{path}: model of format {found}, this version reads {MODEL_FORMAT}; train this "
            "system again"
        )
    try:
        values["config"] = parse_config(values["config"], str(path))
        values["statistics"] = Statistics.of(values["statistics"])
        return ModelDescription(**values)
    except (KeyError, TypeError) as error:
        raise FS2Error(f"{path}: not as this version writes it ({error}); train again") from error


def load_model(
    folder: Path, device: torch.device | str = "cpu"
) -> tuple[nn.Module, ModelDescription]:
    """Read a trained model, ready for inference only.

    Raises FS2Error if the folder holds none, or weights that do not fit their description.
    """
    description = read_description(folder)
    return load_network(description, folder / WEIGHTS, device), description


def load_network(
    description: ModelDescription, weights: Path, device: torch.device | str = "cpu"
) -> nn.Module:
    """The network of a description with the weights of a file, ready for inference only.

    Raises FS2Error if the file is missing or broken, or its weights do not fit the description.
    """
    model = _with_weights(description, weights)
    model.to(device).prepare_for_inference()  # type: ignore[operator]
    return model


def _with_weights(description: ModelDescription, weights: Path) -> nn.Module:
    model = description.system.build(
        description.config, description.symbols, description.statistics
    )
    fold_weight_norm(model)
    try:
        model.load_state_dict(load_file(weights))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise FS2Error(
            f"{weights}: does not fit the description beside it; is the file whole, and was it "
            f"trained with the same model.size? ({error})"
        ) from error
    return model
