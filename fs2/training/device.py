"""Where to train and in which precision."""

import torch

from fs2.config import Training
from fs2.errors import FS2Error


def choose_device(wanted: str) -> torch.device:
    """`auto`: CUDA if there is one. FS2Error if CUDA is wanted and missing."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if wanted == "cuda" and not torch.cuda.is_available():
        raise FS2Error(
            "training.device: cuda was asked for, but torch finds no CUDA device; "
            "install a CUDA build of torch or set it to auto"
        )
    return torch.device(wanted)


def choose_precision(training: Training, device: torch.device) -> torch.dtype:
    """bfloat16 where the hardware multiplies matrices of it, else float32; or as configured."""
    if training.precision != "auto":
        return torch.bfloat16 if training.precision == "bf16" else torch.float32
    if device.type == "cuda":
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        fast = bool(torch.cpu.get_capabilities().get("amx_bf16", False))
    return torch.bfloat16 if fast else torch.float32
