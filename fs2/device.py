"""Where to compute, and in which precision."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch

from fs2.errors import FS2Error


def choose_device(wanted: str) -> torch.device:
    """`auto`: CUDA if there is one. FS2Error if CUDA is wanted and missing."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if wanted == "cuda" and not torch.cuda.is_available():
        raise FS2Error(
            "device: cuda was asked for, but torch finds no CUDA device; "
            "install a CUDA build of torch or set it to auto"
        )
    return torch.device(wanted)


def choose_precision(wanted: Literal["auto", "bf16", "fp32"], device: torch.device) -> torch.dtype:
    """`auto`: bfloat16 where the hardware multiplies matrices of it, else float32."""
    if wanted != "auto":
        return torch.bfloat16 if wanted == "bf16" else torch.float32
    if device.type == "cuda":
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        fast = has_matrix_units()
    return torch.bfloat16 if fast else torch.float32


def has_matrix_units() -> bool:
    """Whether this CPU multiplies bfloat16 matrices in hardware, so that they pay."""
    return bool(torch.backends.mkldnn.is_available() and cpu_capabilities().get("amx_bf16", False))


def cpu_capabilities() -> dict[str, Any]:
    """What torch knows of the processor (`cpu_name`, `amx_bf16`, ...); empty in older releases."""
    return getattr(torch.cpu, "get_capabilities", dict)()


def device_name(device: torch.device) -> str:
    """The device as a reader of results wants it named."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{cpu_capabilities().get('cpu_name', 'CPU')}, {torch.get_num_threads()} threads"


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """For a while, torch computes on so many threads of the CPU."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, for its next tensors.

    glibc gives large blocks back to the system at once and asks for them again in the next
    operation, which then pays for every page anew: a tenth of a training step on CPU.
    """
    if sys.platform == "linux":
        trim_threshold, mmap_max = -1, -4  # glibc's malloc.h: M_TRIM_THRESHOLD, M_MMAP_MAX
        library = ctypes.CDLL(None)
        if hasattr(library, "mallopt"):
            library.mallopt(mmap_max, 0)
            library.mallopt(trim_threshold, 2**31 - 1)
