"""The weights of a network: counted, and written to a file."""

import copy
from pathlib import Path

from safetensors.torch import save
from torch import nn

from fs2.files import atomic_path
from fs2.nn.waveform_generator import fold_weight_norm


def parameter_count(module: nn.Module) -> int:
    """Number of trained values; the magnitudes of weight norm, which fold away, do not count."""
    return sum(
        parameter.numel()
        for name, parameter in module.named_parameters()
        if not name.endswith(".weight.original0")
    )


def write_weights(path: Path, module: nn.Module) -> None:
    """Write the weights of a network as safetensors, weight norm folded into them."""
    module = copy.deepcopy(module)
    fold_weight_norm(module)
    weights = {name: tensor.contiguous().cpu() for name, tensor in module.state_dict().items()}
    with atomic_path(path) as temporary:
        # Not by save_file, whose files nobody but their owner can read.
        temporary.write_bytes(save(weights))
